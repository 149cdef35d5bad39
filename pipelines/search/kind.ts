/** What an entry of the index is made of: SQL over a table of base whose row is `one`. */
import { type CodeListName, codeNameSql } from '../../domain/codes/index.ts';
import type { MaskName } from '../../domain/element.ts';
import { maskOfColumn } from '../personal-columns.ts';

export interface SearchPart {
  zh: string;
  /** A String. */
  sql: string;
  mask: MaskName;
}

export interface SearchKind {
  entity: string;
  zh: string;
  /** Who may find it besides whoever may search: a right of the API. */
  right?: string;
  /** The table whose rows are its entries: of base, or `search.document`. */
  table: string;
  /** Which of its rows. */
  where?: string;
  /** Further tables the entries follow from. */
  alsoReads: readonly string[];
  /** Names the entity, never a personal value: it stands in addresses and the audit log. */
  key: string;
  title: SearchPart;
  /** Shown beside the title, and searched where `isSearched`. */
  parts: readonly SearchPart[];
  /** Numbers of cases, dwellings, enterprises: found when typed in full. */
  numbers: readonly string[];
  /** Identity and telephone numbers: found in full, by those who may see them. */
  personalNumbers: readonly string[];
  /** Codes of the divisions it belongs to. */
  divisions: readonly string[];
  /** Where it also belongs: a query of `place_key String, codes Array(String), latest Nullable(Date32)`, one row a key. */
  places?: string;
  /** Date or Null: the newest come first. */
  day: string;
}

/** A column as it stands; how it is masked follows from its name. */
export const column = (name: string, zh: string): SearchPart => ({
  zh,
  sql: `one.${name}`,
  mask: maskOfColumn(name),
});

/** The Chinese word of a code. */
export const coded = (name: string, list: CodeListName, zh: string): SearchPart => ({
  zh,
  sql: codeNameSql(list, `one.${name}`),
  mask: 'none',
});

export const dated = (name: string, zh: string): SearchPart => ({
  zh,
  sql: `ifNull(toString(one.${name}), '')`,
  mask: 'none',
});

export const DIVISIONS = ['one.district_code', 'one.street_code', 'one.community_code'] as const;
export const place: SearchPart = {
  zh: '所在',
  sql: 'concat(one.district_name, one.street_name, one.community_name)',
  mask: 'none',
};

/** Words are looked for in what says who or where somebody is; numbers only as hashes. */
export const isSearched = ({ mask }: SearchPart): boolean => ['none', 'name', 'address'].includes(mask);
