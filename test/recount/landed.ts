/**
 * The landed files as DuckDB tables, read from the bytes the agencies sent: nothing of the pipeline's readers, raw, base or
 * marts is used. Only what a contract says of a data set (its columns, shape, key) is shared, and the code lists.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import iconv from 'iconv-lite';
import { findDataset } from '../../ingestion/contracts/index.ts';
import type { Dataset } from '../../ingestion/contract.ts';

interface Manifest {
  fileName: string;
  businessDate: string;
  encoding: string;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const named = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** `operations.contract` → `landed_operations_contract`. */
export const landedTable = (dataset: string): string => `landed_${dataset.replace('.', '_')}`;

/**
 * One table of texts under standard names, `''` where a column is missing, with `seq` (order of deliveries, by business
 * date and file name) and `row_no`. Rows that are no rows (wrong number of columns, broken JSON) are not in it.
 */
export async function loadLanded(
  duckdb: DuckDBConnection,
  landingDir: string,
  id: string,
  workDir: string,
): Promise<void> {
  const dataset = findDataset(id);
  if (!dataset) throw new RangeError(`there is no data set ${id}`);
  const columns = dataset.fields.map((field) => `${named(field.name)} VARCHAR`).join(', ');
  await duckdb.run(`CREATE OR REPLACE TABLE ${landedTable(id)} (seq INTEGER, row_no BIGINT, ${columns})`);
  const base = join(landingDir, dataset.source, dataset.dataset);
  const deliveries: (Manifest & { dir: string })[] = [];
  for (const sha of await readdir(base).catch(() => [])) {
    const dir = join(base, sha);
    const manifest = JSON.parse(await readFile(join(dir, 'manifest.json'), 'utf8')) as Manifest;
    deliveries.push({ ...manifest, dir });
  }
  deliveries.sort((a, b) => (`${a.businessDate} ${a.fileName}` < `${b.businessDate} ${b.fileName}` ? -1 : 1));
  await duckdb.run(`CREATE OR REPLACE TABLE last_${landedTable(id)} (text VARCHAR)`);
  for (const [seq, delivery] of deliveries.entries()) {
    const path = join(workDir, `${id}-${seq}.txt`);
    const bytes = await readFile(join(delivery.dir, delivery.fileName));
    const text = iconv.decode(bytes, delivery.encoding === 'gb18030' ? 'gb18030' : 'utf-8');
    await writeFile(path, text);
    if (seq === deliveries.length - 1)
      await duckdb.run(`INSERT INTO last_${landedTable(id)} SELECT content FROM read_text(${quoted(path)})`);
    const { source, header } =
      dataset.delivery.shape === 'jsonl' ? jsonSource(dataset, path) : csvSource(text, path);
    const values = dataset.fields.map((field) =>
      header.includes(field.source) ? `coalesce(${named(field.source)}, '')` : `''`,
    );
    await duckdb.run(
      `INSERT INTO ${landedTable(id)} SELECT ${seq}, row_number() OVER (), ${values.join(', ')} FROM ${source}`,
    );
  }
}

function csvSource(text: string, path: string): { source: string; header: string[] } {
  const header = (text.split(/\r?\n/, 1)[0] ?? '')
    .replace(/^\uFEFF/, '')
    .split(',')
    .map((name) => name.replace(/^"|"$/g, '').trim());
  const columns = header.map((name) => `${quoted(name)}: 'VARCHAR'`).join(', ');
  return {
    header,
    source: `read_csv(${quoted(path)}, header = true, auto_detect = false, delim = ',', quote = '"', escape = '"', columns = {${columns}}, ignore_errors = true, null_padding = false, strict_mode = true)`,
  };
}

function jsonSource(dataset: Dataset, path: string): { source: string; header: string[] } {
  const header = dataset.fields.map((field) => field.source);
  const columns = header.map((name) => `${quoted(name)}: 'VARCHAR'`).join(', ');
  return {
    header,
    source: `read_json(${quoted(path)}, format = 'newline_delimited', columns = {${columns}}, ignore_errors = true)`,
  };
}
