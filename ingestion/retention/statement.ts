/** What went by a rule of retention, said and signed before it goes; checked with nothing but the file (`anju verify`). */
import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { errorMessage } from '../../warehouse/error-code.ts';
import type { InstanceKey } from '../../warehouse/instance-keys.ts';
import { hashOfDocument } from '../certificate/canonical.ts';
import { signatureOver, signatureProblems, signatureSchema } from '../certificate/signature.ts';
import { RETENTION_DATASETS } from './datasets.ts';

const FORMAT = 'anju-retention-statement/1';

const statementSchema = z.strictObject({
  format: z.literal(FORMAT),
  /** Who dropped the rows and signs. */
  instance: z.string().regex(/^[0-9a-f]{32}$/),
  dataset: z.enum(RETENTION_DATASETS),
  partition: z.string().regex(/^\d{6}(\d\d)?$/),
  rows: z.int().nonnegative(),
  /** Sum of the rows' hashes: of a restored copy it must be the same. */
  hash: z.string(),
  first: z.string(),
  last: z.string(),
  rule: z.strictObject({
    ruleId: z.int(),
    keepDays: z.int(),
    heldBy: z.string(),
    reason: z.string(),
    proposedBy: z.string(),
    approvedBy: z.string().nullable(),
  }),
});
export type RetentionStatement = z.output<typeof statementSchema>;

const signedSchema = z.strictObject({ statement: statementSchema, signature: signatureSchema });

/** Where it lies in the object store, and its bytes: the same for the same rows and rule. */
export function signedStatement(
  said: Omit<RetentionStatement, 'format' | 'instance'>,
  key: InstanceKey,
): { objectKey: string; content: string } {
  const statement = { format: FORMAT, instance: key.instance, ...said };
  const { dataset, partition } = said;
  const signed = { statement, signature: signatureOver(statement, key) };
  return {
    objectKey: `retention/${dataset}/${partition}-${hashOfDocument(statement).slice(0, 16)}.json`,
    content: `${JSON.stringify(signed, null, 2)}\n`,
  };
}

export interface VerifiedStatement {
  path: string;
  statement: RetentionStatement;
  isKeyGiven: boolean;
  /** One sentence each; empty when all that was checked holds. */
  problems: string[];
}

/** Some hundred bytes. */
const MOST_BYTES = 64 * 1024;

/**
 * @param publicKey SPKI PEM of the instance that must have signed
 * @returns undefined where the file is something else than a statement
 * @throws AppError `bad_request` where it says it is one and cannot be read
 */
export async function verifyStatement(
  path: string,
  publicKey?: string,
): Promise<VerifiedStatement | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile() || found.size > MOST_BYTES) return undefined;
  const content = await readFile(path);
  if (!content.includes('"anju-retention-statement/')) return undefined;
  try {
    const { statement, signature } = signedSchema.parse(
      JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content)),
    );
    const problems = signatureProblems('statement', statement, signature, publicKey);
    return { path, statement, isKeyGiven: publicKey !== undefined, problems };
  } catch (cause) {
    throw new AppError('bad_request', `${path} is not a statement of retention this version knows.`, {
      where: { file: path, problem: errorMessage(cause).slice(0, 300) },
      fix: 'Compare it with the copy in the object store; a changed or cut statement proves nothing.',
      cause,
    });
  }
}
