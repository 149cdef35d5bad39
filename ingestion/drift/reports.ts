/** The ledger of drift: one row a change, however many deliveries show it. */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Platform } from '../../warehouse/platform.ts';
import type { DriftState } from '../../warehouse/operational/tables/drift.ts';
import { type Dataset, datasetId } from '../contract.ts';
import type { Drift } from './change.ts';
import { proposalOf } from './proposal.ts';

/** Writes down what a delivery showed. The same delivery loaded again counts once; what was rejected stays so, what was accepted opens anew when it is there under a later version. */
export async function reportDrift(
  platform: Pick<Platform, 'store' | 'log'>,
  dataset: Pick<Dataset, 'source' | 'dataset' | 'version'> & Partial<Dataset>,
  deliveryId: string | null,
  drifts: readonly Drift[],
): Promise<void> {
  const id = datasetId(dataset);
  for (const drift of drifts) {
    const now = new Date();
    await platform.store.db.transaction().execute(async (trx) => {
      const { drift_id } = await trx
        .insertInto('drift_report')
        .values({
          drift_id: randomUUID(),
          dataset: id,
          entity: drift.entity,
          column_name: drift.column,
          change: drift.change,
          detail: drift.detail,
          share: Math.min(Math.max(drift.share, 0), 1),
          policy: drift.policy,
          is_named: drift.isNamed ?? false,
          contract_version: dataset.version,
          proposal: JSON.stringify(proposalOf(dataset, drift)),
          delivery_id: deliveryId,
          deliveries: deliveryId === null ? 0 : 1,
          first_seen: now,
          last_seen: now,
        })
        .onConflict((conflict) =>
          conflict.columns(['dataset', 'entity', 'column_name', 'change']).doUpdateSet((row) => ({
            detail: row.ref('excluded.detail'),
            share: row.ref('excluded.share'),
            policy: row.ref('excluded.policy'),
            is_named: row.ref('excluded.is_named'),
            proposal: row.ref('excluded.proposal'),
            delivery_id: row.ref('excluded.delivery_id'),
            last_seen: row.ref('excluded.last_seen'),
            contract_version: row.ref('excluded.contract_version'),
            deliveries: sql<number>`drift_report.deliveries + (excluded.delivery_id is not null and not exists (
              select from drift_delivery as shown where shown.drift_id = drift_report.drift_id and shown.delivery_id = excluded.delivery_id))::int`,
            state: sql<DriftState>`case when drift_report.state = 'accepted' and excluded.contract_version > drift_report.contract_version then 'open' else drift_report.state end`,
          })),
        )
        .returning('drift_id')
        .executeTakeFirstOrThrow();
      if (deliveryId !== null)
        await trx
          .insertInto('drift_delivery')
          .values({ drift_id, delivery_id: deliveryId })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
    });
    platform.log.warn(
      { dataset: id, entity: drift.entity, change: drift.change, policy: drift.policy },
      'drift',
    );
  }
}

/** Reports, open ones first, the latest seen first. */
export async function driftReports(
  { store }: Pick<Platform, 'store'>,
  {
    state,
    dataset,
    datasets,
    limit = 200,
  }: { state?: DriftState; dataset?: string; datasets?: readonly string[]; limit?: number } = {},
) {
  let rows = store.db
    .selectFrom('drift_report')
    .selectAll()
    .orderBy(sql`state = 'open'`, 'desc')
    .orderBy('last_seen', 'desc')
    .orderBy('drift_id')
    .limit(limit);
  if (state !== undefined) rows = rows.where('state', '=', state);
  if (datasets !== undefined) rows = rows.where('dataset', 'in', datasets.length > 0 ? datasets : ['']);
  if (dataset !== undefined) rows = rows.where('dataset', '=', dataset);
  return rows.execute();
}
