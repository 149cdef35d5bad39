/** Standard names for columns nobody has named yet. */
import { bareTitle, type KnownField } from './dictionary.ts';

const LONGEST = 48;
/** Columns of standardising models that are not the source's. */
const TAKEN = ['valid_from', 'valid_to', 'is_current'];

/**
 * A name each, unique: the word our contracts use for that title, else the title itself where it is Latin letters, else its
 * place in the file. There is no romanisation here: a syllable without its character says less than a number.
 */
export function standardNames(
  titles: readonly string[],
  dictionary: ReadonlyMap<string, KnownField>,
): string[] {
  const taken = new Set(TAKEN);
  return titles.map((title, position) => {
    const byPlace = `column_${String(position + 1).padStart(2, '0')}`;
    const wanted = dictionary.get(bareTitle(title))?.name ?? (snakeCase(title) || byPlace);
    let name = wanted;
    for (let copy = 2; taken.has(name); copy++) name = `${wanted}_${copy}`;
    taken.add(name);
    return name;
  });
}

/** `No. of Blocks` → no_of_blocks; '' for a title with other letters than Latin ones. */
export function snakeCase(title: string): string {
  const plain = title.normalize('NFKD').replace(/\p{M}/gu, '');
  if (/[^\p{ASCII}]/u.test(plain)) return '';
  const name = plain
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, LONGEST)
    .replace(/_+$/, '');
  if (name === '' || /^column_[0-9]+$/.test(name)) return '';
  // Landing's own columns of a field begin with n_ and s_, dbt's names with a letter.
  return /^(?:[0-9]|[ns]_)/.test(name) ? `column_${name}` : name;
}
