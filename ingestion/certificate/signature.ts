/** A signature beside what it is over: made with the instance's key, checked with nothing but the document. */
import { createPublicKey, verify } from 'node:crypto';
import { z } from 'zod';
import { errorMessage } from '../../warehouse/error-code.ts';
import { type InstanceKey, instanceOf } from '../../warehouse/instance-keys.ts';
import { canonicalJson } from './canonical.ts';

export const signatureSchema = z.strictObject({
  algorithm: z.literal('Ed25519'),
  /** SPKI PEM. Says who claims to have signed; whether that is who you think, only another channel tells. */
  publicKey: z.string().max(2000),
  /** Base64, over the canonical JSON of the document. */
  value: z.base64().max(200),
});
export type Signature = z.output<typeof signatureSchema>;

/** The bytes of a document that are signed. */
export const signedBytes = (document: unknown): Uint8Array => Buffer.from(canonicalJson(document), 'utf8');

/** Ed25519 is deterministic: the same document signed twice is the same file. */
export const signatureOver = (document: unknown, key: InstanceKey): Signature => ({
  ...{ algorithm: 'Ed25519', publicKey: key.publicKey },
  value: Buffer.from(key.sign(signedBytes(document))).toString('base64'),
});

/**
 * @param what names the document in a sentence: `certificate`
 * @param given SPKI PEM of the instance that must have signed; else the document's own word for it
 * @returns one sentence each; none when it holds
 */
export function signatureProblems(
  what: string,
  document: { instance: string },
  signature: Signature,
  given?: string,
): string[] {
  const problems: string[] = [];
  try {
    const key = createPublicKey(given ?? signature.publicKey);
    if (key.asymmetricKeyType !== 'ed25519') return ['The key is not an Ed25519 key.'];
    if (instanceOf(key) !== document.instance)
      problems.push(`The ${what} names the instance ${document.instance}, the key is another one's.`);
    if (!verify(null, signedBytes(document), key, Buffer.from(signature.value, 'base64')))
      problems.push(`The signature does not fit: the ${what} was changed, or signed with another key.`);
  } catch (error) {
    problems.push(`The key cannot be read: ${errorMessage(error)}`);
  }
  return problems;
}
