import type { Delivery } from '../contract.ts';
import { readCsv } from './csv.ts';
import { readFixed } from './fixed.ts';
import { checkDeclared, readHead } from './head.ts';
import { readJson } from './json.ts';
import { readJsonl } from './jsonl.ts';
import { readParquet } from './parquet.ts';
import type { Reader } from './reader.ts';
import { readXlsx } from './xlsx.ts';
import { readXml } from './xml.ts';
import { zipReader } from './zip-entries.ts';

/** Compares what the header information declares, where the contract says there is some. */
const declaring =
  (read: Reader): Reader =>
  async (file, dataset, target) => {
    const { delivery } = dataset;
    const head = 'head' in delivery ? delivery.head : undefined;
    if (!head) return read(file, dataset, target);
    const declared = await readHead(file, head);
    const result = await read(file, dataset, target);
    return dataset.controls?.refuse === 'none' ? { ...result, declared } : checkDeclared(result, declared);
  };

/** One reader a file shape. */
export const readers: Record<Delivery['shape'], Reader> = {
  csv: declaring(readCsv),
  txt: declaring(readCsv),
  fixed: declaring(readFixed),
  xlsx: readXlsx,
  xml: readXml,
  jsonl: readJsonl,
  json: readJson,
  parquet: readParquet,
  zip: zipReader((shape) => readers[shape]),
};

export { LIMITS, refusal } from './reader.ts';
export { scanFor } from './encoding.ts';
export { PlainLines } from './plain-lines.ts';
export { tableRows } from './head.ts';
export type { Declared, FoundEncoding, Reader, ReadResult, ReadTarget, SourceFile } from './reader.ts';
