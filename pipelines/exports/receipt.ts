import { randomUUID } from 'node:crypto';
import { access, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../domain/errors.ts';
import { errorCode } from '../../warehouse/error-code.ts';
import { homePaths } from '../../warehouse/home.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { openContainer, writeContainer } from './container.ts';
import { instanceKey, trustedSigner } from '../../warehouse/instance-keys.ts';
import { type Manifest, parseReceipt, RECEIPT_ENTRIES, type Receipt, toBytes } from './manifest.ts';

/**
 * Marks a package as loaded and signs its receipt, in one step of the ledger; then writes the receipt's file. For a
 * package with a receipt it is the same receipt, byte for byte. Gives the file's path.
 */
export async function giveReceipt(
  platform: Platform,
  packageId: string,
  manifest: Manifest,
): Promise<string> {
  const given =
    (await findReceipt(platform, packageId)) ?? (await signReceipt(platform, packageId, manifest));
  const file = receiptFile(platform, {
    name: manifest.package,
    sender: manifest.from.instance,
    sequence: manifest.sequence,
  });
  if (await isThere(file)) return file;
  await mkdir(path.dirname(file), { recursive: true });
  const draft = `${file}.${randomUUID()}.part`;
  try {
    const document = Buffer.from(given.document);
    await writeContainer(
      draft,
      RECEIPT_ENTRIES,
      { document, signature: Buffer.from(given.signature, 'base64') },
      new Date(parseReceipt(document).loadedAt),
    );
    await rename(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
  return file;
}

export const receiptFile = (
  { config }: Platform,
  { name, sender, sequence }: { name: string; sender: string; sequence: number },
): string =>
  path.join(
    homePaths(config.home).outbox,
    `receipt-${name}-${sender.slice(0, 8)}-${String(sequence).padStart(6, '0')}.zip`,
  );

const findReceipt = (platform: Platform, packageId: string) =>
  platform.store.db
    .selectFrom('receipt')
    .select(['document', 'signature'])
    .where('package_id', '=', packageId)
    .where('direction', '=', 'given')
    .executeTakeFirst();

async function signReceipt(platform: Platform, packageId: string, manifest: Manifest) {
  const key = await instanceKey(platform.config.home);
  const loadedAt = new Date();
  const receipt: Receipt = {
    format: 'anju-receipt/1',
    packageId,
    package: manifest.package,
    sequence: manifest.sequence,
    to: manifest.from,
    from: { instance: key.instance },
    state: 'loaded',
    rows: manifest.rows,
    contentHash: manifest.contentHash,
    loadedAt: loadedAt.toISOString(),
  };
  const document = toBytes(receipt);
  const signed = {
    document: Buffer.from(document).toString('utf8'),
    signature: Buffer.from(key.sign(document)).toString('base64'),
  };
  return platform.store.db.transaction().execute(async (trx) => {
    await trx
      .updateTable('import_package')
      .set({ state: 'loaded', loaded_at: loadedAt })
      .where('package_id', '=', packageId)
      .where('state', '=', 'loading')
      .execute();
    await trx
      .insertInto('receipt')
      .values({ package_id: packageId, direction: 'given', ...signed })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return trx
      .selectFrom('receipt')
      .select(['document', 'signature'])
      .where('package_id', '=', packageId)
      .where('direction', '=', 'given')
      .executeTakeFirstOrThrow();
  });
}

export interface FiledReceipt {
  packageId: string;
  package: string;
  sequence: number;
  state: 'received';
}

/**
 * On the sender: checks a receipt (signature by a trusted receiver, our package, its rows and content) and marks the
 * package as received. The same receipt again changes nothing. `expectedPackageId`: a receipt for another one is refused.
 * @throws AppError `bad_package`
 */
export async function fileReceipt(
  platform: Platform,
  file: string,
  expectedPackageId?: string,
): Promise<FiledReceipt> {
  const container = await openContainer(file, RECEIPT_ENTRIES);
  container.close();
  const { document, signature } = container;
  const receipt = parseReceipt(document);
  if (expectedPackageId !== undefined && expectedPackageId !== receipt.packageId)
    throw wrong('The receipt is for another package.', 'package');
  const receiver = await trustedSigner(platform.config.home, receipt.from.instance);
  if (!receiver.verify(document, signature))
    throw wrong('The signature does not fit the receipt.', 'signature');
  return platform.store.db.transaction().execute(async (trx) => {
    const sent = await trx
      .selectFrom('export_package')
      .selectAll()
      .where('package_id', '=', receipt.packageId)
      .forUpdate()
      .executeTakeFirst();
    if (sent === undefined) throw wrong('This instance has sent no package of that id.', 'package');
    if (sent.receiver !== '' && sent.receiver !== receipt.from.instance)
      throw wrong('The receipt is signed by another instance than the package was sent to.', 'receiver');
    if (sent.rows !== receipt.rows || sent.content_hash !== receipt.contentHash)
      throw wrong('The receiver has loaded other rows than were sent.', 'content');
    if (sent.name !== receipt.package || sent.sequence !== receipt.sequence)
      throw wrong('The receipt names another package than the one of that id.', 'sequence');
    if (sent.state === 'made') {
      await trx
        .updateTable('export_package')
        .set({ state: 'received', received_at: new Date() })
        .where('package_id', '=', sent.package_id)
        .execute();
      await trx
        .insertInto('receipt')
        .values({
          package_id: sent.package_id,
          direction: 'taken',
          document: Buffer.from(document).toString('utf8'),
          signature: Buffer.from(signature).toString('base64'),
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }
    return {
      packageId: sent.package_id,
      package: sent.name,
      sequence: sent.sequence,
      state: 'received' as const,
    };
  });
}

const wrong = (message: string, rule: string) =>
  new AppError('bad_package', message, { where: { rule }, fix: 'Ask the receiver for its receipt again.' });

async function isThere(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}
