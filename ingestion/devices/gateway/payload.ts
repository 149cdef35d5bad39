/** The forms a payload may have, brought to one: a list of entries, each about one device at one instant. */

/** Nothing in it is checked yet but its shape. */
export interface Entry {
  /** Absent: the device of the topic. */
  device?: unknown;
  t: unknown;
  seq?: unknown;
  values: Record<string, unknown>;
}

export interface EventEntry {
  device?: unknown;
  t: unknown;
  seq?: unknown;
  event: unknown;
  detail?: unknown;
}

export class BadPayload extends Error {
  constructor(
    readonly rule: 'bad_json' | 'bad_form' | 'too_many',
    message: string,
  ) {
    super(message);
  }
}

const MOST_ENTRIES = 10_000;
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @throws BadPayload `bad_json` */
export function parseJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload)) as unknown;
  } catch {
    // The parser's own message quotes the payload.
    throw new BadPayload('bad_json', 'The payload is no JSON in UTF-8.');
  }
}

/**
 * `{t, seq, values: {name: value}}`, an array of these, or the compact table
 * `{columns: ["t", "seq", "volume"], rows: [[…]]}` with `device`, `t`, `seq` and names of properties as columns.
 * @throws BadPayload `bad_form`, `too_many`
 */
export function readingEntries(body: unknown): Entry[] {
  if (isObject(body) && 'columns' in body) return tableEntries(body);
  return listOf(body).map((one) => {
    if (!isObject(one.values)) throw new BadPayload('bad_form', 'A reading needs `values`, an object.');
    return { device: one.device, t: one.t, seq: one.seq, values: one.values };
  });
}

/** `{t, seq, event, detail}` or an array of these. @throws BadPayload */
export const eventEntries = (body: unknown): EventEntry[] =>
  listOf(body).map((one) => ({
    device: one.device,
    t: one.t,
    seq: one.seq,
    event: one.event,
    detail: one.detail,
  }));

function listOf(body: unknown): Record<string, unknown>[] {
  const list: unknown[] = Array.isArray(body) ? body : [body];
  if (list.length > MOST_ENTRIES) throw new BadPayload('too_many', `More than ${MOST_ENTRIES} entries.`);
  return list.map((one) => {
    if (!isObject(one)) throw new BadPayload('bad_form', 'An entry must be an object.');
    return one;
  });
}

function tableEntries(body: Record<string, unknown>): Entry[] {
  const { columns, rows } = body;
  const isHead = (list: unknown): list is string[] =>
    Array.isArray(list) && list.length <= 260 && list.every((one) => typeof one === 'string');
  if (!isHead(columns) || new Set(columns).size !== columns.length || !columns.includes('t'))
    throw new BadPayload('bad_form', '`columns` must be different names, `t` among them.');
  if (!Array.isArray(rows)) throw new BadPayload('bad_form', '`rows` must be an array.');
  if (rows.length > MOST_ENTRIES) throw new BadPayload('too_many', `More than ${MOST_ENTRIES} rows.`);
  return rows.map((row: unknown) => {
    if (!Array.isArray(row) || row.length !== columns.length)
      throw new BadPayload('bad_form', 'A row must have as many values as there are columns.');
    const entry: Entry = { t: undefined, values: {} };
    for (const [index, column] of columns.entries()) {
      const cell: unknown = row[index];
      if (column === 't') entry.t = cell;
      else if (column === 'seq') entry.seq = cell;
      else if (column === 'device') entry.device = cell;
      // A cell left empty: this row has no such reading.
      else if (cell !== null) entry.values[column] = cell;
    }
    return entry;
  });
}
