/** A person's own files as tables to link: any shape landing reads, any titles. */
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readUnknown } from '../ingestion/profile/read.ts';
import { sniff } from '../ingestion/profile/sniff.ts';
import { duckIn } from '../ingestion/readers/duck.ts';
import { guessMapping, type Mapping } from '../pipelines/linkage/mapping.ts';
import { AppError } from '../domain/errors.ts';
import { identifier, literal } from '../warehouse/engine/sql.ts';
import type { Platform } from '../warehouse/platform.ts';
import { mkdir } from 'node:fs/promises';

export interface LinkTask {
  files: string[];
  across: boolean;
}

const DATA_FILE = /\.(csv|txt|xlsx|jsonl|parquet)$/i;

/** Without a mapping each file is a list of its own; `…a` and `…b` are two lists to be matched. */
export async function tasksOf(directory: string, mapping: Mapping | undefined): Promise<LinkTask[]> {
  const files =
    mapping?.files ?? (await readdir(directory)).filter((name) => DATA_FILE.test(name)).toSorted();
  if (files.length === 0)
    throw new AppError('not_found', 'There is no data file to link.', {
      where: { directory },
      fix: 'Give a directory with .csv, .txt, .xlsx, .jsonl or .parquet files.',
    });
  if (mapping) return [{ files, across: mapping.pairs === 'across' }];
  return files.flatMap((name): LinkTask[] => {
    const second = name.replace(/a(\.\w+)$/i, 'b$1');
    const first = name.replace(/b(\.\w+)$/i, 'a$1');
    if (second !== name && files.includes(second)) return [{ files: [name, second], across: true }];
    return first !== name && files.includes(first) ? [] : [{ files: [name], across: false }];
  });
}

/**
 * Loads the files of a task into one table `record, side, truth` and the mapped columns.
 * @returns the mapping used: the one given, or one guessed from the titles
 */
export async function loadTask(
  platform: Pick<Platform, 'warehouse'>,
  { directory, task, table, work }: { directory: string; task: LinkTask; table: string; work: string },
  given: Mapping | undefined,
): Promise<Mapping> {
  const { warehouse } = platform;
  const duck = duckIn(join(work, 'duckdb'));
  try {
    let mapping = given;
    for (const [side, file] of task.files.entries()) {
      const target = join(work, `read-${basename(table)}-${side}`);
      await mkdir(target, { recursive: true });
      const sniffed = await sniff(join(directory, file), file, { directory: join(target, 'sniffed') });
      const read = await readUnknown(sniffed, duck, target);
      mapping ??= { ...guessMapping(read.columns), pairs: task.across ? 'across' : 'within' };
      const titles = Object.keys(mapping.columns);
      const missing = [...titles, ...(mapping.truth ? [mapping.truth.column] : [])].filter(
        (title) => !read.columns.includes(title),
      );
      if (titles.length === 0 || missing.length > 0)
        throw new AppError('bad_request', `${file} does not have what the mapping names.`, {
          where: { missing: missing.join(', ') || 'any column that could be told by its title' },
          fix: `Its columns are: ${read.columns.join(', ')}. Give --mapping FILE.`,
        });
      const columns = titles.map((title) => `${identifier(title)} String`);
      if (side === 0) {
        await warehouse.run(
          `CREATE OR REPLACE TABLE ${table} (record String, side UInt8, truth String, ${columns.join(', ')}) ENGINE = MergeTree ORDER BY record`,
          { lane: 'batch' },
        );
      }
      const truth = mapping.truth
        ? `extract(${identifier(mapping.truth.column)}, ${literal(mapping.truth.pattern)})`
        : `''`;
      await warehouse.insertParquet(
        table,
        ['record', 'side', 'truth', ...titles.map(identifier)],
        read.parquetPath,
        [...new Set([...titles, ...(mapping.truth ? [mapping.truth.column] : [])])]
          .map((title) => `${identifier(title)} String`)
          .join(', '),
        (source) =>
          `SELECT concat('${side}:', leftPad(toString(rowNumberInAllBlocks()), 10, '0')), ${side}, ${truth}, ${titles.map(identifier).join(', ')} FROM ${source} SETTINGS max_threads = 1`,
      );
    }
    if (!mapping) throw new Error('no file was read');
    return mapping;
  } finally {
    await duck.close();
  }
}
