import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { identifier, literal, tableName } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { faultPoint } from '../../ingestion/landing/fault-points.ts';
import { contentOf } from './content.ts';
import type { Manifest } from './manifest.ts';

const options = { lane: 'batch', tag: 'exchange-import' } as const;

/** Columns of the receiving table that the package does not bring. */
const OURS = [
  ['_sender', 'String'],
  ['_sequence', 'UInt64'],
  ['_as_of', 'Nullable(Date32)'],
  ['_package_id', 'String'],
] as const;

/**
 * Loads a verified package into `exchange_in.<package>`: into a staging table first, counted and hashed there, then
 * published as one partition once `reserve` has taken its number in the ledger. Doing it twice leaves one.
 * @throws AppError `bad_package` when rows, content or keys are not what the manifest says; nothing is published then
 */
export async function loadPackage(
  platform: Platform,
  packageId: string,
  manifest: Manifest,
  dataPath: string,
  reserve: () => Promise<unknown>,
): Promise<void> {
  const { warehouse } = platform;
  const target = tableName('exchange_in', manifest.package);
  const stage = tableName('exchange_stage', `${manifest.package}__${packageId.slice(0, 16)}`);
  await prepareTable(warehouse, manifest);
  await warehouse.run(`DROP TABLE IF EXISTS ${stage} SYNC`, options);
  await warehouse.run(`CREATE TABLE ${stage} AS ${target}`, options);
  try {
    await stageRows(warehouse, stage, packageId, manifest, dataPath);
    await checkRows(warehouse, stage, manifest);
    await reserve();
    faultPoint(platform.config, 'import-before-attach');
    // Replaces what an interrupted import of this same package may have published: the partition is the package.
    if (manifest.rows > 0)
      await warehouse.run(
        `ALTER TABLE ${target} REPLACE PARTITION ${literal(packageId)} FROM ${stage}`,
        options,
      );
  } finally {
    await warehouse.run(`DROP TABLE IF EXISTS ${stage} SYNC`, options);
  }
}

/** Makes the receiving table, or adds the columns a newer schema version brings. A column that changed its type is refused. */
async function prepareTable(warehouse: Warehouse, { package: name, schema }: Manifest): Promise<void> {
  const target = tableName('exchange_in', name);
  const columns = schema.columns.map((column) => `${identifier(column.name)} ${column.type}`);
  await warehouse.run(
    `CREATE TABLE IF NOT EXISTS ${target} (${[...columns, ...OURS.map(([own, type]) => `${own} ${type}`)].join(', ')})
     ENGINE = MergeTree PARTITION BY _package_id ORDER BY (_sender, _sequence) `,
    options,
  );
  const present = new Map(
    (
      await warehouse.rows(
        `SELECT name, type FROM system.columns WHERE database = 'exchange_in' AND table = {name:String}`,
        z.object({ name: z.string(), type: z.string() }),
        { ...options, params: { name } },
      )
    ).map((column) => [column.name, column.type]),
  );
  for (const column of schema.columns) {
    const type = present.get(column.name);
    if (type === undefined)
      await warehouse.run(
        `ALTER TABLE ${target} ADD COLUMN IF NOT EXISTS ${identifier(column.name)} ${column.type}`,
        options,
      );
    else if (type !== column.type)
      throw new AppError(
        'bad_package',
        `The column ${column.name} is ${column.type} in the package and ${type} here.`,
        {
          where: { column: column.name, schemaVersion: schema.version },
          fix: 'Agree with the sender on one type; it is a change of the package’s meaning.',
        },
      );
  }
}

async function stageRows(
  warehouse: Warehouse,
  stage: string,
  packageId: string,
  { schema, from, sequence, asOf }: Manifest,
  dataPath: string,
): Promise<void> {
  const names = schema.columns.map(({ name }) => identifier(name));
  await warehouse.insertParquet(
    stage,
    [...names, ...OURS.map(([own]) => own)],
    dataPath,
    schema.columns.map(({ name, type }) => `${identifier(name)} ${type}`).join(', '),
    (source) =>
      `SELECT ${names.join(', ')}, {sender:String}, {sequence:UInt64}, toDate32OrNull({asOf:String}), {packageId:String} FROM ${source}`,
    { ...options, params: { sender: from.instance, sequence, asOf: asOf ?? '', packageId } },
  );
}

async function checkRows(
  warehouse: Warehouse,
  stage: string,
  { rows, contentHash, schema }: Manifest,
): Promise<void> {
  const found = await contentOf(warehouse, stage, schema);
  const wrong =
    found.rows !== rows
      ? { rule: 'rows', message: `The data has ${found.rows} rows and the manifest says ${rows}.` }
      : found.contentHash !== contentHash
        ? { rule: 'content', message: 'The rows are not those the manifest was made for.' }
        : found.repeatedKeys > 0
          ? { rule: 'key', message: `${found.repeatedKeys} rows repeat the key of another.` }
          : null;
  if (wrong !== null)
    throw new AppError('bad_package', wrong.message, {
      where: { rule: wrong.rule },
      fix: 'Ask the sender to make the package again.',
    });
}
