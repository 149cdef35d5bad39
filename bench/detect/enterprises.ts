/** Enterprises: pairs of records that name one, of which at least one lacks a valid code of its own, and by what its desk got wrong. */
import { z } from 'zod';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { IDENTITIES, readIdentities } from './identities.ts';
import { type DetectPart, type Found, foundPairs } from './part.ts';

/**
 * Nothing is asked of enterprises; this is our own line. A record without a code whose name two enterprises bear waits for a clerk, and is
 * missed here with all the pairs it is half of: a handful of records in a city of 0.1, each of them in a hundred pairs and more.
 */
const ASKED = 0.98;
const options = { lane: 'batch' as const, tag: 'bench detect enterprises' };
const count = z.coerce.number();
const counts = z.object({ slip: z.string(), found: count, right: count, true: count });

export const enterprises: DetectPart = {
  name: 'enterprise',
  needs: 'run',
  run: async ({ platform: { warehouse }, truth }) => {
    await readIdentities(warehouse, truth);
    await warehouse.run(
      `CREATE OR REPLACE TABLE default.detect_enterprise ENGINE = MergeTree ORDER BY record_key AS
       SELECT concat(links.source_dataset, ' ', links.record_key) AS record_key, told.slip AS slip, told.entity AS truth,
         if(links.credit_code = '', record_key, links.credit_code) AS entity, links.how != 'credit_code' AS open
       FROM base.enterprise_link AS links
       INNER JOIN (
         SELECT source_dataset, row_key, entity, slip FROM ${IDENTITIES} WHERE field = 'unit_credit_code'
         UNION ALL
         SELECT 'market_regulation.business_registry', credit_code, credit_code, ''
         FROM base.enterprise_link WHERE source_dataset = 'market_regulation.business_registry'
       ) AS told ON links.source_dataset = told.source_dataset AND links.record_key = told.row_key`,
      options,
    );
    return [...(await allPairs(warehouse)), ...(await bySlip(warehouse))];
  },
};

async function allPairs(warehouse: Warehouse): Promise<Found[]> {
  const sum = (group: string): string =>
    `(SELECT toUInt64(sum(intDiv(n * (n - 1), 2) - intDiv(known * (known - 1), 2)))
      FROM (SELECT count() AS n, countIf(NOT open) AS known FROM default.detect_enterprise GROUP BY ${group}))`;
  const rows = await warehouse.rows(
    `SELECT 'enterprise' AS slip, ${sum('entity')} AS found, ${sum('entity, truth')} AS right, ${sum('truth')} AS true`,
    counts,
    options,
  );
  return rows.map(({ slip, ...one }) => foundPairs(slip, one, ASKED));
}

async function bySlip(warehouse: Warehouse): Promise<Found[]> {
  const rows = await warehouse.rows(
    `SELECT if(slip = '', 'other dirt', slip) AS slip, toUInt64(sum(of_entity - 1)) AS found, toUInt64(sum(both - 1)) AS right,
       toUInt64(sum(of_truth - 1)) AS true
     FROM (SELECT slip, open, count() OVER (PARTITION BY entity) AS of_entity, count() OVER (PARTITION BY truth) AS of_truth,
             count() OVER (PARTITION BY entity, truth) AS both FROM default.detect_enterprise)
     WHERE open OR slip != '' GROUP BY slip ORDER BY slip`,
    counts,
    options,
  );
  return rows.map(({ slip, ...one }) => foundPairs(slip, one, 0));
}
