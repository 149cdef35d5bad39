import type { Dataset } from '../contract.ts';
import { decodedText } from './encoding.ts';
import { NamedRows } from './named-rows.ts';
import { LIMITS, type ReadResult, type ReadTarget, refusal, type SourceFile } from './reader.ts';
import { parseXml } from './sax.ts';

/** A record being read: its fields so far, and what is wrong with it. */
interface OpenRecord {
  names: string[];
  values: string[];
  isNested: boolean;
  size: number;
}

/**
 * Reads XML: every element the contract names is a record, its children are the fields.
 * @throws AppError `refused_delivery`: encoding, `bad_xml`, `xml_entities`, `missing_record`, `missing_column`
 */
export async function readXml(file: SourceFile, dataset: Dataset, target: ReadTarget): Promise<ReadResult> {
  const recordName = dataset.delivery.shape === 'xml' ? dataset.delivery.record : 'record';
  const rows = await NamedRows.create(dataset, target);
  let record: OpenRecord | null = null;
  let depth = 0;
  let others = 0;
  let found = 0;
  const finish = ({ names, values, isNested }: OpenRecord): void => {
    const text = (): string => JSON.stringify(Object.fromEntries(names.map((name, i) => [name, values[i]])));
    if (isNested) rows.broken('nested_value', 'A field of the record holds further elements.', text());
    else rows.record(names, values, text);
  };
  const place = (): Record<string, string | number> => {
    const field = record?.names.at(-1);
    return record === null ? {} : { row: found, ...(field === undefined ? {} : { field }) };
  };
  try {
    await parseXml(decodedText(file.path, file.encoding), file.name, {
      open: (name, attributes) => {
        depth += 1;
        if (record === null) {
          if (name === recordName) {
            depth = 0;
            found += 1;
            record = {
              names: Object.keys(attributes),
              values: Object.values(attributes),
              isNested: false,
              size: 0,
            };
          } else others += 1;
        } else if (depth === 1) {
          record.names.push(name);
          record.values.push('');
          if (record.names.length > LIMITS.columns) {
            throw refusal('too_many_columns', `A record has more than ${LIMITS.columns} fields.`);
          }
        } else record.isNested = true;
      },
      close: () => {
        if (record !== null && depth === 0) {
          finish(record);
          record = null;
        }
        depth -= 1;
      },
      text: (text) => {
        if (record === null || depth !== 1) return;
        record.size += text.length;
        if (record.size > LIMITS.line)
          throw refusal('cell_too_long', `A record is longer than ${LIMITS.line} characters.`, place());
        record.values[record.values.length - 1] += text;
      },
      drain: rows.drain,
      place,
    });
    if (found === 0 && others > 1) {
      throw refusal('missing_record', `The XML has no element “${recordName}”.`, { element: recordName });
    }
  } catch (error) {
    await rows.abandon();
    throw error;
  }
  return rows.finish([]);
}
