import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { faultPoint } from '../../ingestion/landing/fault-points.ts';
import { errorCode } from '../../warehouse/error-code.ts';
import { identifier, literal } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { homePaths } from '../../warehouse/home.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { writeContainer } from './container.ts';
import { type Content, contentOf } from './content.ts';
import { type PackageDefinition, packageDefinition } from './definition.ts';
import { instanceKey, trustedKeys } from '../../warehouse/instance-keys.ts';
import { lastExport, recordExport } from './ledger.ts';
import { type Manifest, PACKAGE_ENTRIES, type PackageColumn, packageIdOf, toBytes } from './manifest.ts';
import { exchangeType } from './types.ts';

export interface MadePackage {
  /** Absolute, in `outbox/`. */
  path: string;
  sequence: number;
  rows: number;
  /** Of the package file. */
  sha256: string;
  packageId: string;
}

/**
 * Makes the next package of a definition: data by the engine, manifest, signature, one zip file in `outbox/`.
 *
 * The file is written whole under a name of its own, then the ledger takes its number, then it gets its name: a file
 * one can see has its number for good. A crash before the ledger leaves nothing but a draft; after it, the draft is
 * named by `publishDrafts`.
 * @throws AppError `conflict` (retriable) when another export took the number meanwhile
 */
export async function makePackage(platform: Platform, name: string): Promise<MadePackage> {
  const definition = await packageDefinition(name);
  const { outbox, spool } = homePaths(platform.config.home);
  await mkdir(outbox, { recursive: true });
  await mkdir(spool, { recursive: true });
  await publishDrafts(platform);
  const dataPath = path.join(spool, `${randomUUID()}.parquet`);
  const draft = path.join(outbox, `${randomUUID()}.part`);
  try {
    const rows = await writeRows(platform.warehouse, definition, dataPath);
    const { manifest, document, signature } = await describe(platform, definition, rows, dataPath);
    const packageId = packageIdOf(document);
    await writeContainer(
      draft,
      PACKAGE_ENTRIES,
      { document, signature, dataPath },
      new Date(manifest.createdAt),
    );
    const file = await hashed(draft);
    const waiting = path.join(outbox, draftName(packageId));
    await rename(draft, waiting);
    faultPoint(platform.config, 'export-before-ledger');
    const fileName = fileNameOf(manifest);
    await recordExport(platform.store, { packageId, manifest, fileName, ...file }).catch(
      async (error: unknown) => {
        await rm(waiting, { force: true });
        throw error;
      },
    );
    faultPoint(platform.config, 'export-before-rename');
    await rename(waiting, path.join(outbox, fileName));
    await sync(outbox);
    return {
      path: path.join(outbox, fileName),
      sequence: manifest.sequence,
      rows: manifest.rows,
      sha256: file.sha256,
      packageId,
    };
  } finally {
    await rm(dataPath, { force: true });
    await rm(draft, { force: true });
  }
}

/** Names the drafts whose number the ledger has, and clears away those it has not: what a crash left of an export. */
export async function publishDrafts(platform: Platform): Promise<void> {
  const { outbox } = homePaths(platform.config.home);
  for (const file of await readdir(outbox)) {
    const [, packageId] = DRAFT.exec(file) ?? [];
    if (packageId === undefined) continue;
    const known = await platform.store.db
      .selectFrom('export_package')
      .select('file_name')
      .where('package_id', '=', packageId)
      .executeTakeFirst();
    // A draft the ledger does not know may belong to an export under way in this process: only an old one is waste.
    if (known !== undefined) await renameIfThere(path.join(outbox, file), path.join(outbox, known.file_name));
    else if ((await ageOf(path.join(outbox, file))) > DRAFT_LIFE_MS)
      await rm(path.join(outbox, file), { force: true });
  }
}

const DRAFT = /^([0-9a-f]{64})\.draft$/;
const DRAFT_LIFE_MS = 60 * 60_000;
const draftName = (packageId: string) => `${packageId}.draft`;

/** `contracts-000001.zip`, with the receiver in it where there is one: each receiver has a series of its own. */
function fileNameOf({ package: name, sequence, to }: Manifest): string {
  const receiver = to.instance === null ? '' : `-${to.instance.slice(0, 8)}`;
  return `${name}${receiver}-${String(sequence).padStart(6, '0')}.zip`;
}

interface WrittenRows extends Content {
  columns: PackageColumn[];
  asOf: string | null;
}

const ATTEMPTS = 3;

/**
 * Lets the engine write the rows as Parquet. A build may publish a new table in the middle: the content is hashed before
 * and after, and only where both agree do the hash and the file speak of the same rows.
 */
async function writeRows(
  warehouse: Warehouse,
  definition: PackageDefinition,
  to: string,
): Promise<WrittenRows> {
  const columns = await columnsOf(warehouse, definition);
  const select = `SELECT ${definition.columns
    .map(
      ({ name, sql }, index) =>
        `CAST(${sql ?? identifier(name)}, ${literal(columns[index]?.type ?? '')}) AS ${identifier(name)}`,
    )
    .join(', ')} FROM ${definition.from}`;
  const about = { columns, key: definition.key };
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const before = await contentOf(warehouse, `(${select})`, about);
    const asOf = await warehouse.value(
      `SELECT if(count() = 0, NULL, toString(max(${identifier(definition.as_of)}))) FROM ${definition.from}`,
      z.string().nullable(),
      { lane: 'batch', tag: 'exchange-as-of' },
    );
    await writeFile(
      to,
      warehouse.bytes(`${select} ORDER BY ${definition.key.map(identifier).join(', ')}`, 'Parquet', {
        lane: 'batch',
        tag: 'exchange-export',
      }),
      { mode: 0o600 },
    );
    const after = await contentOf(warehouse, `(${select})`, about);
    if (before.contentHash !== after.contentHash) continue;
    if (before.repeatedKeys > 0)
      throw new AppError(
        'quality_gate',
        `${before.repeatedKeys} rows of ${definition.from} repeat a key of another.`,
        {
          where: { package: definition.name, key: definition.key.join(', ') },
          fix: 'Mend the table; nothing was exported.',
        },
      );
    return { ...before, columns, asOf };
  }
  throw new AppError(
    'conflict',
    `${definition.from} changed during each of ${ATTEMPTS} attempts to export it.`,
    {
      fix: 'Export again when the run is over.',
      retriable: true,
    },
  );
}

async function columnsOf(warehouse: Warehouse, definition: PackageDefinition): Promise<PackageColumn[]> {
  const expressions = definition.columns.map(
    ({ name, sql }) => `${sql ?? identifier(name)} AS ${identifier(name)}`,
  );
  const described = await warehouse.rows(
    `DESCRIBE TABLE (SELECT ${expressions.join(', ')} FROM ${definition.from})`,
    z.object({ name: z.string(), type: z.string() }),
    { lane: 'batch', tag: 'exchange-schema' },
  );
  return definition.columns.map(({ name, zh }) => ({
    name,
    type: exchangeType(name, described.find((column) => column.name === name)?.type ?? ''),
    zh,
  }));
}

async function describe(
  platform: Platform,
  definition: PackageDefinition,
  rows: WrittenRows,
  dataPath: string,
) {
  const key = await instanceKey(platform.config.home);
  const receiver = (await trustedKeys(platform.config.home)).find((one) => one.name === definition.receiver);
  const last = await lastExport(platform.store, definition.name, receiver?.instance ?? '');
  const manifest: Manifest = {
    format: 'anju-package/1',
    package: definition.name,
    zh: definition.zh,
    reference: definition.reference,
    level: definition.level,
    from: { instance: key.instance },
    to: { tier: definition.receiver, instance: receiver?.instance ?? null },
    sequence: (last?.sequence ?? 0) + 1,
    previous: last?.package_id ?? null,
    asOf: rows.asOf,
    createdAt: new Date().toISOString(),
    schema: { version: definition.version, key: definition.key, columns: rows.columns },
    rows: rows.rows,
    contentHash: rows.contentHash,
    files: [{ name: 'data.parquet', ...(await hashed(dataPath)) }],
  };
  const document = toBytes(manifest);
  return { manifest, document, signature: key.sign(document) };
}

async function hashed(file: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return { bytes: (await stat(file)).size, sha256: hash.digest('hex') };
}

const ageOf = async (file: string): Promise<number> => {
  try {
    return Date.now() - (await stat(file)).mtimeMs;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 0;
    throw error;
  }
};

async function renameIfThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

async function sync(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
