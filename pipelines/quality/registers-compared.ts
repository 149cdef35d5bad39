/** Records held against the register that stands for the thing (`registers.ts`): snapshot measures of the as-of day. */
import { z } from 'zod';
import type { Contracts } from '../../ingestion/contracts/home.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { isBuilt } from '../is-built.ts';
import type { MeasureRow } from './measure.ts';
import { REGISTER_COMPARISONS, type RegisterComparison } from './registers.ts';

const LANE = { lane: 'batch', tag: 'quality.registers' } as const;
const counted = z.object({
  ...{ dataset: z.string(), field: z.string(), judged: z.number(), good: z.number() },
});
const ranked = z.object({ entity: z.string(), attribute: z.string(), sources: z.array(z.string()) });

/** A comparison that can be made, with its registers in the order in force: the first that speaks counts. */
export interface Comparable {
  comparison: RegisterComparison;
  order: readonly string[];
}

/** Compares where something it reads was built in this run. */
export async function registersCompared(
  warehouse: Warehouse,
  contracts: Contracts,
  { asOf, changed }: { asOf: string; changed: ReadonlySet<string> },
): Promise<MeasureRow[]> {
  const measures: MeasureRow[] = [];
  for (const { comparison, order } of await comparable(warehouse)) {
    if (!comparison.tables.some((table) => changed.has(`base.${table}`))) continue;
    const rows = await warehouse.rows(
      `SELECT dataset, field, toUInt32(count()) AS judged, toUInt32(countIf(same = 1)) AS good
       FROM (${comparison.sql({ asOf, order })}) GROUP BY dataset, field`,
      counted,
      LANE,
    );
    for (const { dataset, field, judged, good } of rows) {
      const owner = contracts.find(dataset)?.owner;
      if (owner === undefined) continue;
      const about = { batchId: 0, day: asOf, dataset, owner, field };
      measures.push({ ...about, measure: 'agrees_with_authority', good, total: judged });
    }
  }
  return measures;
}

/** Those whose tables are all there: none before a first run, and a project of one's own need not have them. */
export async function comparable(warehouse: Warehouse): Promise<Comparable[]> {
  const tables = [...new Set(REGISTER_COMPARISONS.flatMap((one) => one.tables))];
  const built = new Set<string>();
  for (const table of tables) if (await isBuilt(warehouse, `base.${table}`, LANE)) built.add(table);
  const orders = built.has('source_priority') ? await ordersInForce(warehouse) : new Map<string, string[]>();
  return REGISTER_COMPARISONS.filter((one) => one.tables.every((table) => built.has(table))).map(
    (comparison) => ({ comparison, order: orderOf(comparison, orders) }),
  );
}

/** A register nobody ranked comes last, as in base. */
function orderOf(
  { registers, ranked: by }: RegisterComparison,
  orders: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  if (by === undefined) return registers;
  const order = orders.get(`${by.entity} ${by.attribute}`) ?? [];
  const first = order.findIndex((one) => registers.includes(one));
  return [
    ...order.filter((one, place) => place < first || registers.includes(one)),
    ...registers.filter((one) => !order.includes(one)),
  ];
}

async function ordersInForce(warehouse: Warehouse): Promise<Map<string, string[]>> {
  const rows = await warehouse.rows(
    `SELECT toString(entity) AS entity, toString(attribute) AS attribute,
       arraySort(groupArray((priority, toString(source_dataset)))).2 AS sources
     FROM base.source_priority GROUP BY entity, attribute`,
    ranked,
    LANE,
  );
  return new Map(rows.map(({ entity, attribute, sources }) => [`${entity} ${attribute}`, sources]));
}
