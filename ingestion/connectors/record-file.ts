/** Records of a service or a queue as a JSON-lines file under the contract's own column names. */
import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { z } from 'zod';
import type { Dataset } from '../contract.ts';
import { headerName } from '../readers/header-name.ts';
import { LIMITS } from '../readers/index.ts';
import { at, type Tree } from './http/answer.ts';

/** Settings on what becomes of a record. */
export const recordShape = {
  /** Path in the record → source column of the contract. Without it the record's own names are the columns. */
  mapping: z.record(z.string().min(1), z.string().min(1)).default({}),
  /** The source leaves out values that are empty: an absent column is an empty one, and not drift. */
  omitsEmpty: z.boolean().default(false),
};
export interface RecordSettings {
  mapping: Readonly<Record<string, string>>;
  omitsEmpty: boolean;
}

export class RecordFile {
  readonly path: string;
  count = 0;
  readonly #stream: WriteStream;
  readonly #columns: Map<string, string>;
  readonly #settings: RecordSettings;

  constructor(directory: string, name: string, dataset: Dataset, settings: RecordSettings) {
    this.path = join(directory, name);
    this.#stream = createWriteStream(this.path, { mode: 0o600 });
    // An error stays with the stream and is thrown by `close`, or by the next `add`.
    this.#stream.on('error', () => undefined);
    this.#columns = new Map(dataset.fields.map(({ source }) => [headerName(source), source]));
    this.#settings = settings;
  }

  /**
   * Writes records. What is no record is written as it is: the reader quarantines the row, and nothing is lost.
   * @param also further values of the row, under reserved names (`_message_id`)
   */
  async add(records: readonly Tree[], also: Record<string, string> = {}): Promise<void> {
    this.count += records.length;
    for (const record of records) await this.#line(this.#lineOf(record, also));
  }

  /** Writes what could not even be parsed: one row, which the reader quarantines with this text. */
  async addBroken(text: string): Promise<void> {
    this.count += 1;
    await this.#line(JSON.stringify(text.slice(0, LIMITS.kept)));
  }

  async close(): Promise<void> {
    this.#stream.end();
    await finished(this.#stream);
  }

  /** Closes it after an error elsewhere. */
  abandon(): void {
    this.#stream.destroy();
  }

  #lineOf(record: Tree, also: Record<string, string>): string {
    if (typeof record !== 'object' || record === null || Array.isArray(record)) return JSON.stringify(record);
    const { mapping, omitsEmpty } = this.#settings;
    const row = Object.create(null) as { [name: string]: Tree };
    if (omitsEmpty) for (const column of this.#columns.values()) row[column] = '';
    const isMapped = Object.keys(mapping).length > 0;
    if (isMapped) {
      for (const [path, column] of Object.entries(mapping)) {
        const value = at(record, path);
        if (value !== undefined) row[column] = value;
      }
    } else {
      for (const [name, value] of Object.entries(record)) {
        const column = this.#columns.get(headerName(name));
        // A nested value breaks a row, and should only where the contract asks for it.
        if (column !== undefined || typeof value !== 'object') row[column ?? name] = value;
      }
    }
    const line = JSON.stringify({ ...row, ...also });
    return Buffer.byteLength(line) <= LIMITS.line ? line : JSON.stringify(line.slice(0, LIMITS.kept));
  }

  async #line(text: string): Promise<void> {
    if (this.#stream.errored) throw this.#stream.errored;
    if (!this.#stream.write(`${text}\n`))
      await new Promise<void>((resolve) => {
        const go = (): void => {
          this.#stream.off('drain', go).off('close', go);
          resolve();
        };
        this.#stream.once('drain', go).once('close', go);
      });
  }
}
