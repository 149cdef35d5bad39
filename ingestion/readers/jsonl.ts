import type { Dataset } from '../contract.ts';
import { encodingNotes } from './csv.ts';
import { decodedText } from './encoding.ts';
import { parseJsonLine } from './json-line.ts';
import { NamedRows } from './named-rows.ts';
import type { ReadResult, ReadTarget, SourceFile } from './reader.ts';

/**
 * Reads JSON lines: one object a line. A broken line is an unreadable row, the rest goes on.
 * @throws AppError `refused_delivery`: encoding, or a column no record has
 */
export async function readJsonl(file: SourceFile, dataset: Dataset, target: ReadTarget): Promise<ReadResult> {
  const nested = dataset.delivery.shape === 'jsonl' ? dataset.delivery.nested : undefined;
  const rows = await NamedRows.create(dataset, target);
  const take = (line: string): void => {
    if (line.trim() === '') return;
    const parsed = parseJsonLine(line, nested);
    if ('broken' in parsed) rows.broken('bad_json', `The line ${parsed.broken}.`, line);
    else rows.record(parsed.names, parsed.values, () => line);
  };
  try {
    let rest = '';
    for await (const text of decodedText(file.path, file.encoding)) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      lines.forEach(take);
      await rows.drain();
    }
    take(rest);
  } catch (error) {
    await rows.abandon();
    throw error;
  }
  return rows.finish(encodingNotes(file, dataset));
}
