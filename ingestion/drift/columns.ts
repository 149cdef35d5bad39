/** Columns come and go: around the reader of a delivery. */
import { join } from 'node:path';
import { mkdir } from 'node:fs/promises';
import { isAppError } from '../../domain/errors.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { type Dataset, type Field, fieldSchema } from '../contract.ts';
import { ensureRawTables } from '../generate/raw-table.ts';
import { sentName } from '../readers/header.ts';
import { type ReadResult, refusal } from '../readers/index.ts';
import type { Drift } from './change.ts';
import { type ColumnPolicy, missingColumnPolicy, newColumnPolicy, type Ruling } from './policy.ts';
import { reportDrift } from './reports.ts';

/** New columns of one delivery that are kept and reported, those the contract names first; a file with more is another table. */
const MOST_NEW = 50;
const LONGEST_NAME = 128;

/** Reads under a contract into an empty directory. */
type Read = (dataset: Dataset, directory: string) => Promise<ReadResult>;

interface Watched {
  /** What the rows are loaded under: wider than the contract given when new columns are kept or watched. */
  contract: Dataset;
  read: ReadResult;
}

interface NewColumn extends Ruling<ColumnPolicy> {
  column: string;
}

/**
 * Reads a delivery, and deals with columns the contract does not have or misses, by the policy for all or that of the column by name.
 * @throws AppError `refused_delivery`: what the reader refuses, and rule `new_column` under the policy `freeze`
 */
export async function readWatched(
  platform: Platform,
  dataset: Dataset,
  deliveryId: string,
  directory: string,
  read: Read,
): Promise<Watched> {
  const first = await readWithout(platform, dataset, deliveryId, directory, read);
  const news = (first.read.extra ?? [])
    .filter((name) => isColumn(name, dataset))
    .map((column): NewColumn => ({ column, ...newColumnPolicy(dataset.drift, column) }))
    .sort((one, other) => Number(other.isNamed) - Number(one.isNamed))
    .slice(0, MOST_NEW);
  const frozen = news.filter(({ policy }) => policy === 'freeze');
  await reportDrift(
    platform,
    dataset,
    deliveryId,
    // One frozen column refuses the delivery with all the others.
    news.map((one) =>
      added(frozen.length > 0 && one.policy !== 'freeze' ? { ...one, policy: 'refused' } : one),
    ),
  );
  if (frozen[0] !== undefined) {
    const { column, isNamed } = frozen[0];
    throw refusal(
      'new_column',
      isNamed
        ? `The file has the column “${column}”, which the contract does not have and refuses by name.`
        : `The file has ${frozen.length} column${frozen.length === 1 ? '' : 's'} the contract does not have; the contract takes none.`,
      { column },
      'Agree on a new version of the contract, or send the file without.',
    );
  }
  const kept = news.filter(({ policy }) => policy !== 'note');
  if (kept.length === 0) return first;
  const again = join(directory, 'widened');
  await mkdir(again, { recursive: true });
  const contract = widened(first.contract, kept);
  await ensureRawTables(platform.warehouse, [contract]);
  return { contract, read: await read(forReading(contract, first.gone), again) };
}

/** Reads a delivery, without the columns of the contract that it lacks and may lack by name. */
async function readWithout(
  platform: Platform,
  dataset: Dataset,
  deliveryId: string,
  directory: string,
  read: Read,
): Promise<Watched & { gone: readonly Field[] }> {
  const gone: Field[] = [];
  const drifts: Drift[] = [];
  for (let into = directory; ; into = join(directory, `without_${gone.length}`)) {
    await mkdir(into, { recursive: true });
    try {
      const found = await read(forReading(dataset, gone), into);
      await reportDrift(platform, dataset, deliveryId, drifts);
      return { contract: lacking(dataset, gone), read: found, gone };
    } catch (error) {
      if (!isAppError(error) || error.where['rule'] !== 'missing_column') throw error;
      const column = String(error.where['column'] ?? '');
      const field = dataset.fields.find((one) => sentName(one) === column);
      const ruling = missingColumnPolicy(dataset.drift, field?.source ?? column);
      if (!field || gone.includes(field) || ruling.policy === 'freeze') {
        const refused = [...drifts, missing(column, ruling)].map((one) => ({ ...one, policy: 'refused' }));
        await reportDrift(platform, dataset, deliveryId, refused);
        throw error;
      }
      gone.push(field);
      drifts.push(missing(column, ruling));
    }
  }
}

/** The contract for the reader: columns that are gone may be. */
const forReading = (dataset: Dataset, gone: readonly Field[]): Dataset => ({
  ...dataset,
  fields: dataset.fields.map((field) =>
    gone.some(({ source }) => source === field.source) ? { ...field, optionalColumn: true } : field,
  ),
});

/**
 * The contract for the rows of a file that lacks columns: they are empty in it, as in a file that has them without a value, so that
 * a row known before is the same. Under `quarantine` every row is turned away.
 */
function lacking(dataset: Dataset, gone: readonly Field[]): Dataset {
  if (gone.length === 0) return dataset;
  const quarantined = gone.filter(
    ({ source }) => missingColumnPolicy(dataset.drift, source).policy === 'quarantine',
  );
  return {
    ...dataset,
    fields: dataset.fields.map((field) => (gone.includes(field) ? { ...field, required: false } : field)),
    checks: [
      ...quarantined.map(({ source }) => ({
        rule: 'missing_column',
        message: `the delivery lacks the column ${source}`,
        sql: '1',
        onFail: 'reject' as const,
      })),
      ...dataset.checks,
    ],
  };
}

const added = ({ column, policy, isNamed }: Omit<NewColumn, 'policy'> & { policy: string }): Drift => ({
  entity: 'column',
  column,
  change: 'new_column',
  detail: `The column “${column}” came that the contract does not have.`,
  share: 1,
  policy,
  isNamed,
});
const missing = (column: string, { policy, isNamed }: Ruling<ColumnPolicy>): Drift => ({
  entity: 'column',
  column,
  change: 'missing_column',
  detail: `The column “${column}” is missing.`,
  share: 1,
  policy,
  isNamed,
});

/** A name that can be one of raw's: not landing's own, not one that differs from another in case only. */
const isColumn = (name: string, { fields }: Dataset): boolean =>
  name !== '' &&
  name.length <= LONGEST_NAME &&
  !name.startsWith('_') &&
  !/\p{Cc}/u.test(name) &&
  !fields.some(({ source }) => source.toLowerCase() === name.toLowerCase());

/** The new columns as text; a row with a value in one under `quarantine` is turned away. */
function widened(dataset: Dataset, news: readonly NewColumn[]): Dataset {
  const taken = new Set(dataset.fields.map(({ name }) => name));
  const fields = news.map(({ column }, i): Field => {
    let name = `undeclared_${i + 1}`;
    while (taken.has(name)) name += '_';
    return fieldSchema.parse({ name, source: column, element: 'text', optionalColumn: true });
  });
  const watched = fields.filter((_, i) => news[i]?.policy === 'quarantine');
  const [one] = watched;
  const check = one && {
    rule: 'new_column',
    message:
      watched.length === 1
        ? `a value stands in the column ${one.source}, which the contract does not have`
        : `a value stands in one of the columns ${watched.map(({ source }) => source).join(', ')}, which the contract does not have`,
    sql: watched.map(({ name }) => `${name} != ''`).join(' OR '),
    onFail: 'reject' as const,
  };
  return {
    ...dataset,
    fields: [...dataset.fields, ...fields],
    checks: check ? [...dataset.checks, check] : dataset.checks,
  };
}
