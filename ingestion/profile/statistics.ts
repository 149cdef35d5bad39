/** What the engine can say of all rows: counts, distinct values, least and greatest. */
import { type Duck, duckName, duckText } from '../readers/duck.ts';

export interface ColumnStatistics {
  column: string;
  /** Rows with a value that is not blank. */
  filled: number;
  distinct: number;
  /** Every value counted, or estimated (HyperLogLog, a few percent). */
  isExact: boolean;
  /** As texts; of numbers when nearly every value is one. */
  least: string;
  greatest: string;
  /** Characters of the longest value. */
  longest: number;
  /** Values that read as a number. */
  numbers: number;
}

/** Beyond so many rows distinct values are estimated. */
const EXACT_ROWS = 300_000;
/** Columns of one statement: each costs the engine a hash table. */
const COLUMNS_AT_ONCE = 64;
/** Rows of the sample that values are looked at in, one by one; fewer when there are many columns. */
const SAMPLE_ROWS = 20_000;
const SAMPLE_CELLS = 1_000_000;

export const sampleSize = (columns: number): number =>
  Math.max(1000, Math.min(SAMPLE_ROWS, Math.floor(SAMPLE_CELLS / Math.max(columns, 1))));

const source = (parquet: string): string => `read_parquet(${duckText(parquet)})`;
const number = (value: unknown): number => Number(value ?? 0);
const shortened = (sql: string): string => `left(${sql}, 200)`;

export async function columnStatistics(
  duck: Duck,
  parquet: string,
  columns: readonly string[],
  rows: number,
): Promise<ColumnStatistics[]> {
  const isExact = rows <= EXACT_ROWS;
  const found: ColumnStatistics[] = [];
  for (let at = 0; at < columns.length; at += COLUMNS_AT_ONCE) {
    const part = columns.slice(at, at + COLUMNS_AT_ONCE);
    const aggregates = part.flatMap((name, i) => {
      const column = duckName(name);
      const filled = `FILTER (WHERE trim(${column}) <> '')`;
      const distinct = isExact ? `count(DISTINCT ${column})` : `approx_count_distinct(${column})`;
      return [
        `count(*) ${filled} AS f${i}`,
        `${distinct} ${filled} AS d${i}`,
        `${shortened(`min(${column}) ${filled}`)} AS l${i}`,
        `${shortened(`max(${column}) ${filled}`)} AS g${i}`,
        `max(length(${column})) AS c${i}`,
        `count(TRY_CAST(${column} AS DOUBLE)) AS n${i}`,
        `min(TRY_CAST(${column} AS DOUBLE)) AS nl${i}`,
        `max(TRY_CAST(${column} AS DOUBLE)) AS ng${i}`,
      ];
    });
    const [row = {}] = await duck.rows(`SELECT ${aggregates.join(', ')} FROM ${source(parquet)}`);
    for (const [i, column] of part.entries()) {
      const filled = number(row[`f${i}`]);
      const numbers = number(row[`n${i}`]);
      const [least, greatest] =
        filled > 0 && numbers === filled ? [row[`nl${i}`], row[`ng${i}`]] : [row[`l${i}`], row[`g${i}`]];
      found.push({
        column,
        filled,
        distinct: Math.min(number(row[`d${i}`]), filled),
        isExact,
        least: String(least ?? ''),
        greatest: String(greatest ?? ''),
        longest: number(row[`c${i}`]),
        numbers,
      });
    }
  }
  return found;
}

/** A value and how many rows of the sample have it. */
export interface Counted {
  value: string;
  count: number;
}

/** Draws the sample and keeps it in the engine. */
export async function drawSample(duck: Duck, parquet: string, columns: readonly string[]): Promise<void> {
  const names = columns.map((name, i) => `left(${duckName(name)}, 1000) AS c${i}`);
  await duck.run(
    `CREATE OR REPLACE TEMP TABLE sample AS SELECT ${names.join(', ')}
     FROM (SELECT * FROM ${source(parquet)} USING SAMPLE reservoir(${sampleSize(columns.length)} ROWS) REPEATABLE (20260101))`,
  );
}

/** Values of a column in the sample, the most frequent first. */
export async function sampledValues(duck: Duck, position: number, most = 2000): Promise<Counted[]> {
  const rows = await duck.rows(
    `SELECT c${position} AS value, count(*) AS count FROM sample WHERE trim(c${position}) <> '' GROUP BY ALL ORDER BY count DESC, value LIMIT ${most}`,
  );
  return rows.map((row) => ({ value: String(row['value'] ?? ''), count: number(row['count']) }));
}

/** Share of the rows that differ in these columns together, exactly. */
export async function distinctShare(
  duck: Duck,
  parquet: string,
  columns: readonly string[],
  rows: number,
): Promise<number> {
  const names = columns.map(duckName).join(', ');
  const distinct = await duck.count(
    `SELECT count(*) FROM (SELECT DISTINCT ${names} FROM ${source(parquet)})`,
  );
  return rows === 0 ? 0 : distinct / rows;
}
