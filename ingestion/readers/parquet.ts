import { join } from 'node:path';
import { errorMessage } from '../../warehouse/error-code.ts';
import type { Dataset } from '../contract.ts';
import { copyToParquetSql, duckName, duckText } from './duck.ts';
import { matchHeader } from './header.ts';
import { LIMITS, type ReadResult, type ReadTarget, refusal, type SourceFile } from './reader.ts';

/**
 * Reads Parquet: every value as text, '' where it is NULL. Types are the sender's; ours come from the contract.
 * @throws AppError `refused_delivery`: `bad_parquet`, `zip_bomb`, header rules
 */
export async function readParquet(
  file: SourceFile,
  dataset: Dataset,
  target: ReadTarget,
): Promise<ReadResult> {
  const { duck } = target;
  const source = `read_parquet(${duckText(file.path)}, file_row_number = true, hive_partitioning = false)`;
  const described = await whole(duck.rows(`DESCRIBE SELECT * FROM ${source}`));
  const header = described
    .map((column) => String(column['column_name']))
    .filter((name) => name !== 'file_row_number');
  const match = matchHeader(header, dataset);
  const size = `SELECT coalesce(sum(total_uncompressed_size), 0) FROM parquet_metadata(${duckText(file.path)})`;
  if ((await whole(duck.count(size))) > LIMITS.unpacked)
    throw refusal('zip_bomb', `The file unpacks to more than ${LIMITS.unpacked} bytes.`);

  const text = (column: string): string => `coalesce(CAST(${duckName(column)} AS VARCHAR), '')`;
  const columns = match.columns.map((column, i) => ({
    column,
    sql: text(header[match.positions[i] ?? 0] ?? ''),
  }));
  const long = columns.map(({ sql }) => `strlen(${sql}) > ${LIMITS.line}`).join(' OR ');
  const nul = columns.map(({ sql }) => `contains(${sql}, chr(0))`).join(' OR ');
  const rowNo = 'CAST(file_row_number + 1 AS UBIGINT) AS _row_no';
  const parquetPath = join(target.directory, 'rows.parquet');
  const unreadablePath = join(target.directory, 'unreadable.parquet');
  const select = columns.map(({ column, sql }) => `${sql} AS ${duckName(column)}`).join(', ');
  await whole(
    duck.run(
      copyToParquetSql(
        `SELECT ${rowNo}, ${select} FROM ${source} WHERE NOT (${long} OR ${nul})`,
        parquetPath,
      ),
    ),
  );
  const rowCount = await whole(duck.count(`SELECT count(*) FROM ${source}`));
  const unreadableCount =
    rowCount - (await duck.count(`SELECT count(*) FROM read_parquet(${duckText(parquetPath)})`));
  if (unreadableCount > 0) {
    const rule = `CASE WHEN ${long} THEN 'cell_too_long' ELSE 'nul_byte' END AS rule`;
    const message = `CASE WHEN ${long} THEN 'A value is longer than ${LIMITS.line} bytes.' ELSE 'A value holds a NUL byte.' END AS message`;
    const shown = columns.map(({ sql }) => `left(replace(${sql}, chr(0), '␀'), 200)`).join(", ',', ");
    await whole(
      duck.run(
        copyToParquetSql(
          `SELECT ${rowNo}, ${rule}, ${message}, left(concat(${shown}), ${LIMITS.kept}) AS text FROM ${source} WHERE ${long} OR ${nul}`,
          unreadablePath,
        ),
      ),
    );
  }
  return {
    parquetPath,
    numbering: 'column',
    columns: match.columns,
    rowCount,
    unreadablePath: unreadableCount > 0 ? unreadablePath : null,
    unreadableCount,
    notes: match.notes,
  };
}

/** What DuckDB cannot read is a damaged file; what it has no room for is not. */
async function whole<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const message = errorMessage(error);
    if (/out of memory|No space left|Permission denied/i.test(message)) throw error;
    throw refusal(
      'bad_parquet',
      'The file is not a whole Parquet file: it was cut off, damaged or encrypted.',
      {},
      'Send it again.',
    );
  }
}
