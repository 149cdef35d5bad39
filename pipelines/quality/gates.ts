/**
 * Gates (质量门): the least a data set's latest delivery must score before what follows from it is built. By default every data
 * set has one that warns; staff set their own, which may block. A block holds the models back, never what is published: it ends with
 * a delivery that passes, a lower gate, or the batch withdrawn.
 */
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import type { Contracts } from '../../ingestion/contracts/home.ts';
import { datasetId, tableName } from '../../ingestion/contract.ts';
import type { GateAction } from '../../warehouse/operational/tables/quality.ts';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { DIMENSIONS, type DimensionName, type MeasureName } from './dimensions.ts';
import { groupedBy } from '../grouped-by.ts';
import { scoreOf } from './score.ts';

export interface Gate {
  dataset: string;
  /** '' is the score over all dimensions. */
  dimension: DimensionName | '';
  minimum: number;
  action: GateAction;
  /** Why, and who says so; the default has neither. */
  reason: string;
  changedBy: string;
  /** 0 for the default. */
  version: number;
}

export interface UnderGate extends Pick<Gate, 'dataset' | 'dimension' | 'minimum' | 'action'> {
  day: string;
  good: number;
  total: number;
  score: number;
}

/** Of every data set nobody has set a gate for. */
export const DEFAULT_GATE = { dimension: '', minimum: 0.9, action: 'warn' } as const;

const isDimension = (text: string): text is DimensionName => DIMENSIONS.some(({ name }) => name === text);

/** Every data set's gates: staff's own, else the default. */
export async function gatesOf({ db }: OperationalStore, contracts: Contracts): Promise<Gate[]> {
  const rows = await db
    .selectFrom('quality_gate')
    .selectAll()
    .orderBy('dataset')
    .orderBy('dimension')
    .execute();
  const set = groupedBy(rows, ({ dataset }) => dataset);
  return contracts.all.flatMap((contract) => {
    const dataset = datasetId(contract);
    const own = set.get(dataset);
    if (!own) return [{ dataset, ...DEFAULT_GATE, reason: '', changedBy: '', version: 0 }];
    return own.map((row) => ({
      ...{ dataset, dimension: isDimension(row.dimension) ? row.dimension : ('' as const) },
      ...{ minimum: Number(row.minimum), action: row.action, reason: row.reason },
      ...{ changedBy: row.changed_by, version: row.version },
    }));
  });
}

export interface GateChange {
  dataset: string;
  dimension: DimensionName | '';
  minimum: number;
  action: GateAction;
  reason: string;
  by: string;
  /** The version the change is made on; 0 for a gate not set yet. */
  version: number;
}

/** @throws AppError `not_found` for an unknown data set; `conflict` when somebody changed the gate meanwhile */
export async function setGate(platform: Platform, contracts: Contracts, change: GateChange): Promise<void> {
  contracts.get(change.dataset);
  const { dataset, dimension, minimum, action, reason, by, version } = change;
  const row = { dataset, dimension, minimum, action, reason, changed_by: by };
  const { db } = platform.store;
  const done =
    version === 0
      ? await db
          .insertInto('quality_gate')
          .values(row)
          .onConflict((conflict) => conflict.doNothing())
          .executeTakeFirst()
          .then(({ numInsertedOrUpdatedRows }) => numInsertedOrUpdatedRows)
      : await db
          .updateTable('quality_gate')
          .set({ ...row, version: version + 1, changed_at: new Date() })
          .where('dataset', '=', dataset)
          .where('dimension', '=', dimension)
          .where('version', '=', version)
          .executeTakeFirst()
          .then(({ numUpdatedRows }) => numUpdatedRows);
  if (done !== 1n)
    throw new AppError('conflict', 'Somebody changed this gate meanwhile.', {
      where: { dataset, dimension, version },
      fix: 'Read it again and repeat the change.',
    });
}

const latest = z.object({
  ...{ dataset: z.string(), day: z.string(), measure: z.string(), good: z.number(), total: z.number() },
});

/** Data sets whose latest delivery is under a gate; blocking ones first. */
export async function underGates(platform: Platform, contracts: Contracts): Promise<UnderGate[]> {
  const [gates, rows] = await Promise.all([
    gatesOf(platform.store, contracts),
    platform.warehouse.rows(
      `SELECT dataset, toString(day) AS day, measure, toFloat64(sum(good)) AS good, toFloat64(sum(total)) AS total
       FROM meta.quality_score
       WHERE batch_id > 0 AND (dataset, day) IN (SELECT dataset, max(day) FROM meta.quality_score WHERE batch_id > 0 GROUP BY dataset)
       GROUP BY dataset, day, measure`,
      latest,
      { lane: 'batch', tag: 'quality.gates' },
    ),
  ]);
  const counted = groupedBy(rows, ({ dataset }) => dataset);
  const under = gates.flatMap((gate) => {
    const counts = counted.get(gate.dataset) ?? [];
    const score = scoreOf(counts.map((row) => ({ ...row, measure: row.measure as MeasureName })));
    const judged = gate.dimension === '' ? null : score.dimensions[gate.dimension];
    const reached = judged ? judged.score : score.overall;
    if (reached === null || reached >= gate.minimum) return [];
    const parts = judged ? [judged] : Object.values(score.dimensions);
    const sum = (of: 'good' | 'total'): number => Math.round(parts.reduce((all, part) => all + part[of], 0));
    const { dataset, dimension, minimum, action } = gate;
    return [
      {
        ...{ dataset, dimension, minimum, action, day: counts[0]?.day ?? '' },
        ...{ good: sum('good'), total: sum('total'), score: reached },
      },
    ];
  });
  return under.toSorted(
    (a, b) => Number(b.action === 'block') - Number(a.action === 'block') || a.score - b.score,
  );
}

/** dbt selectors of what a blocking gate holds back: the data set's standardising model and all that follows from it. */
export const heldBack = (under: readonly UnderGate[], contracts: Contracts): string[] => [
  ...new Set(
    under
      .filter(({ action }) => action === 'block')
      .map(({ dataset }) => `std_${tableName(contracts.get(dataset))}+`),
  ),
];

export async function recordUnderGates(
  { db }: OperationalStore,
  runId: string,
  under: readonly UnderGate[],
): Promise<void> {
  if (under.length === 0) return;
  await db
    .insertInto('quality_gate_result')
    .values(under.map((one) => ({ run_id: runId, ...one })))
    .execute();
}
