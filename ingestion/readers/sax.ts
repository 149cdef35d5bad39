import { SaxesParser } from 'saxes';
import { LIMITS, refusal } from './reader.ts';

export interface SaxHandlers {
  open(name: string, attributes: Record<string, string>): void;
  close(name: string): void;
  text(text: string): void;
  /** Awaited between chunks. */
  drain?(): Promise<void>;
  /** Where in its own terms the reader is: for errors. */
  place?(): Record<string, string | number>;
}

const MAX_DEPTH = 64;
/** Characters without an event: what is longer the parser would keep in one string until there is no more memory. */
const MOST_SILENT = 4 * LIMITS.line;

/**
 * Feeds XML text to handlers, in bounded memory. Names come without their prefix. No document type is ever read: it is the
 * door to entity bombs and to files of the machine.
 * @param part what people know the text as, for example the file's name
 * @throws AppError `refused_delivery`, rule `xml_entities`, `bad_xml` (with line and column), `cell_too_long`
 */
export async function parseXml(
  chunks: AsyncIterable<string>,
  part: string,
  handlers: SaxHandlers,
): Promise<void> {
  const parser = new SaxesParser<{ xmlns: false }>({ xmlns: false });
  let depth = 0;
  let silent = 0;
  const where = (): Record<string, string | number> => ({
    part,
    line: parser.line,
    column: parser.column + 1,
  });
  parser.on('doctype', () => {
    throw refusal(
      'xml_entities',
      'The XML has a document type declaration, which may define entities.',
      where(),
      'Send it without.',
    );
  });
  parser.on('error', () => {
    throw refusal(
      'bad_xml',
      `The XML is not well-formed at line ${parser.line}, column ${parser.column + 1}.`,
      where(),
    );
  });
  parser.on('opentag', (tag) => {
    depth += 1;
    silent = 0;
    if (depth > MAX_DEPTH)
      throw refusal('bad_xml', `The XML is nested deeper than ${MAX_DEPTH} elements.`, where());
    handlers.open(localName(tag.name), tag.attributes);
  });
  parser.on('closetag', (tag) => {
    depth -= 1;
    silent = 0;
    handlers.close(localName(tag.name));
  });
  parser.on('text', (text) => handlers.text(text));
  parser.on('cdata', (text) => handlers.text(text));
  for await (const chunk of chunks) {
    silent += chunk.length;
    parser.write(chunk);
    if (silent > MOST_SILENT) {
      const place = { ...where(), ...handlers.place?.() };
      throw refusal('cell_too_long', `A value is longer than ${MOST_SILENT} characters.`, place);
    }
    await handlers.drain?.();
  }
  parser.close();
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);
