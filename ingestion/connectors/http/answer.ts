/** What is in an answer: records and the few values paging needs, the same for JSON and XML. Numbers stay as they are written. */
import { parseXml } from '../../readers/sax.ts';
import { isAppError } from '../../../domain/errors.ts';
import { refusedBySource } from '../source-errors.ts';

/** Text, a list, or named values; `null` where JSON says so. Numbers and Booleans are their text. */
export type Tree = string | null | Tree[] | { [name: string]: Tree };

export interface Answer {
  records: Tree[];
  /** A single value, for example of the next page's token; undefined where there is none. */
  value(path: string): string | undefined;
}

const TOKEN = /"[^"\\]*(?:\\[^][^"\\]*)*"|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|true|false/g;

/** `JSON.parse` rounds numbers beyond 2^53, such as numbers of certificates; so numbers are put in quotes first. */
export const parseJsonTexts = (text: string): Tree =>
  JSON.parse(text.replace(TOKEN, (token) => (token.startsWith('"') ? token : `"${token}"`))) as Tree;

/** `a.b.0.c`; '' is the whole. Undefined where there is nothing. */
export function at(tree: Tree, path: string): Tree | undefined {
  let found: Tree | undefined = tree;
  for (const step of path === '' ? [] : path.split('.')) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, step)) return undefined;
    found = (found as { [name: string]: Tree })[step];
  }
  return found;
}

/**
 * @param records path of the list; a single object counts as a list of one, nothing or null as none
 * @throws AppError `source_refused` when the text is no JSON, or what is at the path can be no record
 */
export function jsonAnswer(host: string, text: string, records: string): Answer {
  let tree: Tree;
  try {
    tree = parseJsonTexts(text.replace(/^\ufeff/, ''));
  } catch (error) {
    // The parser's own words would quote the data.
    throw refusedBySource(host, 'its answer is no JSON', { where: { error: (error as Error).name } });
  }
  const found = at(tree, records);
  if (typeof found === 'string')
    throw refusedBySource(host, `“${records}” in its answer is no list of records`, {
      where: { path: records },
    });
  return {
    records: Array.isArray(found) ? found : found === undefined || found === null ? [] : [found],
    value: (path) => {
      const value = at(tree, path);
      return typeof value === 'string' ? value : undefined;
    },
  };
}

interface Element {
  name: string;
  text: string;
  children: Element[];
}

/**
 * @param record local name of the elements that are records, wherever they stand; `value` finds elements the same way
 * @throws AppError `source_refused` for XML that is broken or has a document type, which could define entities
 */
export async function xmlAnswer(host: string, text: string, record: string): Promise<Answer> {
  const root = await parseElements(host, text);
  const records: Tree[] = [];
  const collect = (element: Element): void => {
    if (element.name === record) records.push(treeOf(element));
    else element.children.forEach(collect);
  };
  root.children.forEach(collect);
  return { records, value: (name) => find(root, name)?.text.trim() };
}

const find = (element: Element, name: string): Element | undefined => {
  for (const child of element.children) {
    const found = child.name === name ? child : find(child, name);
    if (found) return found;
  }
  return undefined;
};

async function parseElements(host: string, text: string): Promise<Element> {
  const root: Element = { name: '', text: '', children: [] };
  const open: Element[] = [root];
  const top = (): Element => open[open.length - 1] ?? root;
  async function* whole(): AsyncGenerator<string> {
    yield text;
  }
  try {
    await parseXml(whole(), 'answer', {
      open: (name, attributes) => {
        const element: Element = {
          name,
          text: '',
          children: Object.entries(attributes)
            .filter(([attribute]) => !/^(xmlns|xsi|soap\w*)(:|$)/i.test(attribute))
            .map(([attribute, value]) => ({ name: attribute, text: value, children: [] })),
        };
        top().children.push(element);
        open.push(element);
      },
      close: () => open.pop(),
      text: (more) => (top().text += more),
    });
  } catch (error) {
    if (!isAppError(error)) throw error;
    const isEntity = error.where['rule'] === 'xml_entities';
    throw refusedBySource(
      host,
      isEntity
        ? 'its XML has a document type declaration, which may define entities'
        : 'its answer is no well-formed XML',
      { where: { ...error.where } },
    );
  }
  return root;
}

/** A leaf is its text; elements of the same name become a list. */
function treeOf({ text, children }: Element): Tree {
  if (children.length === 0) return text;
  const tree: { [name: string]: Tree } = Object.create(null) as { [name: string]: Tree };
  for (const child of children) {
    const value = treeOf(child);
    const known = tree[child.name];
    tree[child.name] =
      known === undefined ? value : Array.isArray(known) ? [...known, value] : [known, value];
  }
  return tree;
}
