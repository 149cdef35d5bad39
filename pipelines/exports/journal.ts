import path from 'node:path';
import { AppError } from '../../domain/errors.ts';
import { homePaths } from '../../warehouse/home.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { publishDrafts } from './make-package.ts';
import { receiptFile } from './receipt.ts';

/** Packages sent, newest first. */
export const exportsMade = (platform: Platform, limit: number) =>
  platform.store.db
    .selectFrom('export_package')
    .selectAll()
    .orderBy('created_at', 'desc')
    .limit(limit)
    .execute();

/** Packages taken, newest first. */
export const importsTaken = (platform: Platform, limit: number) =>
  platform.store.db
    .selectFrom('import_package')
    .selectAll()
    .orderBy('started_at', 'desc')
    .limit(limit)
    .execute();

/** The file of a package sent. @throws AppError `not_found` */
export async function packageFile(platform: Platform, packageId: string): Promise<string> {
  await publishDrafts(platform);
  const row = await platform.store.db
    .selectFrom('export_package')
    .select('file_name')
    .where('package_id', '=', packageId)
    .executeTakeFirst();
  if (row === undefined) throw new AppError('not_found', 'This instance has made no package of that id.');
  return path.join(homePaths(platform.config.home).outbox, row.file_name);
}

/** The file of the receipt given for a package taken. @throws AppError `not_found` */
export async function givenReceiptFile(platform: Platform, packageId: string): Promise<string> {
  const row = await platform.store.db
    .selectFrom('import_package')
    .select(['name', 'sender', 'sequence', 'state'])
    .where('package_id', '=', packageId)
    .executeTakeFirst();
  if (row?.state !== 'loaded')
    throw new AppError('not_found', 'This instance has loaded no package of that id.');
  return receiptFile(platform, row);
}
