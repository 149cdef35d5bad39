import { z } from 'zod';
import { datasetId } from '../../ingestion/contract.ts';
import { type Contracts, contractsOf } from '../../ingestion/contracts/home.ts';
import { acceptDrift, rejectDrift } from '../../ingestion/drift/decide.ts';
import { lackingOf, landLacking } from '../../ingestion/drift/lacking.ts';
import { driftReports } from '../../ingestion/drift/reports.ts';
import { ownerOfSource, unknownTables } from '../../ingestion/drift/tables.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { audited } from '../audit.ts';
import { operation } from './operation.ts';

const lacking = z.array(
  z.object({ batchId: z.number(), fileName: z.string(), businessDate: z.string(), rows: z.number() }),
);
export const driftReport = z.object({
  driftId: z.string(),
  dataset: z.string(),
  owner: z.string().describe('The agency that is told; empty for a table of a source without a contract'),
  entity: z.string(),
  column: z.string(),
  change: z.string(),
  detail: z.string(),
  share: z.number(),
  policy: z.string(),
  isNamed: z
    .boolean()
    .describe('The contract says so of this column by name, in place of what it says of all'),
  contractVersion: z.number(),
  proposal: z.object({
    patch: z.array(z.object({ op: z.string(), path: z.string(), value: z.unknown() })),
    text: z.string(),
  }),
  deliveryId: z.string().nullable(),
  deliveries: z.number(),
  firstSeen: z.iso.datetime(),
  lastSeen: z.iso.datetime(),
  state: z.enum(['open', 'accepted', 'rejected']),
  decidedBy: z.string().nullable(),
  decidedAt: z.iso.datetime().nullable(),
  reason: z.string().nullable(),
  lacking: lacking.describe(
    'Batches that came with the new column and do not have it, or whose rows wait for the table to be accepted',
  ),
});
export const driftQuery = z.object({
  state: z.enum(['open', 'accepted', 'rejected']).optional(),
  dataset: z.string().max(100).optional(),
  owner: z.string().max(100).optional(),
});
export const driftLandedAgain = z.object({
  dataset: z.string(),
  batches: z.array(z.number()),
  rows: z.number(),
});
export const driftAccepted = z.object({
  dataset: z.string(),
  version: z.number().nullable(),
  text: z.string(),
  lacking,
  landedAgain: driftLandedAgain.nullable().describe('What waited of a table that was quarantined'),
});
export const driftReason = z.string().trim().min(1).max(500);

/** Reports as the API and the command line show them. */
export async function shownReports(
  platform: Platform,
  { owner, ...query }: z.output<typeof driftQuery>,
): Promise<z.output<typeof driftReport>[]> {
  const contracts = await contractsOf(platform.config);
  const all = [...contracts.all, ...(owner === undefined ? [] : await unknownTables(platform.config))];
  const owned = all.map(datasetId).filter((id) => ownerOf(contracts, id) === owner);
  const rows = await driftReports(platform, { ...query, datasets: owner === undefined ? undefined : owned });
  const lackingBy = await lackingOf(
    platform,
    rows.map((row) => row.drift_id),
  );
  return rows.map((row) => ({
    driftId: row.drift_id,
    dataset: row.dataset,
    owner: ownerOf(contracts, row.dataset),
    entity: row.entity,
    column: row.column_name,
    change: row.change,
    detail: row.detail,
    share: row.share,
    policy: row.policy,
    isNamed: row.is_named,
    contractVersion: row.contract_version,
    proposal: row.proposal,
    deliveryId: row.delivery_id,
    deliveries: row.deliveries,
    firstSeen: row.first_seen.toISOString(),
    lastSeen: row.last_seen.toISOString(),
    state: row.state,
    decidedBy: row.decided_by,
    decidedAt: row.decided_at?.toISOString() ?? null,
    reason: row.reason,
    lacking: lackingBy.get(row.drift_id) ?? [],
  }));
}

/** Of a table without a contract the agency of its source. */
const ownerOf = ({ all, find }: Contracts, dataset: string): string =>
  find(dataset)?.owner ?? ownerOfSource(all, dataset.split('.')[0] ?? '') ?? '';

/** `anju drift`: what sources changed without a word, and somebody's answer to it. */
export const drift = operation({
  params: driftQuery.extend({
    decide: z
      .object({
        driftId: z.string().max(64),
        decision: z.enum(['accept', 'reject', 'land-again']),
        reason: driftReason,
      })
      .optional(),
  }),
  result: z.object({
    reports: z.array(driftReport),
    accepted: driftAccepted.nullable(),
    landedAgain: driftLandedAgain.nullable(),
  }),
  run: async (platform, { decide, ...query }) => {
    let accepted: z.output<typeof driftAccepted> | null = null;
    let landedAgain: z.output<typeof driftLandedAgain> | null = null;
    if (decide) {
      const { driftId, decision, reason } = decide;
      const entry = { user: 'command line', action: `drift.${decision}`, object: driftId, reason };
      await audited(platform.store, entry, async () => {
        const given = { driftId, by: entry.user, reason };
        if (decision === 'accept') accepted = await acceptDrift(platform, given);
        else if (decision === 'land-again') landedAgain = await landLacking(platform, given);
        else await rejectDrift(platform, given);
      });
    }
    return { reports: await shownReports(platform, query), accepted, landedAgain };
  },
});
