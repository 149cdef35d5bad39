/** Small SQL pieces shared by everything that builds tables. */
import { identifier } from '../../warehouse/engine/sql.ts';
import type { Relation } from './types.ts';

/** `` `base`.`person` `` */
export const relationSql = (relation: Relation): string =>
  `${identifier(relation.database)}.${identifier(relation.name)}`;

/** Where a model is built and tested before it is published. */
export const buildRelation = (relation: Relation): Relation => ({
  database: `${relation.database}__build`,
  name: relation.name,
});

/**
 * One value for the content of a whole table: the sum, modulo 2^128, of its rows' hashes. Equal tables hash equal
 * whatever the order of their rows; duplicates count (with XOR two equal rows would vanish). Rows are hashed as tuples
 * because a hash over a NULL argument is NULL, and the row would not count.
 */
export function contentHashSql(relation: Relation, unhashed: readonly string[] = [], where = ''): string {
  const row = unhashed.length === 0 ? '*' : `* EXCEPT (${unhashed.map(identifier).join(', ')})`;
  return `SELECT count() AS rows, concat(lower(hex(sumWithOverflow(reinterpretAsUInt128(sipHash128(tuple(${row})))))), '-', toString(count())) AS hash FROM ${relationSql(relation)}${where === '' ? '' : ` WHERE ${where}`}`;
}

export interface Measure {
  rows: number;
  hash: string;
}

/** What a table measures after rows left it and others came: the hash is a sum. */
export function after(table: Measure, left: Measure, came: Measure): Measure {
  const sum = ({ hash }: Measure): bigint => BigInt(`0x${hash.slice(0, hash.indexOf('-'))}`);
  const value = BigInt.asUintN(128, sum(table) - sum(left) + sum(came)).toString(16);
  const rows = table.rows - left.rows + came.rows;
  // As the engine writes it: whole bytes, none that is zero in front.
  return { rows, hash: `${value.length % 2 === 0 ? value : `0${value}`}-${rows}` };
}
