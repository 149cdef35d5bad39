/** Values that differ from the register that stands for the thing (与登记不一致), as the letter to an agency says. */
import { z } from 'zod';
import { maskText } from '../../domain/masking.ts';
import type { Contracts } from '../../ingestion/contracts/home.ts';
import type { MaskOf } from '../../ingestion/quarantine/list.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { filterSql } from './read.ts';
import { comparable } from './registers-compared.ts';
import { ATTRIBUTES } from './sources-compared.ts';

const MOST_NAMED = 5;
const LANE = { tag: 'quality.authority' } as const;
const count = z.number().int().nonnegative();

export const authorityToldSchema = z.object({
  ...{ dataset: z.string(), zh: z.string(), column: z.string() },
  /** The register it was held against, by name; of several the first that speaks. */
  register: z.string(),
  /** Values both speak of, and those that differ. */
  ...{ judged: count, wrong: count },
  /** Numbers of contracts, houses, meters …, masked as their column is; none where the number is a person's. The first few as they stand now. */
  keys: z.array(z.string()),
  /** The business day they were compared, YYYY-MM-DD. */
  asOf: z.string(),
});
export type AuthorityTold = z.output<typeof authorityToldSchema>;

const measured = z.object({
  ...{ dataset: z.string(), field: z.string(), day: z.string(), good: count, total: count },
});
const named = z.object({ dataset: z.string(), field: z.string(), keys: z.array(z.string()) });

/** As last compared in the period; what differs most often first, by data set. No value of the data. */
export async function authorityTold(
  { warehouse }: Pick<Platform, 'warehouse'>,
  contracts: Contracts,
  of: { owner: string; from: string; to: string },
  maskOf: MaskOf,
): Promise<AuthorityTold[]> {
  const rows = await warehouse.rows(
    `SELECT toString(dataset) AS dataset, toString(field) AS field, toString(at) AS day, toUInt32(good) AS good, toUInt32(total) AS total
     FROM (SELECT dataset, field, day AS at, good, total FROM meta.quality_score WHERE ${filterSql(of)} AND measure = 'agrees_with_authority'
       ORDER BY at DESC LIMIT 1 BY dataset, field)
     WHERE good < total ORDER BY dataset, total - good DESC, field`,
    measured,
    LANE,
  );
  const examples =
    rows.length === 0 ? new Map<string, Example>() : await examplesNow(warehouse, contracts, rows, maskOf);
  return rows.map(({ dataset, field, day, good, total }) => {
    const attribute = ATTRIBUTES.find(({ name }) => name === field);
    const contract = contracts.find(dataset);
    const example = examples.get(`${dataset} ${field}`);
    return {
      ...{ dataset, zh: contract?.zh ?? dataset },
      column: contract?.fields.find(({ name }) => name === field)?.source ?? attribute?.zh ?? field,
      register: example?.register ?? namesOf(contracts, attribute?.authorities ?? []),
      ...{ judged: total, wrong: total - good, keys: example?.keys ?? [], asOf: day },
    };
  });
}

const namesOf = (contracts: Contracts, datasets: readonly string[]): string =>
  datasets.map((id) => contracts.find(id)?.zh ?? id).join('、');

interface Example {
  register: string;
  keys: string[];
}

async function examplesNow(
  warehouse: Platform['warehouse'],
  contracts: Contracts,
  rows: readonly z.output<typeof measured>[],
  maskOf: MaskOf,
): Promise<Map<string, Example>> {
  const asOf = rows.reduce((last, { day }) => (day > last ? day : last), '');
  const examples = new Map<string, Example>();
  for (const { comparison, order } of await comparable(warehouse)) {
    const found = await warehouse.rows(
      `SELECT dataset, field, arraySlice(arraySort(groupUniqArrayIf(${MOST_NAMED * 20})(toString(key), same = 0)), 1, ${MOST_NAMED}) AS keys
       FROM (${comparison.sql({ asOf, order })}) GROUP BY dataset, field`,
      named,
      LANE,
    );
    for (const { dataset, field, keys } of found) {
      // What ranks behind the data set itself was not asked.
      const asked = order.includes(dataset) ? order.slice(0, order.indexOf(dataset)) : order;
      const rule = asked.length > 1 && comparison.ranked !== undefined ? '（以先有记载者为准）' : '';
      const contract = contracts.find(dataset);
      const column = contract?.fields.find(({ name }) => name === contract.key[0]);
      examples.set(`${dataset} ${field}`, {
        register: `${namesOf(contracts, asked)}${rule}${comparison.clause}`,
        keys:
          comparison.isPersonal === true
            ? []
            : keys.map((key) => (column === undefined ? key : maskText(maskOf(column), key))),
      });
    }
  }
  return examples;
}
