/** Which element of an XML file is a record, and what its fields are called. */
import { LIMITS, refusal } from '../readers/reader.ts';
import { parseXml } from '../readers/sax.ts';

/** Elements looked at. */
const LOOKED_AT = 400_000;

interface Candidate {
  count: number;
  fields: Set<string>;
  /** Elements of this name that hold text alone, and those that hold elements. */
  leaves: number;
}

/** The element that is a record, and the names of its fields. */
export async function xmlRecord(
  chunks: AsyncIterable<string>,
  name: string,
): Promise<{ record: string; fields: string[] }> {
  const candidates = new Map<string, Candidate>();
  const open: { name: string; children: string[]; hasText: boolean }[] = [];
  const of = (element: string): Candidate => {
    const known = candidates.get(element) ?? { count: 0, fields: new Set(), leaves: 0 };
    candidates.set(element, known);
    return known;
  };
  let elements = 0;
  const enough = async function* (): AsyncGenerator<string> {
    for await (const chunk of chunks) {
      yield chunk;
      if (elements > LOOKED_AT) return;
    }
  };
  try {
    await parseXml(enough(), name, {
      open: (element, attributes) => {
        elements += 1;
        const parent = open.at(-1);
        if (parent && parent.children.length < LIMITS.columns) parent.children.push(element);
        open.push({ name: element, children: Object.keys(attributes), hasText: false });
      },
      close: () => {
        const closed = open.pop();
        if (!closed) return;
        const candidate = of(closed.name);
        candidate.count += 1;
        if (closed.children.length === 0) candidate.leaves += 1;
        // A record has each field once; what repeats is a list of records.
        if (new Set(closed.children).size === closed.children.length)
          for (const child of closed.children) candidate.fields.add(child);
      },
      text: () => undefined,
    });
  } catch (error) {
    // Cut off on purpose after enough elements: what is open then is no mistake of the file.
    if (elements <= LOOKED_AT) throw error;
  }
  const [record] = [...candidates]
    .filter(([, { count, leaves, fields }]) => leaves < count && fields.size > 0)
    .filter(([, { fields }]) => [...fields].every((field) => leafLike(candidates.get(field))))
    .toSorted(([, a], [, b]) => b.count * b.fields.size - a.count * a.fields.size);
  if (!record) throw refusal('unknown_shape', 'No element of the XML holds fields as a record does.');
  return { record: record[0], fields: [...record[1].fields] };
}

/** Mostly text alone; unknown ones are attributes. */
const leafLike = (candidate: Candidate | undefined): boolean =>
  candidate === undefined || candidate.leaves >= candidate.count * 0.9;
