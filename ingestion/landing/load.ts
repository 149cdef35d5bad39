import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { literal } from '../../warehouse/engine/sql.ts';
import { homePaths } from '../../warehouse/home.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { declaredBy, disagreements, refuseDisagreement } from '../certificate/control.ts';
import { findingsOf } from '../certificate/findings.ts';
import { type Dataset, datasetId, isKeyless } from '../contract.ts';
import { readWatched } from '../drift/columns.ts';
import { reportHeld } from '../drift/tables.ts';
import { stageWatched } from '../drift/types.ts';
import { rawTable, stagingTable } from '../generate/raw-table.ts';
import { type ReadResult, readers } from '../readers/index.ts';
import type { Duck } from '../readers/duck.ts';
import { assertAccounting, type BatchCounts } from './accounting.ts';
import { asRead } from './change-log.ts';
import { faultPoint } from './fault-points.ts';
import type { BatchRecord, DeliveryRecord, Ledger } from './ledger.ts';
import { linkFile } from '../files.ts';
import { guardMassDelete } from './mass-delete.ts';
import { BatchStager, insertWholeSql, instantSql, type StagedBatch } from './stage.ts';
import { UnreadAsText } from './stage-rows.ts';
import { makeRoom, monthOf } from './withdraw.ts';

export interface Loaded {
  batchId: number;
  state: 'loaded' | 'repeat';
  counts: BatchCounts;
  notes: string[];
}

const count = z.coerce.number().int().nonnegative();

/**
 * From received bytes to committed rows. Every step can be run again: what is already published of the batch is seen, and not
 * published twice. So a delivery interrupted anywhere is finished by calling this again.
 * @throws AppError `refused_delivery` when the file cannot be read; then nothing is published
 */
export async function loadDelivery(
  platform: Platform,
  ledger: Ledger,
  duck: Duck,
  dataset: Dataset,
  delivery: DeliveryRecord,
): Promise<Loaded> {
  const { config } = platform;
  const batch = await ledger.begin(delivery);
  if (!batch.isNew && (await rowsOf(platform, rawTable(dataset), ['_batch_id', '_loaded_at'], batch)) > 0) {
    const counts = await ledger.countsOf(batch.batchId);
    return commit(platform, ledger, dataset, delivery, batch, { state: 'loaded', counts, notes: [] });
  }
  const known = await alreadyKnown(ledger, dataset, delivery);
  if (known) return commit(platform, ledger, dataset, delivery, batch, known);
  await makeRoom(platform, dataset, delivery);

  const directory = join(homePaths(config.home).work, delivery.deliveryId);
  const load = async (text: boolean): Promise<Loaded> => {
    await rm(directory, { recursive: true, force: true });
    await mkdir(directory, { recursive: true });
    return loadRead(platform, ledger, dataset, delivery, batch, directory, (under, into) =>
      readDelivery(platform, duck, under, delivery, into, text),
    );
  };
  try {
    return await load(true).catch((error: unknown) => {
      if (error instanceof UnreadAsText) return load(false);
      throw error;
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** From the reader's rows on. */
async function loadRead(
  platform: Platform,
  ledger: Ledger,
  dataset: Dataset,
  delivery: DeliveryRecord,
  batch: BatchRecord,
  directory: string,
  readUnder: (dataset: Dataset, directory: string) => Promise<ReadResult>,
): Promise<Loaded> {
  const { config, warehouse } = platform;
  const { deliveryId, businessDate, fileName } = delivery;
  const { contract, read: found } = await readWatched(platform, dataset, deliveryId, directory, readUnder);
  if (dataset.state === 'held') await reportHeld(platform, dataset, deliveryId);
  const read = { ...found, declared: declaredBy(found.declared, delivery.declared) };
  faultPoint(config, 'after-read');
  const superseded = await isSuperseded(ledger, dataset, delivery);
  if (superseded !== null) {
    await keepRead(platform, delivery, read);
    const counts = { ...NOTHING, landed: read.rowCount, deduplicated: read.rowCount };
    const notes = [
      ...read.notes,
      `The state of ${superseded} is loaded already: an older whole table says nothing new.`,
    ];
    return commit(platform, ledger, dataset, delivery, batch, { state: 'loaded', counts, notes });
  }
  const { bytes } = delivery.received;
  const identity = identityOf(delivery);
  const about = { ...batch, businessDate, fileName, identity, bytes, dataset: contract, read };
  const stager = new BatchStager(warehouse, about, (number) => faultPoint(config, `stage-${number}`));
  try {
    const staged = await stageWatched(platform, deliveryId, about, stager);
    await keepRead(platform, delivery, read);
    faultPoint(config, 'after-stage');
    const { counts } = staged;
    const accepted = await guardMassDelete(platform, dataset, counts, delivery.massDeleteReason);
    const findings = await findingsOf(warehouse, contract, read, staged);
    refuseDisagreement(contract, findings.controls ?? []);
    const repeats = repeatNotes(contract, counts);
    const notes = [...read.notes, ...repeats, ...accepted, ...disagreements(findings.controls ?? [])];
    await ledger.counted(batch.batchId, counts, notes, deliveryId, findings);
    await publish(platform, dataset, batch, staged);
    return await commit(platform, ledger, dataset, delivery, batch, { state: 'loaded', counts, notes });
  } finally {
    await stager.dispose();
  }
}

/** By content, so that a file landed again after a withdrawal has the same; two rows mended alike are two all the same. */
const identityOf = ({ received, collected }: DeliveryRecord): string =>
  collected?.repair ? `${received.sha256} repair ${collected.repair.action}` : received.sha256;

/** A whole table and what is new in one repeat most of what is known; of facts added one by one each that is not taken is told. */
function repeatNotes({ load, key }: Dataset, { deduplicated, landed }: BatchCounts): string[] {
  if (load.strategy !== 'append' || deduplicated === 0) return [];
  return [
    `${deduplicated} of ${landed} rows were not loaded: another row, of this file or known already, has the same key (${key.join(', ')}) and the same content.`,
  ];
}

const NOTHING: BatchCounts = { landed: 0, loaded: 0, quarantined: 0, deduplicated: 0, deleted: 0 };

/** The same bytes again: nothing is read, every row is a repeat. A whole table repeats only the state it is compared with. */
async function alreadyKnown(
  ledger: Ledger,
  dataset: Dataset,
  delivery: DeliveryRecord,
): Promise<Omit<Loaded, 'batchId'> | null> {
  // Without a key two rows mended alike are two rows, and their files the same bytes.
  if (isKeyless(dataset) && delivery.collected?.repair) return null;
  const isFull = dataset.load.strategy === 'full';
  const landed = await ledger.landedBefore(delivery, isFull);
  return landed === null
    ? null
    : { state: 'repeat', counts: { ...NOTHING, landed, deduplicated: landed }, notes: [] };
}

/** A whole table so much older than the one loaded last that the later ones did not make room. Gives the date of the newer one. */
async function isSuperseded(
  ledger: Ledger,
  dataset: Dataset,
  delivery: DeliveryRecord,
): Promise<string | null> {
  if (dataset.load.strategy !== 'full') return null;
  const latest = await ledger.latestBusinessDate(datasetId(dataset));
  return latest !== null && latest > delivery.businessDate ? latest : null;
}

/** The delivered bytes through the reader of the contract's shape; `text`: as they lie, where they look plain. */
async function readDelivery(
  platform: Platform,
  duck: Duck,
  dataset: Dataset,
  delivery: DeliveryRecord,
  directory: string,
  text: boolean,
): Promise<ReadResult> {
  const { objects, warehouse } = platform;
  const isEmbedded = warehouse.kind === 'embedded';
  const { objectKey, encoding, plainLines } = delivery.received;
  const file = { path: await objects.localFile(objectKey), name: delivery.fileName, encoding, plainLines };
  return readers[dataset.delivery.shape](file, asRead(dataset), {
    directory,
    duck,
    positions: isEmbedded,
    text: isEmbedded && text,
  });
}

/** What the reader made of the file, beside it; what is kept once is never changed. Text that is read as it lies is its own rows. */
async function keepRead(
  { objects }: Platform,
  { dataset, fileName, businessDate, received }: DeliveryRecord,
  read: ReadResult,
): Promise<void> {
  const { objectKey, encoding, sha256, bytes } = received;
  const folder = dirname(objectKey);
  const stored = `${folder}/rows.parquet`;
  if (read.text === undefined && !(await objects.exists(stored)))
    await objects.putFile(stored, (path) => linkFile(read.parquetPath, path));
  const manifest = `${folder}/manifest.json`;
  if (!(await objects.exists(manifest))) {
    const about = { dataset, fileName, sha256, bytes, encoding, businessDate };
    const rows = { rows: read.rowCount, unreadable: read.unreadableCount, notes: read.notes };
    await objects.put(manifest, `${JSON.stringify({ ...about, ...rows }, null, 2)}\n`);
  }
}

/** Two partitions appear, each at once and at most once. Quarantine first: rows in raw mean that the batch is whole. */
async function publish(
  platform: Platform,
  dataset: Dataset,
  batch: BatchRecord,
  { rows, counts, quarantineTable, inMemory }: StagedBatch,
): Promise<void> {
  const { config, warehouse } = platform;
  const partition = literal(monthOf(batch.loadedAt));
  const options = { lane: 'batch', tag: `publish ${datasetId(dataset)}` } as const;
  const attach = (table: string, from: string, whole: number | null): Promise<void> =>
    warehouse.run(
      whole === null
        ? `ALTER TABLE ${table} ATTACH PARTITION ID ${partition} FROM ${from}`
        : insertWholeSql(table, from, whole),
      options,
    );
  if (
    quarantineTable !== null &&
    (batch.isNew || (await rowsOf(platform, 'meta.quarantine', ['batch_id', 'loaded_at'], batch)) === 0)
  ) {
    await attach('meta.quarantine', quarantineTable, inMemory.quarantine ? counts.quarantined : null);
  }
  faultPoint(config, 'after-attach-quarantine');
  const published = counts.loaded + counts.deleted;
  if (published > 0)
    await attach(rawTable(dataset), stagingTable(dataset, rows), inMemory.rows ? published : null);
  faultPoint(config, 'after-attach');
}

/** Rows published of a batch. The time leads to one partition: the rest of a big table is not looked at. */
const rowsOf = (
  platform: Platform,
  table: string,
  [id, time]: [string, string],
  batch: BatchRecord,
): Promise<number> =>
  platform.warehouse.value(
    `SELECT count() FROM ${table} WHERE ${time} = ${instantSql(batch.loadedAt)} AND ${id} = ${batch.batchId}`,
    count,
    { lane: 'batch', tag: 'land.published' },
  );

async function commit(
  platform: Platform,
  ledger: Ledger,
  dataset: Dataset,
  delivery: DeliveryRecord,
  batch: BatchRecord,
  loaded: Omit<Loaded, 'batchId'>,
): Promise<Loaded> {
  const { config, warehouse } = platform;
  const { counts, state, notes } = loaded;
  assertAccounting(dataset, counts);
  if (notes.length > 0 || state === 'repeat' || counts.loaded + counts.deleted === 0) {
    await ledger.counted(batch.batchId, counts, notes, delivery.deliveryId);
  }
  await warehouse.run(
    `INSERT INTO meta.batch (batch_id, dataset, delivery_id, file_name, business_date, loaded_at, landed, loaded, quarantined, deduplicated, deleted)
     SELECT ${batch.batchId}, ${literal(datasetId(dataset))}, ${literal(delivery.deliveryId)}, ${literal(delivery.fileName)},
       toDate(${literal(delivery.businessDate)}), ${instantSql(batch.loadedAt)},
       ${counts.landed}, ${counts.loaded}, ${counts.quarantined}, ${counts.deduplicated}, ${counts.deleted}`,
    { lane: 'batch', tag: `commit ${datasetId(dataset)}` },
  );
  faultPoint(config, 'before-commit');
  await ledger.commit(delivery, batch.batchId, state);
  faultPoint(config, 'after-commit');
  return { batchId: batch.batchId, ...loaded };
}
