/** The arrival certificate (到达凭证): what arrived, what became of it, signed by the instance that took it. */
import { z } from 'zod';
import type { InstanceKey } from '../../warehouse/instance-keys.ts';
import { hashOfDocument } from './canonical.ts';
import { findingsSchema } from './findings.ts';
import { signatureOver, signatureSchema } from './signature.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().nonnegative();

export const certificateSchema = z.strictObject({
  format: z.literal('anju-arrival-certificate/1'),
  /** Who took the delivery and signs. */
  instance: z.string().regex(/^[0-9a-f]{32}$/),
  /** From 1 in each data set, without gaps. */
  sequence: z.int().positive(),
  /** Hash of the certificate of the data set before this one: none can be left out or made up later. */
  previous: sha256.nullable(),
  deliveryId: z.string(),
  dataset: z.string(),
  /** The agency that owns the data (责任方). */
  owner: z.string(),
  file: z.strictObject({
    name: z.string(),
    /** Null when the file was refused before its end was seen. */
    sha256: sha256.nullable(),
    bytes: count,
    encoding: z.string().nullable(),
  }),
  /** Version of the contract it was read under; null for what was refused unread, absent in certificates of before. */
  contractVersion: z.int().positive().nullable().optional(),
  businessDate: z.string().nullable(),
  receivedAt: z.iso.datetime(),
  outcome: z.enum(['loaded', 'repeat', 'refused']),
  /** `landed = loaded + quarantined + deduplicated`; null for a refused file, of which nothing was loaded. */
  batch: z
    .strictObject({
      batchId: z.int().positive(),
      loadedAt: z.iso.datetime(),
      rows: z.strictObject({
        landed: count,
        loaded: count,
        quarantined: count,
        deduplicated: count,
        deleted: count,
      }),
    })
    .nullable(),
  refusal: z.record(z.string(), z.string()).nullable(),
  /** Null for a repeat and for a whole table older than the state known: nothing was read into the warehouse. */
  findings: findingsSchema.nullable(),
  /** Drift that is no fault of a row; one sentence each. */
  notes: z.array(z.string()),
});
export type Certificate = z.output<typeof certificateSchema>;

export const signedCertificateSchema = z.strictObject({
  certificate: certificateSchema,
  signature: signatureSchema,
});
export type SignedCertificate = z.output<typeof signedCertificateSchema>;

/** What `previous` of the next certificate is. */
export const certificateHash = (certificate: Certificate): string => hashOfDocument(certificate);

export const signCertificate = (certificate: Certificate, key: InstanceKey): SignedCertificate => ({
  certificate,
  signature: signatureOver(certificate, key),
});
