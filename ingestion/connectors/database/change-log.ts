/** What the two change logs are to those who follow them. */
import { type Dataset, datasetId } from '../../contract.ts';
import { refused } from './errors.ts';
import { chooseColumns, type ChosenColumn, type SourceColumn } from './settings.ts';
import type { TableSetting } from './log-settings.ts';

/** A place in the log between two transactions, in the source's own words. */
export type Point = Record<string, string | number>;
export type Cells = readonly (string | null)[];

/** `id` orders the changes of a table as text, and names each for good: the place of its transaction and its number therein. */
export type LogEvent =
  | { kind: 'change'; table: string; id: string; op: 'I' | 'U' | 'D'; cells: Cells }
  | { kind: 'truncate'; table: string; id: string }
  /** The changes since the last `commit` are one transaction, and all before `point` has been told. */
  | { kind: 'commit'; point: Point; at: Date }
  /** Nothing of ours lies between the last commit and `point`. */
  | { kind: 'idle'; point: Point };

export interface ChangeLog {
  readonly host: string;
  readonly tables: ReadonlyMap<string, LogTable>;
  /** Where the log ends now. */
  end(): Promise<Point>;
  /** Has `point` come to `target`? */
  reaches(point: Point, target: Point): boolean;
  /** The events behind `from`, over one connection: throws when that is lost. */
  read(from: Point, signal: AbortSignal): AsyncIterable<LogEvent>;
  /** All before is kept by us: the source may forget it. */
  confirm(point: Point): void;
  /** Must the position move though nothing of ours changed, lest the source drop the log it stands in? */
  isAgeing(point: Point, now: Point): boolean;
  close(): Promise<void>;
}

/** A table that is followed: which cells of its rows are wanted, and which of them are its key. */
export class LogTable {
  readonly header: readonly string[];
  readonly #key: readonly number[];
  /** Position of each header in `columns`; -1 where the contract's optional column is not in the table. */
  readonly #order: readonly number[];

  private constructor(
    readonly name: string,
    readonly dataset: Dataset,
    readonly columns: readonly ChosenColumn[],
  ) {
    this.header = dataset.fields.map(({ source }) => source);
    this.#order = this.header.map((header) => columns.findIndex((column) => column.header === header));
    this.#key = dataset.fields.flatMap(({ name: field }, i) => (dataset.key.includes(field) ? [i] : []));
  }

  /** @throws AppError `source_refused` when the table lacks a column */
  static of(
    name: string,
    setting: TableSetting,
    dataset: Dataset,
    columns: readonly SourceColumn[],
  ): LogTable {
    return new LogTable(name, dataset, chooseColumns(dataset, name, columns, setting.columns));
  }

  /** @throws AppError `source_refused` when the table changed so that a column we take is gone */
  assertHas(columns: readonly string[]): void {
    const missing = this.columns.find(({ name }) => !columns.includes(name));
    if (!missing) return;
    throw refused(
      `${this.name} lost its column “${missing.name.slice(0, 60)}”, which ${datasetId(this.dataset)} asks for.`,
      'Give the column back, name its new name in the setting columns, or widen the contract.',
      { table: this.name, column: missing.name.slice(0, 60) },
    );
  }

  /** @param text gives a column's value as text */
  cells(text: (column: ChosenColumn) => string | null): Cells {
    return this.#order.map((at) => {
      const column = this.columns[at];
      return column ? text(column) : null;
    });
  }

  /** An update that changes the key is a row less and a row more. `id` names up to two changes. */
  update(before: Cells, after: Cells, id: (part: 0 | 1) => string): LogEvent[] {
    const table = this.name;
    if (this.#key.every((at) => before[at] === after[at]))
      return [{ kind: 'change', table, id: id(0), op: 'U', cells: after }];
    return [
      { kind: 'change', table, id: id(0), op: 'D', cells: before },
      { kind: 'change', table, id: id(1), op: 'I', cells: after },
    ];
  }
}
