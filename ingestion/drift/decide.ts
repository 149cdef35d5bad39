/** Somebody answers a drift report: the contract changes, or the source is wrong. */
import { AppError } from '../../domain/errors.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { contractsOf, saveContract } from '../contracts/home.ts';
import { businessDateOf } from '../landing/delivery.ts';
import { nextVersion, proposalOf } from './proposal.ts';
import type { Drift } from './change.ts';
import { takeTableIn } from './accept-table.ts';
import { type LandedAgain, type Lacking, lackingOf, landWhatLacks } from './lacking.ts';

export interface Decision {
  driftId: string;
  by: string;
  reason: string;
}

export interface Accepted {
  dataset: string;
  /** The version written into the home; null for a contract in the code. */
  version: number | null;
  /** What to commit, for a contract in the code. */
  text: string;
  /** Batches whose values of the column were left out: `landLacking` lands them again. */
  lacking: Lacking[];
  /** The deliveries of a table that was held; null for any other change. */
  landedAgain: LandedAgain | null;
}

/**
 * Accepts a change of a source. A contract of the home gets its next version, in force from the business date of the delivery
 * that showed it; for one in the code the answer says what to commit. A table that was held lands, with all that waited. Killed on the
 * way, it is gone on with by accepting it once more, or by `landLacking`.
 * @throws AppError `not_found`, `conflict` when it is decided already or no change can be proposed
 */
export async function acceptDrift(platform: Platform, decision: Decision): Promise<Accepted> {
  const report = await openReport(platform, decision.driftId);
  const contracts = await contractsOf(platform.config);
  const contract = contracts.find(report.dataset);
  const isTable = report.change === 'unknown_table';
  let accepted: Pick<Accepted, 'dataset' | 'version' | 'text'>;
  if (isTable) {
    const { dataset, proposal } = report;
    const version = await takeTableIn(platform, contracts, { ...decision, dataset });
    accepted = { dataset, version, text: proposal.text };
  } else if (contract && contracts.ofHome.includes(contract)) {
    // The contract may have changed since: what is proposed follows from what it says now.
    const proposal = proposalOf(contract, {
      change: report.change as Drift['change'],
      column: report.column_name,
    });
    if (proposal.patch.length === 0)
      throw new AppError('conflict', 'Only a person can say how the contract has to change.', {
        fix: `Change the file in the home: ${proposal.text}`,
      });
    const next = nextVersion(contract, proposal, await dayOf(platform, report.delivery_id));
    const { version } = await saveContract(platform.config, next);
    accepted = { dataset: report.dataset, version, text: proposal.text };
  } else {
    accepted = { dataset: report.dataset, version: null, text: report.proposal.text };
  }
  await decided(platform, 'accepted', decision);
  const landedAgain = isTable
    ? await landWhatLacks(platform, { ...decision, dataset: report.dataset, isTable })
    : null;
  const lacking = await lackingOf(platform, [decision.driftId]);
  return { ...accepted, landedAgain, lacking: lacking.get(decision.driftId) ?? [] };
}

/** The source is wrong: the contract stays. The report is not opened again by further deliveries. */
export async function rejectDrift(platform: Platform, decision: Decision): Promise<void> {
  await openReport(platform, decision.driftId);
  await decided(platform, 'rejected', decision);
}

async function openReport({ store }: Platform, driftId: string) {
  const report = await store.db
    .selectFrom('drift_report')
    .selectAll()
    .where('drift_id', '=', driftId)
    .executeTakeFirst();
  if (!report) throw new AppError('not_found', `There is no drift report ${driftId}.`);
  if (report.state !== 'open') throw new AppError('conflict', `The report is ${report.state} already.`);
  return report;
}

async function decided(
  { store }: Platform,
  state: 'accepted' | 'rejected',
  decision: Decision,
): Promise<void> {
  await store.db
    .updateTable('drift_report')
    .set({ state, decided_by: decision.by, decided_at: new Date(), reason: decision.reason })
    .where('drift_id', '=', decision.driftId)
    .where('state', '=', 'open')
    .execute();
}

async function dayOf({ store }: Platform, deliveryId: string | null): Promise<string> {
  const found = await store.db
    .selectFrom('delivery')
    .select('business_date')
    .where('delivery_id', '=', deliveryId ?? '')
    .executeTakeFirst();
  return found?.business_date ?? businessDateOf('', new Date());
}
