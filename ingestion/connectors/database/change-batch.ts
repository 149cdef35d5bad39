import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { LogEvent, LogTable, Point } from './change-log.ts';
import { csvLine } from './csv.ts';
import { TextFile } from './text-file.ts';

/** A file of one table in a batch, in the table's order. */
export interface BatchPart {
  table: LogTable;
  path: string;
  /** Its last change. */
  until: string;
  from: string;
  /** The table was emptied there: the part is the whole table, without rows. */
  isTruncate: boolean;
  changes: number;
}
export interface Batch {
  parts: BatchPart[];
  /** The end of its last transaction. */
  point: Point;
  at: Date;
}
type OpenPart = BatchPart & { file: TextFile };

/** Whole transactions on their way into files: one a table, and a new one behind each TRUNCATE. Nothing of a row is kept in memory. */
export class BatchWriter {
  #parts: OpenPart[] = [];
  readonly #open = new Map<string, OpenPart>();
  #changes = 0;
  #last: { point: Point; at: Date } | null = null;
  #isInTransaction = false;
  #startedAt = 0;

  constructor(
    private readonly directory: string,
    private readonly tables: ReadonlyMap<string, LogTable>,
  ) {}

  get changes(): number {
    return this.#changes;
  }
  /** May it end here? Never inside a transaction. */
  get canEnd(): boolean {
    return !this.#isInTransaction && this.#parts.length > 0;
  }
  get age(): number {
    return this.#parts.length === 0 ? 0 : performance.now() - this.#startedAt;
  }

  /** @returns a promise only when the disk is behind */
  add(event: Exclude<LogEvent, { kind: 'commit' | 'idle' }>): Promise<void> | undefined {
    const table = this.tables.get(event.table);
    if (!table) throw new Error(`nobody follows ${event.table}`);
    this.#isInTransaction = true;
    if (this.#parts.length === 0) this.#startedAt = performance.now();
    if (event.kind === 'truncate') {
      this.#open.delete(event.table);
      this.#begin(table, event.id, true);
      this.#open.delete(event.table);
      return undefined;
    }
    const part = this.#open.get(event.table) ?? this.#begin(table, event.id, false);
    part.until = event.id;
    part.changes += 1;
    this.#changes += 1;
    return part.file.write(csvLine([...event.cells, event.op, event.id])) ? undefined : part.file.drained();
  }

  #begin(table: LogTable, id: string, isTruncate: boolean): OpenPart {
    // A name of its own: an abandoned file may still be written to.
    const path = join(this.directory, `log-${randomUUID()}.csv`);
    const part = { table, path, from: id, until: id, isTruncate, changes: 0, file: new TextFile(path) };
    part.file.write(csvLine(isTruncate ? table.header : [...table.header, '_op', '_change']));
    this.#parts.push(part);
    this.#open.set(table.name, part);
    return part;
  }

  commit(point: Point, at: Date): void {
    this.#isInTransaction = false;
    this.#last = { point, at };
  }

  /** Closes the files, and begins anew. */
  async take(): Promise<Batch> {
    const parts = this.#parts;
    const last = this.#last;
    if (!last || this.#isInTransaction) throw new Error('a batch ends with a transaction');
    for (const part of parts) await part.file.close();
    this.#parts = [];
    this.#open.clear();
    this.#changes = 0;
    return { parts, ...last };
  }

  abandon(): void {
    for (const { file } of this.#parts) file.abandon();
  }
}
