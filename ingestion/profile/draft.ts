/** A working contract from a profile: good enough to land the file, and marked as nobody's word yet. */
import { AppError } from '../../domain/errors.ts';
import { elementNamed } from '../../domain/elements/index.ts';
import type { DatasetInput } from '../contract.ts';
import { snakeCase } from './naming.ts';
import type { ColumnProfile, Profile } from './profile.ts';

/** Stands where a person has to say something. */
export const TO_FILL = '待填写';
const LONGEST_NAME = 48;

/** What of a draft a person has to fill in before it is agreed. */
export const OPEN_POINTS = [
  'zh',
  'reference',
  'owner',
  'grain',
  'legalBasis',
  'level',
  'cadence',
  'latenessDays',
] as const;

/** `2024年租金.csv` → rent names are nobody's to guess: what Latin letters the file name has, else `file`. */
export function proposedName(fileName: string): string {
  const stem = fileName.replace(/\.[^.]*$/, '').replace(/[^\p{ASCII}]+/gu, ' ');
  const name = snakeCase(stem)
    .replace(/^column_/, '')
    .replace(/_{2,}/g, '_')
    .slice(0, LONGEST_NAME)
    .replace(/_+$/, '');
  return /^[a-z]/.test(name) ? name : `file${name === '' ? '' : `_${name}`}`.slice(0, LONGEST_NAME);
}

/**
 * @param id names of source and data set, snake_case
 * @throws AppError `bad_request` when the file has no row to learn from
 */
export function draftContract(profile: Profile, id: { source: string; dataset: string }): DatasetInput {
  if (profile.rows === profile.unreadable || profile.columns.length === 0) {
    throw new AppError('bad_request', 'The file has no row to make a contract from.', {
      fix: 'Profile a delivery with rows.',
    });
  }
  const { key, isSure } = keyOf(profile);
  const stem = printable(profile.fileName);
  return {
    ...id,
    version: 1,
    state: 'draft',
    zh: `${TO_FILL}（${stem}）`,
    reference: TO_FILL,
    owner: TO_FILL,
    grain: TO_FILL,
    key: key.map(({ name }) => name),
    // Where keys may repeat, a row seen before is told by its content, and nothing is taken for a change of another; without a key every row is kept.
    load: { strategy: isSure ? 'incremental' : 'append' },
    delivery: profile.delivery,
    cadence: 'irregular',
    latenessDays: 31,
    level: levelOf(profile),
    legalBasis: TO_FILL,
    fields: profile.columns.map((column) => ({
      name: column.name,
      source: column.source,
      element: key.includes(column) && column.passing < 1 ? 'text' : column.element,
      ...(column.codes === undefined || (key.includes(column) && column.passing < 1)
        ? {}
        : { codes: column.codes }),
      ...(column.unit === undefined ? {} : { unit: column.unit }),
      ...(column.calendar === undefined || (key.includes(column) && column.passing < 1)
        ? {}
        : { calendar: column.calendar }),
      ...(key.includes(column) ? { required: true, onInvalid: 'reject' as const } : {}),
    })),
  };
}

/** The best candidate, unless it would drop rows that say something else; then none, and no row is dropped. */
function keyOf(profile: Profile): { key: ColumnProfile[]; isSure: boolean } {
  const [best] = profile.keys;
  if (!best || !profile.isRepeatOnly) return { key: [], isSure: false };
  const key = profile.columns.filter(({ source }) => best.columns.includes(source));
  return { key, isSure: best.share === 1 };
}

const levelOf = ({ columns }: Profile): 1 | 2 | 3 | 4 => {
  const levels = columns.map(({ element, isPersonal }) =>
    Math.max(elementNamed(element).level, isPersonal ? 3 : 1),
  );
  // Nobody has looked yet: never less than internal.
  return Math.max(2, ...levels) as 2 | 3 | 4;
};

const printable = (text: string): string => text.replace(/[\p{Cc}{}\u2028\u2029]+/gu, ' ').slice(0, 80);
