/**
 * Persons: pairs of records of the same person, of which at least one has no valid number of its own. Pairs of two such numbers are
 * left out: they need no linkage, and would make every result look perfect. Then by what the desk got wrong (`truth/identities.csv`).
 */
import { join } from 'node:path';
import { z } from 'zod';
import { datasets } from '../../ingestion/contracts/index.ts';
import { tableName as rawName } from '../../ingestion/contract.ts';
import { identifier, literal, tableName } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { MEANT, readIdentities } from './identities.ts';
import { type DetectPart, type Found, foundPairs } from './part.ts';

const ASKED = 0.995;
const options = { lane: 'batch' as const, tag: 'bench detect persons' };
const count = z.coerce.number();

export const persons: DetectPart = {
  name: 'person',
  needs: 'run',
  run: async ({ platform: { warehouse }, truth, say }) => {
    await readIdentities(warehouse, truth);
    await readCleanNumbers(warehouse, truth);
    // One table at a time: the links are a view with joins of its own.
    await warehouse.run(
      `CREATE OR REPLACE TABLE default.detect_link ENGINE = MergeTree ORDER BY key AS
       SELECT record_key AS key, person_id AS entity FROM base.person_link`,
      options,
    );
    await warehouse.run(
      `CREATE OR REPLACE TABLE default.detect_person ENGINE = MergeTree ORDER BY record_key AS
       SELECT links.key AS record_key, if(links.entity = '', links.key, links.entity) AS entity,
         multiIf(meant.entity != '', meant.entity, records.id_number != '', records.id_number,
           clean.number != '', clean.number, concat('?', links.key)) AS truth,
         records.id_number != truth AS open,
         multiIf(meant.slip != '', meant.slip, NOT open, '', 'other dirt') AS slip
       FROM default.detect_link AS links
       INNER JOIN base.person_record AS records ON links.key = records.record_key
       LEFT JOIN ${MEANT} AS meant ON links.key = meant.key
       LEFT JOIN default.detect_clean AS clean ON links.key = clean.key`,
      options,
    );
    const pairs = (by: string): string =>
      `(SELECT toUInt64(sum(intDiv(n * (n - 1), 2) - intDiv(known * (known - 1), 2)))
        FROM (SELECT count() AS n, countIf(NOT open) AS known FROM default.detect_person GROUP BY ${by}))`;
    const [row] = await warehouse.rows(
      `SELECT ${pairs('entity')} AS found, ${pairs('entity, truth')} AS right, ${pairs('truth')} AS true,
         (SELECT toUInt64(countIf(open)) FROM default.detect_person) AS open,
         (SELECT toUInt64(countIf(open AND startsWith(truth, '?'))) FROM default.detect_person) AS withoutTruth,
         (SELECT toUInt64(countIf(open AND entity = record_key)) FROM default.detect_person) AS unlinked`,
      z.object({
        ...{ found: count, right: count, true: count },
        ...{ open: count, withoutTruth: count, unlinked: count },
      }),
      options,
    );
    if (!row) throw new Error('no counts');
    const { open, withoutTruth, unlinked, ...counts } = row;
    say(
      `${open} records without a number of their own, ${unlinked} of them linked to nobody, ${withoutTruth} of which the truth says nothing`,
    );
    return [foundPairs('person', counts, ASKED), ...(await bySlip(warehouse))];
  },
};

/** For each kind of slip the pairs its records are in: found, right, true. None of them is asked for by itself. */
async function bySlip(warehouse: Warehouse): Promise<Found[]> {
  const rows = await warehouse.rows(
    `SELECT slip, toUInt64(sum(of_entity - 1)) AS found, toUInt64(sum(both - 1)) AS right, toUInt64(sum(of_truth - 1)) AS true
     FROM (
       SELECT slip, count() OVER (PARTITION BY entity) AS of_entity, count() OVER (PARTITION BY truth) AS of_truth,
         count() OVER (PARTITION BY entity, truth) AS both
       FROM default.detect_person
     )
     WHERE slip != '' GROUP BY slip ORDER BY slip`,
    z.object({ slip: z.string(), found: count, right: count, true: count }),
    options,
  );
  return rows.map(({ slip, ...counts }) => foundPairs(slip, counts, 0));
}

/** What the truth says of numbers that arrived broken, by the rows' places in their files. */
async function readCleanNumbers(warehouse: Warehouse, truth: string): Promise<void> {
  await warehouse.run(
    `CREATE OR REPLACE TABLE default.detect_row (dataset String, file String, row UInt64, field String, clean String) ENGINE = MergeTree ORDER BY (dataset, file, row)`,
    options,
  );
  const columns = ['dataset', 'file', 'row', 'field', 'clean'];
  await warehouse.insertFile(
    'JSONEachRow',
    'default.detect_row',
    columns,
    join(truth, 'rows.jsonl'),
    'dataset String, file String, row UInt64, effect String, family String, field String, rule String, clean String',
    (source) => `SELECT ${columns.join(', ')} FROM ${source} WHERE effect = 'mark'`,
    options,
  );
  const fields = datasets.flatMap((dataset) =>
    dataset.fields
      .filter(({ element }) => element === 'id_number' || element === 'certificate_no')
      .map((field) => {
        const id = `${dataset.source}.${dataset.dataset}`;
        const current = dataset.load.strategy === 'append' ? '1' : 'is_current = 1';
        return `SELECT ${literal(id)} AS dataset, ${literal(field.name)} AS field, _batch_id, _row_no,
          concat(${literal(`${id}:${field.name}:`)}, lower(hex(_key_hash))) AS record_key
          FROM ${tableName('base', `std_${rawName(dataset)}`)} WHERE ${current} AND ${identifier(field.name)} = ''`;
      }),
  );
  await warehouse.run(
    `CREATE OR REPLACE TABLE default.detect_clean ENGINE = MergeTree ORDER BY key AS
     SELECT places.record_key AS key, any(rows.clean) AS number
     FROM (${fields.join(' UNION ALL ')}) AS places
     INNER JOIN (SELECT batch_id, any(file_name) AS file FROM meta.batch GROUP BY batch_id) AS batch ON places._batch_id = batch.batch_id
     INNER JOIN default.detect_row AS rows
       ON rows.dataset = places.dataset AND rows.file = batch.file AND rows.row = places._row_no AND rows.field = places.field
     GROUP BY key`,
    options,
  );
}
