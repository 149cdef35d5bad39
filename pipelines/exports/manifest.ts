import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { isExchangeType } from './types.ts';

/** Names inside a package and a receipt; nothing else may be in them. */
export const PACKAGE_ENTRIES = { document: 'manifest.json', signature: 'manifest.sig', data: 'data.parquet' };
export const RECEIPT_ENTRIES = { document: 'receipt.json', signature: 'receipt.sig' };

const identifier = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const instanceId = z.string().regex(/^[0-9a-f]{32}$/);
const count = z.int().nonnegative();
const contentHash = z.string().regex(/^[0-9A-F]{2,32}-\d{1,18}$/);

const columnSchema = z.strictObject({
  /** Never begins with `_`: those names are ours in the receiving table. */
  name: identifier,
  type: z.string().max(64).refine(isExchangeType, 'is not a type packages may carry'),
  zh: z.string().max(200),
});

/** What a package says of itself. The signature is over this document's exact bytes. */
export const manifestSchema = z.strictObject({
  format: z.literal('anju-package/1'),
  package: identifier,
  zh: z.string().max(200),
  reference: z.string().max(500),
  level: z.int().min(1).max(4),
  from: z.strictObject({ instance: instanceId }),
  /** `instance` is null when the sender did not know the receiver's key. */
  to: z.strictObject({ tier: z.string().max(32), instance: instanceId.nullable() }),
  /** From 1 in each series of (sender, package, receiver), without gaps. */
  sequence: z.int().positive(),
  /** Package id of the one before; null for the first. */
  previous: sha256.nullable(),
  asOf: z.iso.date().nullable(),
  createdAt: z.iso.datetime(),
  schema: z.strictObject({
    version: z.int().positive(),
    key: z.array(identifier).min(1),
    columns: z.array(columnSchema).min(1).max(1000),
  }),
  rows: count,
  /** Of the rows in any order, see `content.ts`. */
  contentHash,
  files: z.tuple([z.strictObject({ name: z.literal(PACKAGE_ENTRIES.data), bytes: count, sha256 })]),
});
export type Manifest = z.output<typeof manifestSchema>;
export type PackageColumn = z.output<typeof columnSchema>;

/** What a receiver says of a package it has loaded. */
export const receiptSchema = z.strictObject({
  format: z.literal('anju-receipt/1'),
  packageId: sha256,
  package: identifier,
  sequence: z.int().positive(),
  /** The sender of the package. */
  to: z.strictObject({ instance: instanceId }),
  /** The receiver, who signs. */
  from: z.strictObject({ instance: instanceId }),
  state: z.literal('loaded'),
  rows: count,
  contentHash,
  loadedAt: z.iso.datetime(),
});
export type Receipt = z.output<typeof receiptSchema>;

/** A package is known by the sha256 of its manifest's bytes. */
export const packageIdOf = (manifest: Uint8Array): string =>
  createHash('sha256').update(manifest).digest('hex');

/** @throws AppError `bad_package` naming the field that is wrong */
export const parseManifest = (bytes: Uint8Array): Manifest =>
  parseDocument(bytes, manifestSchema, 'manifest');
export const parseReceipt = (bytes: Uint8Array): Receipt => parseDocument(bytes, receiptSchema, 'receipt');

function parseDocument<T>(bytes: Uint8Array, schema: z.ZodType<T>, what: string): T {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new AppError('bad_package', `The ${what} is not JSON.`, { cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new AppError('bad_package', `The ${what} is not of a form this version of Anju knows.`, {
    where: { field: issue?.path.join('.') || 'document', problem: issue?.message ?? '' },
    fix: 'Update this instance, or ask the sender for a package of an older format.',
  });
}

export const toBytes = (document: Manifest | Receipt): Uint8Array =>
  Buffer.from(`${JSON.stringify(document, null, 2)}\n`);
