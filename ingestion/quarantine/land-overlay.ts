import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Selectable } from 'kysely';
import { AppError } from '../../domain/errors.ts';
import { identifier, literal } from '../../warehouse/engine/sql.ts';
import { homePaths } from '../../warehouse/home.ts';
import type { QuarantineActionTable } from '../../warehouse/operational/tables/quarantine.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { type Dataset, deliverySchema } from '../contract.ts';
import { faultPoint } from '../landing/fault-points.ts';
import { landFile, recover } from '../landing/index.ts';
import { correctedSql } from './overlay.ts';
import { refuseWithdrawn } from './withdrawn.ts';

/**
 * Lands the rows of a mend or an acceptance as a delivery of its own, with the business date of the delivery they came in: a
 * later correction by the agency has a later one and wins. The rows are those whose states the action wrote, so the file is the
 * same to the byte whenever it is made; a delivery of the action that is there already is taken instead.
 * @returns the delivery
 * @throws AppError `conflict` when the batch was withdrawn meanwhile
 */
export async function landOverlay(
  platform: Platform,
  dataset: Dataset,
  action: Selectable<QuarantineActionTable>,
): Promise<string> {
  const { action_id: actionId, kind } = action;
  if (kind !== 'mend' && kind !== 'accept')
    throw new AppError('bug', `A ${kind} adds no rows.`, { where: { action: actionId } });
  faultPoint(platform.config, 'repair-before-land');
  await recover(platform);
  const landed = await overlayOf(platform, actionId);
  if (landed !== null) return landed;
  const { batchId = 0, rowNos } = action.selection;
  const original = await platform.store.db
    .selectFrom('batch')
    .innerJoin('delivery', 'delivery.delivery_id', 'batch.delivery_id')
    .select('delivery.business_date')
    .where('batch.batch_id', '=', batchId)
    .executeTakeFirst();
  const rows = `row_no IN (SELECT row_no FROM meta.quarantine_state WHERE dataset = ${literal(action.dataset)} AND action_id = ${actionId})`;
  const where = `dataset = ${literal(action.dataset)} AND batch_id = ${batchId} AND ${rows}`;
  const columns = dataset.fields.map(({ source }) => identifier(source)).join(', ');
  const path = join(homePaths(platform.config.home).work, 'quarantine', `${actionId}.jsonl`);
  await mkdir(dirname(path), { recursive: true });
  // In its turn: nothing withdraws the batch, or takes it out to land it again, while its rows are read.
  const make = async (): Promise<string> => {
    await refuseWithdrawn(platform, action.selection);
    const bytes = platform.warehouse.bytes(
      `SELECT ${columns} FROM (${correctedSql(dataset, action, where)}) ORDER BY _row_no`,
      'JSONEachRow',
      { lane: 'batch', tag: 'quarantine.overlay' },
    );
    await pipeline(Readable.from(bytes), createWriteStream(path, { mode: 0o600 }));
    return path;
  };
  try {
    const which = rowNos?.length === 1 ? `row-${rowNos[0]}` : 'rows';
    const result = await landFile(platform, {
      path: make,
      dataset: action.dataset,
      businessDate: original?.business_date ?? undefined,
      fileName: `${kind}-${actionId}_batch-${batchId}_${which}.jsonl`,
      collected: { shape: deliverySchema.parse({ shape: 'jsonl' }), repair: { action: actionId, kind } },
    });
    if (result.state === 'refused') throw result.refusal;
    faultPoint(platform.config, 'repair-after-land');
    return result.deliveryId;
  } finally {
    await rm(path, { force: true });
  }
}

async function overlayOf({ store }: Platform, actionId: number): Promise<string | null> {
  const found = await store.db
    .selectFrom('delivery')
    .select('delivery_id')
    .where('repair_action', '=', actionId)
    .where('state', 'in', ['loaded', 'repeat', 'withdrawn'])
    .executeTakeFirst();
  return found?.delivery_id ?? null;
}
