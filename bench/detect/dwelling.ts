/**
 * Dwellings: of all pairs of records that mean one dwelling, how many are linked, and of all pairs linked, how many mean one
 * (`truth/dwelling-links.csv`). A record no link was found for is a pair lost with each of its fellows.
 */
import { join } from 'node:path';
import { z } from 'zod';
import type { DetectPart } from './part.ts';

const TRUTH = 'raw_stage.detect_dwelling_truth';
const COLUMNS = ['source_dataset', 'record_key', 'dwelling'];
const LANE = { lane: 'batch', tag: 'bench detect' } as const;
const pairs = z.object({ planted: z.number(), found: z.number(), both: z.number() });

/** Pairs of rows in groups of the same `by`. */
const pairsSql = (by: string, where = '1'): string =>
  `(SELECT toUInt32(sum(intDiv(n * (n - 1), 2))) FROM (SELECT count() AS n FROM records WHERE ${where} GROUP BY ${by}))`;

export const dwellings: DetectPart = {
  name: 'dwelling',
  needs: 'run',
  run: async ({ platform: { warehouse }, truth }) => {
    await warehouse.run(
      `CREATE OR REPLACE TABLE ${TRUTH} (${COLUMNS.map((name) => `${name} String`).join(', ')})
       ENGINE = MergeTree ORDER BY (source_dataset, record_key)`,
      LANE,
    );
    await warehouse.insertFile(
      'CSVWithNames',
      TRUTH,
      COLUMNS,
      join(truth, 'dwelling-links.csv'),
      COLUMNS.map((name) => `${name} String`).join(', '),
      (source) => `SELECT ${COLUMNS.join(', ')} FROM ${source}`,
      LANE,
    );
    const [counted] = await warehouse.rows(
      `WITH records AS (
         SELECT truth.dwelling AS dwelling, links.dwelling_id AS dwelling_id
         FROM base.dwelling_link AS links
         INNER JOIN ${TRUTH} AS truth ON links.source_dataset = truth.source_dataset AND links.record_key = truth.record_key
       )
       SELECT ${pairsSql('dwelling')} AS planted, ${pairsSql('dwelling_id', "dwelling_id != ''")} AS found,
         ${pairsSql('dwelling, dwelling_id', "dwelling_id != ''")} AS both`,
      pairs,
      LANE,
    );
    const { planted, found, both } = pairs.parse(counted);
    return [
      {
        ...{ name: 'pairs of records', planted, found, atLeast: 0.99 },
        precision: found === 0 ? 0 : both / found,
        recall: planted === 0 ? 0 : both / planted,
      },
    ];
  },
};
