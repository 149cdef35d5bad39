import type { Kysely } from 'kysely';
import { AppError } from '../../domain/errors.ts';
import type { Database, OperationalStore } from '../../warehouse/operational/store.ts';
import type { Manifest } from './manifest.ts';

/** The newest package of a series: a name and a receiver ('' where none is known). */
export const lastExport = (store: OperationalStore, name: string, receiver: string) =>
  store.db
    .selectFrom('export_package')
    .select(['package_id', 'sequence'])
    .where('name', '=', name)
    .where('receiver', '=', receiver)
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst();

/** Gives the package its number. @throws AppError `conflict` (retriable) when another package took it meanwhile */
export async function recordExport(
  store: OperationalStore,
  made: { packageId: string; manifest: Manifest; fileName: string; sha256: string; bytes: number },
): Promise<void> {
  const { manifest } = made;
  const taken = await store.db
    .insertInto('export_package')
    .values({
      package_id: made.packageId,
      name: manifest.package,
      receiver: manifest.to.instance ?? '',
      sequence: manifest.sequence,
      previous: manifest.previous,
      as_of: manifest.asOf,
      rows: manifest.rows,
      content_hash: manifest.contentHash,
      file_name: made.fileName,
      sha256: made.sha256,
      bytes: made.bytes,
      created_at: manifest.createdAt,
    })
    .onConflict((conflict) => conflict.columns(['name', 'receiver', 'sequence']).doNothing())
    .returning('package_id')
    .executeTakeFirst();
  if (taken === undefined)
    throw new AppError('conflict', `Another export of ${manifest.package} was made at the same time.`, {
      where: { sequence: manifest.sequence },
      fix: 'Export again if another one is wanted.',
      retriable: true,
    });
}

/**
 * Where a package stands in its series: `loaded` before, `loading` when an import of it was interrupted, `next` when it
 * is the one expected.
 * @throws AppError `bad_package` for a gap, another package under the same number, or a broken chain
 */
export async function standingOf(
  db: Kysely<Database>,
  packageId: string,
  manifest: Manifest,
): Promise<'loaded' | 'loading' | 'next'> {
  const { sequence, package: name, from, to } = manifest;
  const series = db
    .selectFrom('import_package')
    .select(['package_id', 'sequence', 'state'])
    .where('sender', '=', from.instance)
    .where('name', '=', name)
    .where('receiver', '=', to.instance ?? '');
  const same = await series.where('sequence', '=', sequence).executeTakeFirst();
  if (same !== undefined) {
    if (same.package_id === packageId) return same.state;
    throw refused(manifest, `Package ${sequence} of ${name} was taken already, with other content.`, {
      fix: 'Ask the sender which of the two is right; a correction has a new number.',
    });
  }
  const last = await series.orderBy('sequence', 'desc').limit(1).executeTakeFirst();
  const next = (last?.sequence ?? 0) + 1;
  if (sequence !== next) {
    const missing = sequence - 1 > next ? `${next} to ${sequence - 1} are` : `${next} is`;
    throw refused(manifest, `This is package ${sequence} of ${name}; package ${missing} missing.`, {
      fix: 'Import the missing ones first; the sender keeps them in its outbox.',
      expected: next,
    });
  }
  if (last?.state === 'loading')
    throw refused(manifest, `Package ${last.sequence} of ${name} was begun and not finished.`, {
      fix: 'Import it again first: it resumes.',
      expected: last.sequence,
    });
  if ((last?.package_id ?? null) !== manifest.previous)
    throw refused(manifest, `Package ${sequence} of ${name} does not follow the package taken before it.`, {
      fix: 'Ask the sender whether its ledger was restored from a backup.',
    });
  return 'next';
}

/** Takes the number of a package whose rows are checked and ready. @throws as `standingOf` */
export async function takeNumber(
  store: OperationalStore,
  packageId: string,
  manifest: Manifest,
): Promise<void> {
  await store.db.transaction().execute(async (trx) => {
    if ((await standingOf(trx, packageId, manifest)) !== 'next') return;
    const taken = await trx
      .insertInto('import_package')
      .values({
        package_id: packageId,
        sender: manifest.from.instance,
        name: manifest.package,
        receiver: manifest.to.instance ?? '',
        sequence: manifest.sequence,
        as_of: manifest.asOf,
        rows: manifest.rows,
        content_hash: manifest.contentHash,
        state: 'loading',
      })
      .onConflict((conflict) => conflict.doNothing())
      .returning('package_id')
      .executeTakeFirst();
    if (taken === undefined)
      throw new AppError(
        'conflict',
        `Package ${manifest.sequence} of ${manifest.package} is being imported right now.`,
        { fix: 'Import it again in a moment.', retriable: true },
      );
  });
}

const refused = (
  { sequence, from }: Manifest,
  message: string,
  { fix, expected }: { fix: string; expected?: number },
) =>
  new AppError('bad_package', message, {
    where: { sequence, sender: from.instance, ...(expected === undefined ? {} : { expected }) },
    fix,
  });
