/** Violations: what the rules of alert find against what the city planted and knows of itself (DESIGN: violations.csv, findings.csv, maintenance-fund.csv). */
import { join } from 'node:path';
import { z } from 'zod';
import { literal } from '../../warehouse/engine/sql.ts';
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
    await readKeyed(platform, join(truth, 'findings.csv'), '');
    await readKeyed(platform, join(truth, 'maintenance-fund.csv'), 'fund_');
    const rows = await platform.warehouse.rows(
      `SELECT rule, max(subject) AS subject, countIf(isTrue) AS true, countIf(isFound) AS found, countIf(isTrue AND isFound) AS right,
         arrayStringConcat(groupArrayIf(5)(object, isFound AND NOT isTrue), ' ') AS wrong,
         arrayStringConcat(groupArrayIf(5)(object, isTrue AND NOT isFound), ' ') AS missed
       FROM (
         SELECT rule, object, max(told) AS isTrue, max(seen) AS isFound, max(what) AS subject FROM (
           SELECT kind AS rule, object, 1 AS told, 0 AS seen, '' AS what, keyed AS is_keyed FROM ${TABLE}
           UNION ALL
           SELECT rule, multiIf(object_kind = 'dwelling', house_code, object_kind = 'enterprise', enterprise.credit_code, is_keyed, object_key, household_id) AS object,
             0 AS told, 1 AS seen, if(is_keyed OR object_kind = 'dwelling', object_kind, 'household') AS what,
             rule IN (SELECT kind FROM ${TABLE} WHERE keyed) AS is_keyed
           FROM mart_supervision.violation AS violation
           LEFT JOIN base.enterprise AS enterprise ON enterprise.enterprise_id = violation.enterprise_id
           WHERE rule IN (SELECT DISTINCT kind FROM ${TABLE})
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

/** How many of each kind of object a rule could have named. */
async function objectsOf({ warehouse }: Platform): Promise<Map<string, number>> {
  const counted = await warehouse.rows(
    `SELECT 'dwelling' AS subject, count() AS objects FROM base.dwelling
     UNION ALL SELECT 'household', uniqExact(household_id) FROM base.application
     UNION ALL SELECT 'contract', count() FROM base.contract
     UNION ALL SELECT 'project', count() FROM base.project
     UNION ALL SELECT 'enterprise', count() FROM mart_supervision.watch_enterprise
     UNION ALL SELECT 'energy', count() FROM mart_supervision.watch_energy
     UNION ALL SELECT 'supplier', count() FROM mart_supervision.watch_supplier
     UNION ALL SELECT 'product', count() FROM mart_supervision.watch_product
     UNION ALL SELECT 'breach_report', count() FROM mart_supervision.watch_breach
     UNION ALL SELECT object_kind, count() FROM mart_supervision.watch_service GROUP BY object_kind`,
    z.object({ subject: z.string(), objects: count }),
    options,
  );
  return new Map(counted.map(({ subject, objects }) => [subject, objects]));
}

/** One row a violation planted, with the object its rule names: a dwelling by code; else the household, whose arrears may lie on an earlier contract and whose subsidy is due every month. */
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
     SELECT DISTINCT told.kind AS kind, if(kinds.object_kind = 'dwelling', told.house_code, application.household_id) AS object, false AS keyed
     FROM ${told} AS told
     LEFT JOIN kinds ON kinds.rule = told.kind
     LEFT JOIN base.application AS application ON application.application_no = told.application_no`,
    options,
  );
}

/** Findings whose object the truth names by its key (a dwelling by its code); the rule is the kind, with the prefix before it. */
async function readKeyed({ warehouse }: Platform, path: string, prefix: string): Promise<void> {
  await warehouse.insertFile(
    'CSVWithNames',
    TABLE,
    ['kind', 'object', 'keyed'],
    path,
    'kind String, key String',
    (source) => `SELECT concat(${literal(prefix)}, kind), key, true FROM ${source}`,
    options,
  );
}
