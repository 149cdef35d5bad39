/**
 * Anju's own operational store as one more source (`anju.*`): its change log becomes deliveries, which land like any
 * agency's file. Exactly once: a delivery is named by the change numbers it holds, the position moves only after it is
 * loaded, and the same changes written again are the same bytes, which landing knows.
 */
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../../domain/errors.ts';
import { homePaths } from '../../warehouse/home.ts';
import type { ResourceEntity } from '../../warehouse/operational/tables/resources.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { findDataset } from '../contracts/index.ts';
import { type Dataset, datasetId } from '../contract.ts';
import { businessDateOf, type DeliveryResult, landFile } from '../landing/index.ts';

const ENTITIES: readonly ResourceEntity[] = ['application', 'contract', 'complaint', 'breach_report'];
/** Changes of one delivery; further ones go into the next. */
const MOST_CHANGES = 10_000;

/**
 * Lands what staff changed since the last time, one delivery an entity.
 * @returns the deliveries, none when nothing changed
 * @throws AppError when a delivery is refused: our own changes must always load
 */
export async function landOwnChanges(platform: Platform): Promise<DeliveryResult[]> {
  const results: DeliveryResult[] = [];
  for (const entity of ENTITIES) {
    for (
      let result = await landNext(platform, entity);
      result !== null;
      result = await landNext(platform, entity)
    ) {
      results.push(result);
    }
  }
  return results;
}

/** The next delivery of an entity; null when there is nothing new. */
async function landNext(platform: Platform, entity: ResourceEntity): Promise<DeliveryResult | null> {
  const { db } = platform.store;
  const connector = `anju.${entity}`;
  const dataset = findDataset(connector);
  if (!dataset) throw new AppError('bug', `There is no contract ${connector}.`);
  const last = await db
    .selectFrom('connector_position')
    .select('position')
    .where('connector', '=', connector)
    .executeTakeFirst();
  const changes = await db
    .selectFrom('resource_change')
    .select(['change_no', 'operation', 'record', 'changed_at'])
    .where('entity', '=', entity)
    .where('origin', '=', 'staff')
    .where('change_no', '>', last?.position ?? 0)
    .orderBy('change_no')
    .limit(MOST_CHANGES)
    .execute();
  const newest = changes.at(-1);
  if (!newest) return null;

  const directory = join(homePaths(platform.config.home).work, 'operational-store');
  await mkdir(directory, { recursive: true });
  const path = join(directory, `${entity}_${String(changes[0]?.change_no)}-${newest.change_no}.jsonl`);
  try {
    await pipeline(
      Readable.from(changes.map((change) => changeLine(dataset, change))),
      createWriteStream(path, { mode: 0o600 }),
    );
    const businessDate = businessDateOf('', newest.changed_at);
    const result = await landFile(platform, { path, dataset: datasetId(dataset), businessDate });
    if (result.state === 'refused') throw result.refusal;
    await db
      .insertInto('connector_position')
      .values({ connector, position: newest.change_no, updated_at: new Date() })
      .onConflict((conflict) =>
        conflict.column('connector').doUpdateSet({ position: newest.change_no, updated_at: new Date() }),
      )
      .execute();
    return result;
  } finally {
    await rm(path, { force: true });
  }
}

/** One change under the contract's own column names: the store keeps standard names and canonical text. */
function changeLine(
  dataset: Dataset,
  change: { change_no: number; operation: string; record: Record<string, string> },
): string {
  const values: Record<string, string> = {
    ...change.record,
    change_no: String(change.change_no),
    operation: change.operation,
  };
  return `${JSON.stringify(Object.fromEntries(dataset.fields.map(({ name, source }) => [source, values[name] ?? ''])))}\n`;
}
