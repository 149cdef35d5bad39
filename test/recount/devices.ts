/** What doors and meters said in the 30 days that end with the as-of day, by dwelling. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { landedTable, loadLanded } from './landed.ts';

const KINDS = ['water', 'electricity', 'gas'] as const;

/** Makes `doors(house_code, opened, days)` (every door that ever told anything; 0 opened: not in the window) and `meters(house_code, readings, kinds, water, electricity, gas)`. Needs `house_registry`. */
export async function prepareDevices(
  duckdb: DuckDBConnection,
  landingDir: string,
  asOf: string,
  workDir: string,
): Promise<void> {
  const from = `DATE '${asOf}' - 29`;
  // Files of earlier months cannot hold a day of the window, but for what a usage is measured against: two months are enough.
  const since = `${asOf.slice(0, 4)}-${asOf.slice(5, 7)}`;
  await loadLanded(duckdb, landingDir, 'access_control.door_event', workDir);
  await duckdb.run(`CREATE OR REPLACE TABLE doors AS
    SELECT house_code, count(*) FILTER (day >= ${from}) AS opened, count(DISTINCT day) FILTER (day >= ${from}) AS days FROM (
      SELECT house_no(house_code) AS house_code, CAST(instant_of(happened_at) AS DATE) AS day FROM ${landedTable('access_control.door_event')}
      WHERE number_no(event_no) <> '' AND house_no(house_code) <> '' AND instant_of(happened_at) IS NOT NULL
      QUALIFY row_number() OVER (PARTITION BY number_no(event_no) ORDER BY seq DESC, row_no DESC) = 1)
    WHERE day <= DATE '${asOf}' GROUP BY 1`);
  for (const kind of KINDS) {
    const table = landedTable(`utilities.${kind}_reading`);
    await loadLanded(duckdb, landingDir, `utilities.${kind}_reading`, workDir, since);
    await duckdb.run(`CREATE OR REPLACE TABLE ${kind}_use AS
      SELECT h.house_code, count(u.used) AS readings, coalesce(sum(u.used), 0) AS used FROM house_registry h
      JOIN (
        SELECT meter_no, day, coalesce(used, CASE WHEN reading >= before THEN reading - before END) AS used FROM (
          SELECT *, lag(reading) OVER (PARTITION BY meter_no ORDER BY day) AS before FROM (
            SELECT word(meter_no) AS meter_no, day_of(reading_date) AS day, quantity_of(reading) AS reading, quantity_of("usage") AS used FROM ${table}
            WHERE regexp_full_match(word(meter_no), '[A-Z0-9-]+') AND day_of(reading_date) IS NOT NULL
            QUALIFY row_number() OVER (PARTITION BY word(meter_no), day_of(reading_date) ORDER BY seq DESC, row_no DESC) = 1))
      ) u ON u.meter_no = h.${kind} WHERE u.day BETWEEN ${from} AND DATE '${asOf}' GROUP BY 1`);
    await duckdb.run(`DROP TABLE ${table}`);
  }
  await duckdb.run(`CREATE OR REPLACE TABLE meters AS
    SELECT house_code, sum(readings) AS readings, count(*) FILTER (readings > 0) AS kinds, ${KINDS.map((kind) => `sum(${kind}) AS ${kind}`).join(', ')} FROM (
      ${KINDS.map((kind) => `SELECT house_code, readings, ${KINDS.map((other) => (other === kind ? `used AS ${other}` : `0 AS ${other}`)).join(', ')} FROM ${kind}_use`).join(' UNION ALL ')}
    ) GROUP BY 1`);
}
