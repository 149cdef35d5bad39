/** Small SQL pieces shared by everything that builds tables. */
import { z } from 'zod';
import { identifier } from '../../warehouse/engine/sql.ts';
import type { Node, Relation } from './types.ts';

/** `` `base`.`person` `` */
export const relationSql = (relation: Relation): string =>
  `${identifier(relation.database)}.${identifier(relation.name)}`;

/** Rows of a relation, as a query in brackets. */
export const rowsWhere = (relation: Relation, where: string): string =>
  `(SELECT * FROM ${relationSql(relation)} WHERE ${where})`;

/** Where a model is built and tested before it is published. */
export const buildRelation = (relation: Relation): Relation => ({
  database: `${relation.database}__build`,
  name: relation.name,
});

/** The rows an increment brings, before they are merged. */
export const freshRelation = (relation: Relation): Relation => beside(relation, '__fresh');
/** Keys whose rows are taken anew. */
export const touchedRelation = (relation: Relation): Relation => beside(relation, '__touched');
/** Rows of the published table that leave it, or change. */
export const leavingRelation = (relation: Relation): Relation => beside(relation, '__leaving');
/** Rows of the input of that number, read from there several times: those of touched keys, or those of raw that are not plain. */
export const asideRelation = (relation: Relation, input: number): Relation =>
  beside(relation, `__aside${input}`);
const beside = (relation: Relation, ending: string): Relation => ({
  ...buildRelation(relation),
  name: `${relation.name}${ending}`,
});

/**
 * One value for the content of a whole table: the sum, modulo 2^64, of its rows' hashes. Equal tables hash equal
 * whatever the order of their rows; duplicates count (with XOR two equal rows would vanish). Rows are hashed as tuples
 * because a hash over a NULL argument is NULL, and the row would not count. It tells what changed, it is no seal: sipHash128
 * costs nine times as much, more than writing the table (docs/decisions/0010-building-by-change.md).
 */
export const contentHashSql = (relation: Relation, content: Content = WHOLE, where = ''): string =>
  measureSql(relation, rowContentSql(content), where);

/** What a row adds to that. */
export function rowContentSql({ unhashed, moving, isKept }: Content): string {
  if (isKept) return KEPT_HASH;
  const apart = [...unhashed, ...moving];
  const rest = rowHashSql(apart.length === 0 ? '*' : `* EXCEPT (${apart.map(identifier).join(', ')})`);
  return moving.length === 0 ? rest : `${rest} + ${movingHashSql(moving.map(identifier))}`;
}

/** @param hash what each row adds */
export const measureSql = (relation: Relation, hash: string, where = ''): string =>
  `SELECT count() AS rows, concat(lower(hex(sumWithOverflow(${hash}))), '-', toString(count())) AS hash FROM ${relationSql(relation)}${where === '' ? '' : ` WHERE ${where}`}`;

export const rowHashSql = (columns: string): string => `cityHash64(tuple(${columns}))`;
/** The column in which a table keeps its rows' hashes; not in `SELECT *`. */
export const KEPT_HASH = '_content_hash';

/** Columns that change while the rest of a row stays have a hash of their own, so that a change needs no other column. */
export const movingHashSql = (values: readonly string[]): string =>
  rowHashSql([...ROW, ...values].join(', '));
/** What tells rows with moving columns apart. */
export const ROW = ['_key_hash', '_batch_id', '_row_no'];

/** How columns count in the hash of a model's table. */
export interface Content {
  /** No content: when something was learnt. */
  unhashed: readonly string[];
  /** Content that changes in a row that stays (`end-followed.ts`). */
  moving: readonly string[];
  /** The table keeps each row's hash, which is of all columns. */
  isKept: boolean;
}
export const WHOLE: Content = { unhashed: [], moving: [], isKept: false };

const contentMeta = z.object({
  unhashed: z.array(z.string()).default([]),
  moving: z.array(z.string()).default([]),
});
export const contentOf = ({ config }: Node): Content => ({
  ...contentMeta.parse(config.meta),
  isKept: config.materialized === 'table' && config.meta['follows'] !== undefined,
});

export interface Measure {
  rows: number;
  hash: string;
}

const sum = ({ hash }: Measure): bigint => BigInt(`0x${hash.slice(0, hash.indexOf('-'))}`);

/** What a table measures after rows left it and others came: the hash is a sum. */
export const after = (table: Measure, left: Measure, came: Measure): Measure =>
  measured(table.rows - left.rows + came.rows, sum(table) - sum(left) + sum(came));

export const sumOf = (one: Measure, other: Measure): Measure =>
  measured(one.rows + other.rows, sum(one) + sum(other));

/** As the engine writes it: whole bytes, none that is zero in front. */
export function measured(rows: number, total: bigint): Measure {
  const value = BigInt.asUintN(64, total).toString(16);
  return { rows, hash: `${value.length % 2 === 0 ? value : `0${value}`}-${rows}` };
}
