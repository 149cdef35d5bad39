/** Tables that change at random, and everything that ever happened to them: what raw must hold, change by change. */
import { z } from 'zod';
import type { DatasetInput } from '../ingestion/contract.ts';
import { identifier } from '../warehouse/engine/sql.ts';
import type { Platform } from '../warehouse/platform.ts';

export interface ChangingSource {
  /** Source of the contracts. */
  name: string;
  /** Runs the statements as one transaction. */
  transaction: (statements: readonly string[]) => Promise<void>;
  query: (sql: string) => Promise<Record<string, unknown>[]>;
}

const COLUMNS = ['no', 'name', 'amount', 'day', 'note'] as const;
const TABLES = ['house', 'lease'] as const;
type Table = (typeof TABLES)[number];
type Row = Record<(typeof COLUMNS)[number], string>;

export const tableContracts = (source: string): DatasetInput[] =>
  TABLES.map((dataset) => ({
    source,
    dataset,
    ...{ zh: '变更', reference: 'bench cdc', owner: '某数据库', grain: '一行', legalBasis: '测试' },
    key: ['no'],
    load: { strategy: 'full' as const },
    delivery: { shape: 'csv' as const, encoding: 'utf-8' as const },
    ...{ cadence: 'irregular' as const, latenessDays: 31, level: 3 as const },
    fields: COLUMNS.map((name) => ({
      name,
      source: name,
      element: name === 'no' ? 'identifier' : 'text',
      ...(name === 'no' ? { required: true, onInvalid: 'reject' as const } : {}),
    })),
  }));

export const logTables = (source: string): { table: string; dataset: string }[] =>
  TABLES.map((table) => ({ table, dataset: `${source}.${table}` }));

const text = (value: string): string => (value === '' ? 'NULL' : `'${value.replaceAll("'", "''")}'`);

/** mulberry32: the same changes for the same seed. */
function randomOf(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

export class ChangingTables {
  readonly #rows = new Map<Table, Map<string, Row>>(TABLES.map((table) => [table, new Map()]));
  readonly #gone = new Map<Table, string[]>(TABLES.map((table) => [table, []]));
  /** For each table and key what happened to it, in order: `Update|…` */
  readonly history = new Map<Table, Map<string, string[]>>(TABLES.map((table) => [table, new Map()]));
  readonly #random: (below: number) => number;
  #made = 0;
  changes = 0;

  constructor(
    readonly source: ChangingSource,
    seed: number,
  ) {
    this.#random = randomOf(seed);
  }

  /** Rows that are there before anyone reads. */
  async fill(rows: number): Promise<void> {
    for (const table of TABLES) {
      const made = Array.from({ length: rows }, () => this.#row());
      for (const row of made) this.#rows.get(table)?.set(row.no, row);
      await this.source.transaction(made.map((row) => insertSql(table, row)));
    }
  }

  /** One transaction of one to twenty changes over both tables. */
  async change(most = 20): Promise<void> {
    const statements: string[] = [];
    const count = 1 + this.#random(most);
    for (let i = 0; i < count; i++)
      statements.push(this.#one(TABLES[this.#random(TABLES.length)] ?? 'house'));
    await this.source.transaction(statements);
    this.changes += count;
  }

  #one(table: Table): string {
    const rows = this.#rows.get(table) ?? new Map<string, Row>();
    const keys = [...rows.keys()];
    const old = rows.get(keys[this.#random(Math.max(1, keys.length))] ?? '');
    const kind = this.#random(10);
    if (!old || kind < 3) {
      const row = this.#row(kind === 0 ? this.#gone.get(table)?.pop() : undefined);
      this.#happened(table, row.no, 'Insert', row);
      rows.set(row.no, row);
      return insertSql(table, row);
    }
    if (kind < 5) {
      this.#happened(table, old.no, 'Delete');
      rows.delete(old.no);
      this.#gone.get(table)?.push(old.no);
      return `DELETE FROM ${table} WHERE no = ${text(old.no)}`;
    }
    const row = kind === 5 ? this.#row() : this.#row(old.no);
    rows.delete(old.no);
    rows.set(row.no, row);
    if (row.no === old.no) this.#happened(table, row.no, 'Update', row);
    else {
      this.#happened(table, old.no, 'Delete');
      this.#happened(table, row.no, 'Insert', row);
    }
    const sets = COLUMNS.map((column) => `${column} = ${text(row[column])}`).join(', ');
    return `UPDATE ${table} SET ${sets} WHERE no = ${text(old.no)}`;
  }

  #row(no?: string): Row {
    this.#made += 1;
    const n = this.#made;
    return {
      no: no ?? `K${n}`,
      name: ['', '张三', '逗号,引号"', '换\n行', "O'Brien", ' 空格 '][this.#random(6)] ?? '',
      amount: `${n}.${String(this.#random(100)).padStart(2, '0')}`,
      day:
        this.#random(5) === 0
          ? ''
          : `20${10 + this.#random(15)}-0${1 + this.#random(9)}-1${this.#random(10)}`,
      note: this.#random(20) === 0 ? '长'.repeat(3000) : '',
    };
  }

  #happened(table: Table, no: string, op: string, row?: Row): void {
    const history = this.history.get(table) ?? new Map<string, string[]>();
    history.set(no, [...(history.get(no) ?? []), row ? versionOf(op, row) : op]);
  }
}

export const TABLE_SQL = TABLES.map(
  (table) =>
    `CREATE TABLE ${table} (no varchar(40) PRIMARY KEY, name varchar(40), amount decimal(12,2), day date, note text)`,
);

const insertSql = (table: Table, row: Row): string =>
  `INSERT INTO ${table} (${COLUMNS.join(', ')}) VALUES (${COLUMNS.map((column) => text(row[column])).join(', ')})`;

const versionOf = (op: string, row: Record<string, unknown>): string =>
  `${op}|${COLUMNS.slice(1)
    .map((column) => String(row[column] ?? ''))
    .join('|')}`;

export interface Replay {
  rows: number;
  /** Keys whose state in raw is not the source's. */
  wrongRows: number;
  /** Changes that happened and that raw lacks, has otherwise, or has in another order. */
  lost: number;
  twice: number;
}

/** Compares raw with the source: each row's content now, and every change there ever was. */
export async function compare(platform: Platform, tables: ChangingTables): Promise<Replay> {
  const result: Replay = { rows: 0, wrongRows: 0, lost: 0, twice: 0 };
  for (const table of TABLES) {
    const versions = await rawVersions(platform, `${tables.source.name}__${table}`);
    const source = await tables.source.query(
      `SELECT no, name, amount, CAST(day AS char(10)) AS day, note FROM ${table}`,
    );
    const now = new Map(source.map((row) => [String(row.no), versionOf('', row)]));
    result.rows += now.size;
    const state = new Map<string, string>();
    for (const [no, all] of versions) {
      const last = all.at(-1);
      if (last && last.op !== 'Delete') state.set(no, last.version.slice(last.op.length));
    }
    for (const key of new Set([...now.keys(), ...state.keys()]))
      if (now.get(key) !== state.get(key)) result.wrongRows += 1;
    const history = tables.history.get(table) ?? new Map<string, string[]>();
    for (const [no, happened] of history) {
      const told = (versions.get(no) ?? []).filter(({ change }) => change !== '');
      const names = new Set(told.map(({ change }) => change));
      result.twice += told.length - names.size;
      const words = told.map(({ op, version }) => (op === 'Delete' ? op : version));
      result.lost += happened.filter((word, i) => words[i] !== word).length;
      result.twice += Math.max(0, words.length - happened.length);
    }
    for (const [no, all] of versions)
      if (!history.has(no)) result.twice += all.filter(({ change }) => change !== '').length;
  }
  return result;
}

type Version = { op: string; change: string; version: string };

async function rawVersions(platform: Platform, table: string): Promise<Map<string, Version[]>> {
  const rows = await platform.warehouse.rows(
    `SELECT ${COLUMNS.map(identifier).join(', ')}, toString(_op) AS op, _change AS change FROM raw.${identifier(table)} ORDER BY _batch_id, _row_no`,
    z.object({
      ...Object.fromEntries(COLUMNS.map((column) => [column, z.string()])),
      op: z.string(),
      change: z.string(),
    }),
    { lane: 'batch', tag: 'bench cdc' },
  );
  const versions = new Map<string, Version[]>();
  for (const row of rows as (Row & { op: string; change: string })[]) {
    const version = { op: row.op, change: row.change, version: versionOf(row.op, row) };
    versions.set(row.no, [...(versions.get(row.no) ?? []), version]);
  }
  return versions;
}
