import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../domain/errors.ts';
import { faultPoint } from '../../ingestion/landing/fault-points.ts';
import { homePaths } from '../../warehouse/home.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { type Container, openContainer } from './container.ts';
import { instanceKey, trustedSigner } from '../../warehouse/instance-keys.ts';
import { standingOf, takeNumber } from './ledger.ts';
import { loadPackage } from './load.ts';
import { type Manifest, PACKAGE_ENTRIES, packageIdOf, parseManifest } from './manifest.ts';
import { giveReceipt } from './receipt.ts';

export interface ImportedPackage {
  packageId: string;
  package: string;
  sender: string;
  sequence: number;
  /** `repeat`: taken before; nothing was loaded and the receipt is the one given then. */
  state: 'loaded' | 'repeat';
  rows: number;
  /** Absolute, in `outbox/`. */
  receiptPath: string;
}

/**
 * Verifies a package of another instance, loads it exactly once into `exchange_in.<package>` and answers with a signed
 * receipt. In this order: container, signature, addressee, number, bytes, rows; whatever fails, nothing was loaded.
 * @throws AppError `bad_package` saying which check failed and what to do
 */
export async function importPackage(platform: Platform, file: string): Promise<ImportedPackage> {
  const container = await openContainer(file, PACKAGE_ENTRIES);
  try {
    const { packageId, manifest } = await verified(platform, container);
    const state = await standingOf(platform.store.db, packageId, manifest);
    if (state !== 'loaded') await load(platform, container, packageId, manifest);
    faultPoint(platform.config, 'import-before-receipt');
    const receipt = await giveReceipt(platform, packageId, manifest);
    return {
      packageId,
      package: manifest.package,
      sender: manifest.from.instance,
      sequence: manifest.sequence,
      state: state === 'loaded' ? 'repeat' : 'loaded',
      rows: manifest.rows,
      receiptPath: receipt,
    };
  } finally {
    container.close();
  }
}

/** The manifest, once a trusted sender's signature over its exact bytes holds and it is addressed to us. */
async function verified(
  platform: Platform,
  { document, signature }: Container,
): Promise<{ packageId: string; manifest: Manifest }> {
  const { home } = platform.config;
  const manifest = parseManifest(document);
  const sender = await trustedSigner(home, manifest.from.instance);
  if (!sender.verify(document, signature))
    throw new AppError('bad_package', 'The signature does not fit the manifest: one of them was changed.', {
      where: { sender: manifest.from.instance, rule: 'signature' },
      fix: 'Ask the sender for it again, and how it travelled.',
    });
  const self = await instanceKey(home);
  if (manifest.to.instance !== null && manifest.to.instance !== self.instance)
    throw new AppError(
      'bad_package',
      `The package is addressed to the instance ${manifest.to.instance}; this is ${self.instance}.`,
      {
        where: { rule: 'addressee' },
        fix: 'Hand it to its receiver.',
      },
    );
  return { packageId: packageIdOf(document), manifest };
}

async function load(
  platform: Platform,
  container: Container,
  packageId: string,
  manifest: Manifest,
): Promise<void> {
  const { spool } = homePaths(platform.config.home);
  await mkdir(spool, { recursive: true });
  const dataPath = path.join(spool, `${randomUUID()}.parquet`);
  try {
    const data = await container.unpackData(dataPath);
    const [expected] = manifest.files;
    if (data.sha256 !== expected.sha256 || data.bytes !== expected.bytes)
      throw new AppError('bad_package', 'The data is not the data the manifest was signed for.', {
        where: { rule: 'sha256', file: expected.name },
        fix: 'Ask the sender for it again, and how it travelled.',
      });
    await loadPackage(platform, packageId, manifest, dataPath, () =>
      takeNumber(platform.store, packageId, manifest),
    );
  } finally {
    await rm(dataPath, { force: true });
  }
}
