/** Columns come and go: around the reader of a delivery. */
import { join } from 'node:path';
import { mkdir } from 'node:fs/promises';
import { isAppError } from '../../domain/errors.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { type Dataset, type Field, fieldSchema } from '../contract.ts';
import { ensureRawTables } from '../generate/raw-table.ts';
import { type ReadResult, refusal } from '../readers/index.ts';
import type { Drift } from './change.ts';
import { reportDrift } from './reports.ts';

/** New columns of one delivery that are kept and reported; a file with more is another table. */
const MOST_NEW = 50;
const LONGEST_NAME = 128;

/**
 * Reads a delivery, and deals with columns the contract does not have.
 * @param read reads under a contract into an empty directory
 * @returns the contract the rows are loaded under: wider than the one given when new columns are kept or watched
 * @throws AppError `refused_delivery`: what the reader refuses, and rule `new_column` under the policy `freeze`
 */
export async function readWatched(
  platform: Platform,
  dataset: Dataset,
  deliveryId: string,
  directory: string,
  read: (dataset: Dataset, directory: string) => Promise<ReadResult>,
): Promise<{ contract: Dataset; read: ReadResult }> {
  const first = await read(dataset, directory).catch(async (error: unknown) => {
    if (isAppError(error) && error.where['rule'] === 'missing_column')
      await reportDrift(platform, dataset, deliveryId, [
        missing(String(error.where['column'] ?? ''), 'refused'),
      ]);
    throw error;
  });
  const { column: policy } = dataset.drift;
  const news = (first.extra ?? []).filter((name) => isColumn(name, dataset)).slice(0, MOST_NEW);
  await reportDrift(
    platform,
    dataset,
    deliveryId,
    news.map((column) => ({ ...added(column), policy })),
  );
  if (news.length === 0 || policy === 'note') return { contract: dataset, read: first };
  if (policy === 'freeze') {
    throw refusal(
      'new_column',
      `The file has ${news.length} column${news.length === 1 ? '' : 's'} the contract does not have; the contract takes none.`,
      { column: news[0] ?? '' },
      'Agree on a new version of the contract, or send the file without.',
    );
  }
  const contract = widened(dataset, news);
  await ensureRawTables(platform.warehouse, [contract]);
  const again = join(directory, 'widened');
  await mkdir(again, { recursive: true });
  return { contract, read: await read(contract, again) };
}

const added = (column: string): Omit<Drift, 'policy'> => ({
  entity: 'column',
  column,
  change: 'new_column',
  detail: `The column “${column}” came that the contract does not have.`,
  share: 1,
});
const missing = (column: string, policy: string): Drift => ({
  entity: 'column',
  column,
  change: 'missing_column',
  detail: `The column “${column}” is missing.`,
  share: 1,
  policy,
});

/** A name that can be one of raw's: not landing's own, not one that differs from another in case only. */
const isColumn = (name: string, { fields }: Dataset): boolean =>
  name !== '' &&
  name.length <= LONGEST_NAME &&
  !name.startsWith('_') &&
  !/\p{Cc}/u.test(name) &&
  !fields.some(({ source }) => source.toLowerCase() === name.toLowerCase());

/** The new columns as text; under `quarantine` a row with a value in one is turned away. */
function widened(dataset: Dataset, columns: readonly string[]): Dataset {
  const taken = new Set(dataset.fields.map(({ name }) => name));
  const fields = columns.map((source, i): Field => {
    let name = `undeclared_${i + 1}`;
    while (taken.has(name)) name += '_';
    return fieldSchema.parse({ name, source, element: 'text', optionalColumn: true });
  });
  const checks = fields.map(({ name, source }) => ({
    rule: 'new_column',
    message: `a value stands in the column ${source}, which the contract does not have`,
    sql: `${name} != ''`,
    onFail: 'reject' as const,
  }));
  return {
    ...dataset,
    fields: [...dataset.fields, ...fields],
    checks:
      dataset.drift.column === 'quarantine'
        ? [
            ...dataset.checks,
            ...checks
              .slice(0, 1)
              .map((check) => ({ ...check, sql: checks.map(({ sql }) => sql).join(' OR ') })),
          ]
        : dataset.checks,
  };
}
