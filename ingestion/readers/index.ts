import type { Delivery } from '../contract.ts';
import { readCsv } from './csv.ts';
import { readJsonl } from './jsonl.ts';
import type { Reader } from './reader.ts';
import { readXlsx } from './xlsx.ts';
import { readXml } from './xml.ts';

/** One reader a file shape. */
export const readers: Record<Delivery['shape'], Reader> = {
  csv: readCsv,
  xlsx: readXlsx,
  xml: readXml,
  jsonl: readJsonl,
};

export { LIMITS, refusal } from './reader.ts';
export type { FoundEncoding, Reader, ReadResult, ReadTarget, SourceFile } from './reader.ts';
