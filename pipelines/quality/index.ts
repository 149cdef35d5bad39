/** What a run does about quality: counts what landed and holds it against the gates before its models, compares and judges after. */
import type { Contracts } from '../../ingestion/contracts/home.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { heldBack, recordUnderGates, underGates, type UnderGate } from './gates.ts';
import { judge } from './anomalies.ts';
import type { BatchToCount } from './batches.ts';
import { countLanded, writeMeasures } from './landed.ts';
import { loadReconciliations, reconcile } from './reconcile.ts';
import { standardised, writeProfiles } from './series.ts';
import { registersCompared } from './registers-compared.ts';
import { sourcesCompared } from './sources-compared.ts';

export interface GateVerdict {
  under: UnderGate[];
  /** dbt selectors the run must leave out. */
  heldBack: string[];
  /** Batches counted just now. */
  batches: BatchToCount[];
}

/** Before the models. @param runId the run that keeps the verdict */
export async function passGates(
  platform: Platform,
  contracts: Contracts,
  runId: string,
): Promise<GateVerdict> {
  const batches = await countLanded(platform, contracts);
  const under = await underGates(platform, contracts);
  await recordUnderGates(platform.store, runId, under);
  for (const { dataset, dimension, score, minimum, action } of under)
    platform.log.warn({ dataset, dimension, score, minimum, action }, 'a data set is under its quality gate');
  return { under, heldBack: heldBack(under, contracts), batches };
}

export interface Built {
  asOf: string;
  /** Models built in this run: what stands on others is not computed again. */
  changed: ReadonlySet<string>;
  /** Batches this run counted before its models. */
  batches: readonly BatchToCount[];
  /** The directory of reconciliation rules. */
  reconciliations: string;
}

/** After the models: sources compared, days judged against what is usual, control totals held against each other. */
export async function assessBuilt(
  platform: Platform,
  contracts: Contracts,
  { asOf, changed, batches, reconciliations }: Built,
): Promise<void> {
  const { warehouse } = platform;
  if (changed.has('base.person_source'))
    await writeMeasures(warehouse, await sourcesCompared(warehouse, contracts, asOf));
  await writeMeasures(warehouse, await registersCompared(warehouse, contracts, { asOf, changed }));
  await writeProfiles(warehouse, batches, await standardised(warehouse));
  await judge(platform, contracts, { asOf, news: new Set(batches.map(({ dataset }) => dataset)) });
  if (changed.size > 0) await reconcile(warehouse, await loadReconciliations(reconciliations), asOf);
}
