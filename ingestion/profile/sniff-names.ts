/** Names of the values in shapes where each value carries its name: JSON and XML. */
import { JsonElements } from '../readers/json-elements.ts';
import { parseJsonLine } from '../readers/json-line.ts';
import { LIMITS, refusal } from '../readers/reader.ts';
import { parseXml } from '../readers/sax.ts';

/** Records looked at for names; the reader tells of those that come later. */
const LOOKED_AT = 20_000;

/** Names of the fields of JSON lines, in the order they first come. */
export async function jsonlNames(chunks: AsyncIterable<string>): Promise<string[]> {
  const names = new Set<string>();
  let rest = '';
  let seen = 0;
  const take = (line: string): void => {
    const parsed = line.trim() === '' ? { broken: '' } : parseJsonLine(line);
    if ('broken' in parsed) return;
    seen += 1;
    for (const name of parsed.names) names.add(name);
  };
  for await (const text of chunks) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(take);
    if (seen >= LOOKED_AT || names.size > LIMITS.columns) break;
  }
  take(rest);
  if (names.size === 0)
    throw refusal('unknown_shape', 'The file begins like JSON lines, but no line is an object.');
  return [...names];
}

/** Names of the fields of a JSON array of flat objects. */
export async function jsonNames(chunks: AsyncIterable<string>): Promise<string[]> {
  const names = new Set<string>();
  const elements = new JsonElements([]);
  let seen = 0;
  let why = 'holds no object';
  for await (const text of chunks) {
    for (const element of elements.push(text)) {
      const parsed = parseJsonLine(element);
      if ('broken' in parsed) why = parsed.broken;
      else for (const name of parsed.names) names.add(name);
      seen += 1;
    }
    if (seen >= LOOKED_AT || names.size > LIMITS.columns) break;
  }
  if (names.size === 0)
    throw refusal(
      'unknown_shape',
      `The file is a JSON array, but no element of it is a flat object: the last ${why}.`,
    );
  return [...names];
}

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
      if (elements > LOOKED_AT * 20) return;
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
    if (elements <= LOOKED_AT * 20) throw error;
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
