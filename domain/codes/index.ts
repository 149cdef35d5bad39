import { cleanSql, clean, upperAscii, upperAsciiSql, withoutSpaces, withoutSpacesSql } from '../cleaning.ts';
import { sqlText, sqlTextArray } from '../sql.ts';
import { breachLists } from './breach.ts';
import { businessLists } from './business.ts';
import { ecologyLists } from './ecology.ts';
import type { CodeList } from './list.ts';
import { housingLists } from './housing.ts';
import { maintenanceFundLists } from './maintenance-fund.ts';
import { personLists } from './person.ts';
import { propertyManagementLists } from './property-management.ts';
import { supervisionLists } from './supervision.ts';

export type { CodeEntry, CodeList } from './list.ts';

const definitions = {
  ...personLists,
  ...housingLists,
  ...businessLists,
  ...supervisionLists,
  ...maintenanceFundLists,
  ...propertyManagementLists,
  ...ecologyLists,
  ...breachLists,
};

export type CodeListName = keyof typeof definitions;

const names = Object.keys(definitions) as CodeListName[];

/** Every code list, in the order of their families. */
export const codeLists: readonly (CodeList & { name: CodeListName })[] = names.map((name) => ({
  name,
  ...definitions[name],
}));

export const isCodeListName = (name: string): name is CodeListName => Object.hasOwn(definitions, name);

/** The list of that name. Throws a `RangeError`: a contract is wrong, not the data. */
export function codeListNamed(name: string): CodeList & { name: CodeListName } {
  if (!isCodeListName(name)) throw new RangeError(`No code list is named ${name}`);
  return { name, ...definitions[name] };
}

/** Half width, no spaces, A-Z in upper case: how words are compared with a list. */
export const normaliseWord = (word: string): string => upperAscii(withoutSpaces(clean(word)));
export const normaliseWordSql = (expression: string): string =>
  upperAsciiSql(withoutSpacesSql(cleanSql(expression)));

/** Normalised word → code. A word two codes claim is a mistake in the list and throws when first used. */
function dictionaryOf(list: CodeListName): Map<string, string> {
  const words = new Map<string, string>();
  for (const { code, zh, synonyms = [] } of definitions[list].entries) {
    for (const word of [code, zh, ...synonyms].map(normaliseWord)) {
      const claimed = words.get(word);
      if (claimed !== undefined && claimed !== code)
        throw new RangeError(`${list}: ${word} means both ${claimed} and ${code}`);
      words.set(word, code);
    }
  }
  // Spreadsheets drop leading zeros: 1 means 01 where nothing else claims it.
  for (const { code } of definitions[list].entries) {
    const bare = code.replace(/^0+(?=[0-9]+$)/, '');
    if (!words.has(bare)) words.set(bare, code);
  }
  return words;
}

const dictionaries = new Map<CodeListName, Map<string, string>>();
function dictionary(list: CodeListName): Map<string, string> {
  const known = dictionaries.get(list) ?? dictionaryOf(list);
  dictionaries.set(list, known);
  return known;
}

/** Code of a normalised word, '' where the list does not know it. */
export const mapCode = (list: CodeListName, normalised: string): string =>
  dictionary(list).get(normalised) ?? '';

/** SQL for the code of a normalised word, '' where the list does not know it. */
export function mapCodeSql(list: CodeListName, normalised: string): string {
  const words = dictionary(list);
  return `transform(${normalised}, ${sqlTextArray([...words.keys()])}, ${sqlTextArray([...words.values()])}, ${sqlText('')})`;
}

/** SQL for the Chinese name of a code, '' where the list does not know it. */
export function codeNameSql(list: CodeListName, code: string): string {
  const { entries } = definitions[list];
  return `transform(${code}, ${sqlTextArray(entries.map((e) => e.code))}, ${sqlTextArray(entries.map((e) => e.zh))}, '')`;
}

/** Chinese name of a code, '' where the list does not know it. */
export const codeName = (list: CodeListName, code: string): string =>
  definitions[list].entries.find((entry) => entry.code === code)?.zh ?? '';
