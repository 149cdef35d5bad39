/** Households: pairs of an application, a register (户号) and other applications that are one household. */
import { join } from 'node:path';
import { z } from 'zod';
import { type DetectPart, foundPairs } from './part.ts';

const ASKED = 0.98;
const options = { lane: 'batch' as const, tag: 'bench detect households' };
const count = z.coerce.number();

export const households: DetectPart = {
  name: 'household',
  needs: 'run',
  run: async ({ platform: { warehouse }, truth }) => {
    await warehouse.run(
      `CREATE OR REPLACE TABLE default.detect_household (household String, source_kind String, source_no String) ENGINE = MergeTree ORDER BY (source_kind, source_no)`,
      options,
    );
    const columns = ['household', 'source_kind', 'source_no'];
    await warehouse.insertFile(
      'CSVWithNames',
      'default.detect_household',
      columns,
      join(truth, 'households.csv'),
      columns.map((name) => `${name} String`).join(', '),
      (source) => `SELECT ${columns.join(', ')} FROM ${source}`,
      options,
    );
    const joined = `SELECT links.household_id AS entity, told.household AS truth
      FROM base.household_link AS links INNER JOIN default.detect_household AS told
        ON links.source_kind = told.source_kind AND links.source_no = told.source_no
      WHERE links.household_id != ''`;
    const pairs = (by: string): string =>
      `(SELECT toUInt64(sum(intDiv(n * (n - 1), 2))) FROM (SELECT count() AS n FROM (${joined}) GROUP BY ${by}))`;
    const [row] = await warehouse.rows(
      `SELECT ${pairs('entity')} AS found, ${pairs('entity, truth')} AS right, ${pairs('truth')} AS true`,
      z.object({ found: count, right: count, true: count }),
      options,
    );
    if (!row) throw new Error('no counts');
    return [foundPairs('household', row, ASKED)];
  },
};
