import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { packageDefinitions } from '../../pipelines/exports/definition.ts';
import { importPackage } from '../../pipelines/exports/import-package.ts';
import { exportsMade, givenReceiptFile, importsTaken, packageFile } from '../../pipelines/exports/journal.ts';
import { instanceKey } from '../../warehouse/instance-keys.ts';
import { makePackage } from '../../pipelines/exports/make-package.ts';
import { fileReceipt } from '../../pipelines/exports/receipt.ts';
import { audited } from '../audit.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { withUpload } from '../upload.ts';

const ZIP = 'application/zip';
const id = z.string().regex(/^[0-9a-f]{64}$/, 'must be a package id: 64 hexadecimal digits');
const byId = z.object({ id });
const page = z.object({ limit: z.coerce.number().int().min(1).max(500).default(100) });
const made = z.object({
  packageId: id,
  name: z.string(),
  sequence: z.number().int(),
  rows: z.number().int(),
  sha256: z.string(),
});
const exported = made.extend({
  receiver: z.string(),
  asOf: z.string().nullable(),
  fileName: z.string(),
  bytes: z.number().int(),
  state: z.enum(['made', 'received']),
  createdAt: z.iso.datetime(),
  receivedAt: z.iso.datetime().nullable(),
});
const imported = z.object({
  packageId: id,
  name: z.string(),
  sender: z.string(),
  sequence: z.number().int(),
  rows: z.number().int(),
  state: z.enum(['loading', 'loaded']),
  asOf: z.string().nullable(),
  loadedAt: z.iso.datetime().nullable(),
});
const right = 'exchange:manage';
const tag = 'exchange';

/** Packages to and from other tiers, and receipts (catalog B; DESIGN §5). */
export const exchangeEndpoints: Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/instance',
    summary: 'Who this instance is to others: its id and the public key they put into keys/trusted',
    tag,
    right,
    answer: z.object({ instance: z.string(), publicKey: z.string() }),
    handler: async ({ platform }) => {
      const { instance, publicKey } = await instanceKey(platform.config.home);
      return { instance, publicKey };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/exports',
    summary: 'Packages there are definitions for, and packages made, newest first',
    tag,
    right,
    query: page,
    answer: z.object({
      definitions: z.array(
        z.object({
          name: z.string(),
          zh: z.string(),
          receiver: z.string(),
          level: z.number(),
          reference: z.string(),
        }),
      ),
      exports: z.array(exported),
    }),
    handler: async ({ platform, query }) => ({
      definitions: (await packageDefinitions()).map(({ name, zh, receiver, level, reference }) => ({
        name,
        zh,
        receiver,
        level,
        reference,
      })),
      exports: (await exportsMade(platform, query.limit)).map((row) => ({
        packageId: row.package_id,
        name: row.name,
        sequence: row.sequence,
        rows: row.rows,
        sha256: row.sha256,
        receiver: row.receiver,
        asOf: row.as_of,
        fileName: row.file_name,
        bytes: row.bytes,
        state: row.state,
        createdAt: row.created_at.toISOString(),
        receivedAt: row.received_at?.toISOString() ?? null,
      })),
    }),
  }),
  endpoint({
    method: 'post',
    path: '/api/exports',
    summary: 'Make the next signed package of a definition',
    tag,
    right,
    body: z.object({ name: z.string().min(1).max(63) }),
    answer: made,
    handler: async ({ platform, identity, body, request, response }) => {
      const entry = { user: identity.user, action: 'package-make', object: body.name, address: request.ip };
      const { packageId, sequence, rows, sha256 } = await audited(platform.store, entry, () =>
        makePackage(platform, body.name),
      );
      response.status(201);
      return { packageId, name: body.name, sequence, rows, sha256 };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/exports/:id/package',
    summary: 'The package file',
    tag,
    right,
    params: byId,
    handler: async ({ platform, identity, params, request, response }) => {
      const entry = {
        user: identity.user,
        action: 'package-download',
        object: params.id,
        address: request.ip,
      };
      const file = await audited(platform.store, entry, () => packageFile(platform, params.id));
      return sendFile(response, file);
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/exports/:id/receipt',
    summary: 'File the receiver’s receipt of a package',
    tag,
    right,
    params: byId,
    upload: ZIP,
    answer: z.object({ packageId: id, sequence: z.number().int(), state: z.literal('received') }),
    handler: async ({ platform, identity, params, request }) => {
      const entry = { user: identity.user, action: 'receipt-file', object: params.id, address: request.ip };
      const { packageId, sequence, state } = await audited(platform.store, entry, () =>
        withUpload(platform, request, ZIP, (file) => fileReceipt(platform, file, params.id), RECEIPT_BYTES),
      );
      return { packageId, sequence, state };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/imports',
    summary: 'Packages taken from other instances, newest first',
    tag,
    right,
    query: page,
    answer: z.object({ imports: z.array(imported) }),
    handler: async ({ platform, query }) => ({
      imports: (await importsTaken(platform, query.limit)).map((row) => ({
        packageId: row.package_id,
        name: row.name,
        sender: row.sender,
        sequence: row.sequence,
        rows: row.rows,
        state: row.state,
        asOf: row.as_of,
        loadedAt: row.loaded_at?.toISOString() ?? null,
      })),
    }),
  }),
  endpoint({
    method: 'post',
    path: '/api/imports',
    summary: 'Verify and load a package of another instance; `state` is `repeat` for one taken before',
    tag,
    right,
    upload: ZIP,
    answer: z.object({
      packageId: id,
      name: z.string(),
      sender: z.string(),
      sequence: z.number().int(),
      rows: z.number().int(),
      state: z.enum(['loaded', 'repeat']),
    }),
    handler: async ({ platform, identity, request }) => {
      const entry = { user: identity.user, action: 'package-import', address: request.ip };
      const taken = await audited(platform.store, entry, () =>
        withUpload(platform, request, ZIP, (file) => importPackage(platform, file)),
      );
      const { packageId, package: name, sender, sequence, rows, state } = taken;
      return { packageId, name, sender, sequence, rows, state };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/imports/:id/receipt',
    summary: 'The signed receipt to give back to the sender',
    tag,
    right,
    params: byId,
    handler: async ({ platform, params, response }) =>
      sendFile(response, await givenReceiptFile(platform, params.id)),
  }),
];

const RECEIPT_BYTES = 1024 * 1024;

async function sendFile(response: Response, file: string): Promise<undefined> {
  await access(file).catch((cause: unknown) => {
    throw new AppError('not_found', `${path.basename(file)} is no longer in the outbox.`, {
      fix: 'Restore it from the backup.',
      cause,
    });
  });
  response.type(ZIP).attachment(path.basename(file));
  await pipeline(createReadStream(file), response).catch((error: unknown) => {
    if (!response.destroyed) throw error;
  });
  if (!response.writableFinished) await once(response, 'close');
  return undefined;
}
