import type { ColumnType, Generated } from 'kysely';

type Moment = ColumnType<Date, Date | string | undefined, never>;

/** A tag somebody gave an object; standing while `taken_at` is null. */
export interface TagGivenTable {
  given_id: Generated<number>;
  tag: string;
  object_key: string;
  given_on: string;
  until_on: string | null;
  reason: string;
  given_by: string;
  given_at: Moment;
  taken_at: ColumnType<Date | null, undefined, Date>;
  taken_by: ColumnType<string | null, undefined, string>;
  taken_reason: ColumnType<string | null, undefined, string>;
}

/** How often a tag was asked for. */
export interface TagUseTable {
  tag: string;
  uses: number;
  last_used_at: ColumnType<Date, Date, Date>;
}

export interface TagTables {
  tag_given: TagGivenTable;
  tag_use: TagUseTable;
}
