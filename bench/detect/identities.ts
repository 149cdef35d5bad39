/** `truth/identities.csv` beside the records: whom each means, by dataset, field and key, and what its desk got wrong. */
import { join } from 'node:path';
import { z } from 'zod';
import { datasets } from '../../ingestion/contracts/index.ts';
import { datasetId, tableName as rawName } from '../../ingestion/contract.ts';
import { identifier, literal, tableName } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';

const COLUMNS = ['source_dataset', 'field', 'row_key', 'entity', 'slip'];
const LANE = { lane: 'batch', tag: 'bench detect identities' } as const;

export const IDENTITIES = 'default.detect_identity';
/** `key` (as base.person_record has it), `field`, `row_key`, `entity`, `slip`. */
export const MEANT = 'default.detect_meant';

/** Fills both tables. */
export async function readIdentities(warehouse: Warehouse, truth: string): Promise<void> {
  const structure = [...COLUMNS, 'household', 'dwelling'].map((name) => `${name} String`).join(', ');
  await warehouse.run(
    `CREATE OR REPLACE TABLE ${IDENTITIES} (${COLUMNS.map((name) => `${name} String`).join(', ')})
     ENGINE = MergeTree ORDER BY (source_dataset, field, row_key)`,
    LANE,
  );
  await warehouse.insertFile(
    'CSVWithNames',
    IDENTITIES,
    COLUMNS,
    join(truth, 'identities.csv'),
    structure,
    (source) => `SELECT ${COLUMNS.join(', ')} FROM ${source}`,
    LANE,
  );
  const named = await warehouse.rows(
    `SELECT DISTINCT source_dataset AS id, field FROM ${IDENTITIES} WHERE field LIKE '%id_number' ORDER BY id, field`,
    z.object({ id: z.string(), field: z.string() }),
    LANE,
  );
  const places = named.flatMap(({ id, field }) => {
    const dataset = datasets.find((one) => datasetId(one) === id);
    const [key] = dataset?.key ?? [];
    if (!dataset || key === undefined) return [];
    return `SELECT ${literal(id)} AS source_dataset, ${literal(field)} AS field, toString(${identifier(key)}) AS row_key,
      concat(${literal(`${id}:${field}:`)}, lower(hex(_key_hash))) AS key
      FROM ${tableName('base', `std_${rawName(dataset)}`)} WHERE is_current = 1`;
  });
  await warehouse.run(
    `CREATE OR REPLACE TABLE ${MEANT} ENGINE = MergeTree ORDER BY key AS
     SELECT places.key AS key, told.field AS field, told.row_key AS row_key, told.entity AS entity, told.slip AS slip
     FROM (${places.join(' UNION ALL ')}) AS places
     INNER JOIN ${IDENTITIES} AS told
       ON places.source_dataset = told.source_dataset AND places.field = told.field AND places.row_key = told.row_key`,
    LANE,
  );
}
