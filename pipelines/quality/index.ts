/** What a run does about quality: counts what landed and holds it against the gates before its models, compares and judges after. */
import type { Contracts } from '../../ingestion/contracts/home.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { heldBack, recordUnderGates, underGates, type UnderGate } from './gates.ts';
import { countLanded, writeMeasures } from './landed.ts';
import { sourcesCompared } from './sources-compared.ts';

export interface GateVerdict {
  under: UnderGate[];
  /** dbt selectors the run must leave out. */
  heldBack: string[];
}

/** Before the models. @param runId the run that keeps the verdict */
export async function passGates(
  platform: Platform,
  contracts: Contracts,
  runId: string,
): Promise<GateVerdict> {
  await countLanded(platform, contracts);
  const under = await underGates(platform, contracts);
  await recordUnderGates(platform.store, runId, under);
  for (const { dataset, dimension, score, minimum, action } of under)
    platform.log.warn({ dataset, dimension, score, minimum, action }, 'a data set is under its quality gate');
  return { under, heldBack: heldBack(under, contracts) };
}

/** After the models. @param changed models built in this run: what stands on others is not computed again */
export async function assessBuilt(
  platform: Platform,
  contracts: Contracts,
  { asOf, changed }: { asOf: string; changed: ReadonlySet<string> },
): Promise<void> {
  if (changed.has('base.person_source'))
    await writeMeasures(platform.warehouse, await sourcesCompared(platform.warehouse, contracts, asOf));
}
