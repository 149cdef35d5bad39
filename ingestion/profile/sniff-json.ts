/** Where in a JSON text the records are, and what their fields are called. */
import { JsonElements } from '../readers/json-elements.ts';
import { parseJsonLine } from '../readers/json-line.ts';
import { LIMITS, refusal } from '../readers/reader.ts';

/** Records looked at for names; the reader tells of those that come later. */
const LOOKED_AT = 20_000;

export interface JsonForm {
  /** Names that lead to the array; null: one object a line. */
  path: string[] | null;
  nested?: 'columns';
  fields: string[];
}

/**
 * JSON lines when a second text follows the first or there is no array of objects; else the array with the most objects in it.
 * @param chunks gives the text anew, from its beginning
 * @throws AppError `refused_delivery`, rule `unknown_shape`
 */
export async function jsonForm(chunks: () => AsyncIterable<string>): Promise<JsonForm> {
  const arrays = await arraysOf(chunks());
  if (arrays === null) return { path: null, ...(await fieldsOf(linesOf(chunks()))) };
  const [longest] = [...arrays.values()].toSorted((a, b) => b.objects - a.objects);
  if (longest) return { path: longest.path, ...(await fieldsOf(elementsOf(chunks(), longest.path))) };
  return { path: null, ...(await fieldsOf(linesOf(chunks()))) };
}

interface FoundArray {
  path: string[];
  objects: number;
}
interface Open {
  isArray: boolean;
  /** Of an object: the name of the value being read. */
  name: string;
  isName: boolean;
}

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]/gs;
/** A text that has begun and may end in the next chunk. */
const UNFINISHED = /"[^"\\]*(?:\\.[^"\\]*)*\\?$/s;

/** Arrays reached through objects alone, with how many objects each holds; null when more than one JSON text stands in the file. */
async function arraysOf(chunks: AsyncIterable<string>): Promise<Map<string, FoundArray> | null> {
  const found = new Map<string, FoundArray>();
  const open: Open[] = [];
  let texts = 0;
  const take = (token: string): void => {
    const top = open.at(-1);
    if (token.startsWith('"')) {
      if (top?.isName) top.name = nameIn(token);
    } else if (token === '{' || token === '[') {
      if (!top) texts += 1;
      if (token === '{' && top?.isArray && open.slice(0, -1).every(({ isArray }) => !isArray)) {
        const path = open.slice(0, -1).map(({ name }) => name);
        const array = found.get(JSON.stringify(path)) ?? { path, objects: 0 };
        array.objects += 1;
        found.set(JSON.stringify(path), array);
      }
      open.push({ isArray: token === '[', name: '', isName: token === '{' });
    } else if (token === '}' || token === ']') open.pop();
    else if (top) top.isName = token === ',' && !top.isArray;
  };
  let rest = '';
  for await (const chunk of chunks) {
    const text = rest + chunk;
    let end = 0;
    for (const { 0: token, index } of text.matchAll(TOKEN)) {
      take(token);
      end = index + token.length;
      if (texts > 1) return null;
    }
    rest = UNFINISHED.exec(text.slice(end))?.[0] ?? '';
    if (rest.length > 2 * LIMITS.line)
      throw refusal('cell_too_long', `A text is longer than ${2 * LIMITS.line} characters.`);
  }
  return found;
}

/** What the name of a value says; '' for what is no JSON text, of which the reader will tell. */
function nameIn(token: string): string {
  const parsed = parseJsonLine(`{${token}:0}`);
  return 'broken' in parsed ? '' : (parsed.names[0] ?? '');
}

/** Names in the order they first come; nested when any record is. */
async function fieldsOf(records: AsyncIterable<string>): Promise<Omit<JsonForm, 'path'>> {
  const names = new Set<string>();
  let isNested = false;
  let seen = 0;
  let why = 'is no object';
  for await (const record of records) {
    const flat = parseJsonLine(record);
    const parsed = 'broken' in flat ? parseJsonLine(record, 'columns') : flat;
    if ('broken' in parsed) why = parsed.broken;
    else {
      isNested ||= 'broken' in flat;
      for (const name of parsed.names) names.add(name);
    }
    seen += 1;
    if (seen >= LOOKED_AT || names.size > LIMITS.columns) break;
  }
  if (names.size === 0)
    throw refusal('unknown_shape', `The file is JSON, but no record of it can be read: the last ${why}.`);
  return { fields: [...names], ...(isNested ? { nested: 'columns' } : {}) };
}

async function* elementsOf(chunks: AsyncIterable<string>, path: string[]): AsyncGenerator<string> {
  const elements = new JsonElements(path);
  for await (const text of chunks) yield* elements.push(text);
}

async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const text of chunks) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    yield* lines.filter((line) => line.trim() !== '');
  }
  if (rest.trim() !== '') yield rest;
}
