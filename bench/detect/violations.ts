/** Violations: what the rules of alert find on dwellings, contracts and households, against what was planted (DESIGN: violations.csv). */
import { join } from 'node:path';
import { z } from 'zod';
import type { Platform } from '../../warehouse/platform.ts';
import { type DetectPart, type Found, foundPairs } from './part.ts';

const ASKED = 0.97;
const TABLE = 'default.detect_violation';
const options = { lane: 'batch' as const, tag: 'bench detect violations' };
const count = z.coerce.number();

export const violations: DetectPart = {
  name: 'violation',
  needs: 'run',
  run: async ({ platform, truth, say }) => {
    await readTruth(platform, join(truth, 'violations.csv'));
    await readFundTruth(platform, join(truth, 'maintenance-fund.csv'));
    const rows = await platform.warehouse.rows(
      `SELECT rule, max(subject) AS subject, countIf(isTrue) AS true, countIf(isFound) AS found, countIf(isTrue AND isFound) AS right,
         arrayStringConcat(groupArrayIf(5)(object, isFound AND NOT isTrue), ' ') AS wrong,
         arrayStringConcat(groupArrayIf(5)(object, isTrue AND NOT isFound), ' ') AS missed
       FROM (
         SELECT rule, object, max(told) AS isTrue, max(seen) AS isFound, max(what) AS subject FROM (
           SELECT kind AS rule, object, 1 AS told, 0 AS seen, '' AS what FROM ${TABLE}
           UNION ALL
           SELECT rule, multiIf(startsWith(rule, 'fund_'), object_key, object_kind = 'dwelling', house_code, household_id) AS object, 0 AS told, 1 AS seen,
             multiIf(startsWith(rule, 'fund_'), 'fund', object_kind = 'contract', 'household', object_kind) AS what
           FROM mart_supervision.violation WHERE rule IN (SELECT DISTINCT kind FROM ${TABLE})
         ) GROUP BY rule, object
       ) GROUP BY rule ORDER BY rule`,
      z.object({
        rule: z.string(),
        subject: z.string(),
        true: count,
        found: count,
        right: count,
        wrong: z.string(),
        missed: z.string(),
      }),
      options,
    );
    for (const { rule, wrong, missed } of rows) {
      if (wrong !== '') say(`${rule}: found, not planted: ${wrong}`);
      if (missed !== '') say(`${rule}: planted, not found: ${missed}`);
    }
    const objects = await objectsOf(platform);
    return rows.map((row): Found => {
      const { true: planted, found, right } = row;
      const all = objects.get(row.subject);
      return {
        ...foundPairs(row.rule, row, ASKED),
        confusion: {
          right,
          wrong: found - right,
          missed: planted - right,
          ...(all !== undefined && { others: all - planted - found + right }),
        },
      };
    });
  },
};

/** How many dwellings and households a rule could have named. */
async function objectsOf({ warehouse }: Platform): Promise<Map<string, number>> {
  const counted = await warehouse.rows(
    `SELECT 'dwelling' AS subject, count() AS objects FROM base.dwelling
     UNION ALL SELECT 'household', uniqExact(household_id) FROM base.application`,
    z.object({ subject: z.string(), objects: count }),
    options,
  );
  return new Map(counted.map(({ subject, objects }) => [subject, objects]));
}

/** One row a violation planted, with the object its rule names: a dwelling by code; for contracts and households the household, whose arrears may lie on an earlier contract. */
async function readTruth({ warehouse }: Platform, path: string): Promise<void> {
  const columns = ['kind', 'application_no', 'contract_no', 'house_code'];
  const told = `${TABLE}_told`;
  await warehouse.run(
    `CREATE OR REPLACE TABLE ${told} (${columns.map((name) => `${name} String`).join(', ')}) ENGINE = MergeTree ORDER BY kind`,
    options,
  );
  await warehouse.insertFile(
    'CSVWithNames',
    told,
    columns,
    path,
    columns.map((name) => `${name} String`).join(', '),
    (source) => `SELECT ${columns.join(', ')} FROM ${source}`,
    options,
  );
  await warehouse.run(
    `CREATE OR REPLACE TABLE ${TABLE} ENGINE = MergeTree ORDER BY (kind, object) AS
     WITH kinds AS (SELECT DISTINCT rule, object_kind FROM mart_supervision.violation)
     SELECT told.kind AS kind, if(kinds.object_kind IN ('contract', 'household'),
         application.household_id, told.house_code) AS object
     FROM ${told} AS told
     LEFT JOIN kinds ON kinds.rule = told.kind
     LEFT JOIN base.application AS application ON application.application_no = told.application_no`,
    options,
  );
}

/** Findings on the maintenance fund: the rule is the kind with `fund_` before it, the object the key the truth names. */
async function readFundTruth({ warehouse }: Platform, path: string): Promise<void> {
  await warehouse.insertFile(
    'CSVWithNames',
    TABLE,
    ['kind', 'object'],
    path,
    'kind String, key String',
    (source) => `SELECT concat('fund_', kind), key FROM ${source}`,
    options,
  );
}
