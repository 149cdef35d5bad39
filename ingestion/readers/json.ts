import type { Dataset } from '../contract.ts';
import { encodingNotes } from './csv.ts';
import { decodedText } from './encoding.ts';
import { JsonElements } from './json-elements.ts';
import { parseJsonLine } from './json-line.ts';
import { NamedRows } from './named-rows.ts';
import { type ReadResult, type ReadTarget, refusal, type SourceFile } from './reader.ts';

/**
 * Reads one JSON text: an array of objects, at the top or behind the names the contract gives. An element that is no object, or
 * no flat one where the contract does not make columns of what is nested, is an unreadable row.
 * @throws AppError `refused_delivery`: encoding, `bad_json`, `missing_record`, a column no record has
 */
export async function readJson(file: SourceFile, dataset: Dataset, target: ReadTarget): Promise<ReadResult> {
  const { path, nested } =
    dataset.delivery.shape === 'json' ? dataset.delivery : { path: [], nested: undefined };
  const elements = new JsonElements(path);
  const rows = await NamedRows.create(dataset, target);
  try {
    for await (const text of decodedText(file.path, file.encoding)) {
      for (const element of elements.push(text)) {
        const parsed = parseJsonLine(element, nested);
        if ('broken' in parsed) rows.broken('bad_json', `The record ${parsed.broken}.`, element);
        else rows.record(parsed.names, parsed.values, () => element);
      }
      await rows.drain();
    }
    elements.finish();
    if (!elements.isFound) {
      const place = path.length === 0 ? 'at the top' : `at ${path.join('.')}`;
      throw refusal('missing_record', `The JSON has no array ${place}.`, { path: path.join('.') });
    }
  } catch (error) {
    await rows.abandon();
    throw error;
  }
  return rows.finish(encodingNotes(file, dataset));
}
