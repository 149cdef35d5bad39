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
export const contentHashSql = (relation: Relation): string =>
  `SELECT count() AS rows, concat(lower(hex(sumWithOverflow(reinterpretAsUInt128(sipHash128(tuple(*)))))), '-', toString(count())) AS hash FROM ${relationSql(relation)}`;
