/** What doors and meters said, by dwelling: in the 30 days that end with the as-of day, and day by day. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { landedTable, loadLanded } from './landed.ts';

const KINDS = ['water', 'electricity', 'gas'] as const;

/**
 * Makes `doors(house_code, opened, days)` (every door that ever told anything; 0 opened: not in the window), `meters(house_code, readings, kinds, water, electricity, gas)`,
 * `meter_use(kind, house_code, day, used, fee)` of all days and `told_month(month)`, in which a door or a meter told anything. Needs `house_registry`.
 */
export async function prepareDevices(
  duckdb: DuckDBConnection,
  landingDir: string,
  asOf: string,
  workDir: string,
): Promise<void> {
  const from = `DATE '${asOf}' - 29`;
  await loadLanded(duckdb, landingDir, 'access_control.door_event', workDir);
  await duckdb.run(`CREATE OR REPLACE TABLE opened AS
    SELECT house_no(house_code) AS house_code, CAST(instant_of(happened_at) AS DATE) AS day FROM ${landedTable('access_control.door_event')}
    WHERE number_no(event_no) <> '' AND house_no(house_code) <> '' AND instant_of(happened_at) IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY number_no(event_no) ORDER BY seq DESC, row_no DESC) = 1`);
  await duckdb.run(`CREATE OR REPLACE TABLE doors AS
    SELECT house_code, count(*) FILTER (day >= ${from}) AS opened, count(DISTINCT day) FILTER (day >= ${from}) AS days
    FROM opened WHERE day <= DATE '${asOf}' GROUP BY 1`);
  for (const kind of KINDS) {
    const table = landedTable(`utilities.${kind}_reading`);
    await loadLanded(duckdb, landingDir, `utilities.${kind}_reading`, workDir);
    await duckdb.run(`CREATE OR REPLACE TABLE ${kind}_read AS ${readSql(table)}`);
    await duckdb.run(`DROP TABLE ${table}`);
  }
  // A number that two houses say is that of the first.
  await duckdb.run(
    `CREATE OR REPLACE TABLE meter_use AS ${KINDS.map(
      (kind) => `SELECT '${kind}' AS kind, h.house_code, r.day, r.used, r.fee
      FROM (SELECT ${kind} AS meter_no, min(house_code) AS house_code FROM house_registry WHERE ${kind} <> '' AND house_code IN (SELECT house_code FROM dwelling) GROUP BY 1) h
      JOIN ${kind}_read r USING (meter_no) WHERE r.day <= DATE '${asOf}'`,
    ).join(' UNION ALL ')}`,
  );
  await duckdb.run(`CREATE OR REPLACE TABLE told_month AS SELECT DISTINCT CAST(date_trunc('month', day) AS DATE) AS month FROM (
      SELECT day FROM opened UNION ALL ${KINDS.map((kind) => `SELECT day FROM ${kind}_read`).join(' UNION ALL ')}
    ) WHERE day <= DATE '${asOf}'`);
  const used = KINDS.map((kind) => `coalesce(sum(used) FILTER (kind = '${kind}'), 0) AS ${kind}`).join(', ');
  await duckdb.run(`CREATE OR REPLACE TABLE meters AS
    SELECT house_code, count(used) AS readings, count(DISTINCT kind) FILTER (used IS NOT NULL) AS kinds, ${used}
    FROM meter_use WHERE day >= ${from} GROUP BY 1`);
}

/**
 * What each meter used on each day it was read: as delivered, else against the reading before, which is forgotten after four weeks; a dial
 * that was nearly full and is nearly empty went round.
 */
const readSql = (table: string): string => `
  SELECT meter_no, day, fee, CASE WHEN used >= 0 THEN used
      WHEN reading < before AND before >= 1000 AND before >= 0.9 * full_at AND reading <= 0.1 * full_at THEN full_at - before + reading
      WHEN reading >= before THEN reading - before END AS used
  FROM (
    SELECT *, CAST(power(10, length(CAST(CAST(floor(before) AS BIGINT) AS VARCHAR))) AS DECIMAL(18, 3)) AS full_at FROM (
      SELECT *, CASE WHEN day - last_value(CASE WHEN reading IS NOT NULL THEN day END IGNORE NULLS) OVER past <= 28 THEN last_value(reading IGNORE NULLS) OVER past END AS before
      FROM (
        SELECT word(meter_no) AS meter_no, day_of(reading_date) AS day, quantity_of(reading) AS reading, quantity_of("usage") AS used, amount_of(fee) AS fee FROM ${table}
        WHERE regexp_full_match(word(meter_no), '[A-Z0-9-]+') AND day_of(reading_date) IS NOT NULL
        QUALIFY row_number() OVER (PARTITION BY word(meter_no), day_of(reading_date) ORDER BY seq DESC, row_no DESC) = 1)
      WINDOW past AS (PARTITION BY meter_no ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)))`;
