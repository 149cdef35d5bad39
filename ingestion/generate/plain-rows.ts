/**
 * Whole rows in which every text is plain. Landing looks at each text once and leaves in raw by which forms it found a row plain
 * (`_plain_as`): standardising then takes such a row as it is, and only the others apart.
 */
import { createHash } from 'node:crypto';
import { bound } from '../../domain/sql.ts';
import { identifier, literal } from '../../warehouse/engine/sql.ts';
import type { Dataset, Field } from '../contract.ts';
import { plainOf } from './plain.ts';

/**
 * The number of the plain forms of a data set's fields: what `_plain_as` holds of a row in which every text is plain, or missing,
 * and that has no defect. 0 is of other rows. A contract or form that changes has another number, and known rows count as others.
 */
export function plainNumber(dataset: Dataset): number {
  const forms = dataset.fields.map((field) => [field.source, plainOf(field)?.testSql('x') ?? null]);
  const digest = createHash('sha256').update(JSON.stringify(forms)).digest();
  return Math.max(digest.readUInt32BE(), 1);
}

/** Bits of a `UInt64`; what does not have one of its own shares the last. */
const LAST_BIT = 63;
const bitAt = (position: number): bigint => 1n << BigInt(Math.min(position, LAST_BIT));

/** `UInt64` over a row: a bit for each field that is not as `isPlainSql` says; a field of which it says nothing has none. */
export function doubtBitsSql(dataset: Dataset, isPlainSql: (field: Field) => string | undefined): string {
  const bits = dataset.fields.flatMap((field, position) => {
    const isPlain = isPlainSql(field);
    return isPlain === undefined ? [] : [`toUInt64(NOT ${isPlain}) * ${bitAt(position)}`];
  });
  return bits.length === 0 ? 'toUInt64(0)' : bits.reduce((all, bit) => `bitOr(${all}, ${bit})`);
}

/** Does any row doubt the field? `doubts`: the bits of all rows together. */
export const isDoubted = (dataset: Dataset, doubts: bigint, name: string): boolean =>
  (doubts & bitAt(dataset.fields.findIndex((field) => field.name === name))) !== 0n;

/** Names of the fields in doubt, as an array. */
export const doubtedNamesSql = (dataset: Dataset, doubts: string): string =>
  bound('bits', doubts, (bits) => {
    const names = dataset.fields.map(
      ({ name }, position) => `if(bitTest(${bits}, ${Math.min(position, LAST_BIT)}), ${literal(name)}, '')`,
    );
    return `arrayRemove([${names.join(', ')}], '')`;
  });

/** Is the text plain, or missing? Undefined where the field has no plain form: it is read in full in every row. */
export function isPlainTextSql(field: Field, text: string): string | undefined {
  const form = plainOf(field);
  return form && `bitOr(${text} = '', ${form.testSql(text)})`;
}

/** A row of raw, from `delivered`: the fields in doubt, as bits. */
export const rawDoubtsSql = (dataset: Dataset): string =>
  doubtBitsSql(dataset, (field) => isPlainTextSql(field, `delivered.${identifier(field.source)}`));
