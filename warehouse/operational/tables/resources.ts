import type { ColumnType, Generated, JSONColumnType } from 'kysely';

export type ResourceEntity = 'application' | 'contract' | 'complaint' | 'breach_report';
/** Standard field name → canonical text; missing values are ''. */
export type ResourceRecord = Record<string, string>;

interface ResourceTable {
  entity: ResourceEntity;
  key: string;
  version: number;
  record: JSONColumnType<ResourceRecord>;
  state: Generated<string>;
  person_name: Generated<string>;
  division: Generated<string>;
  is_deleted: Generated<boolean>;
  updated_at: Generated<Date>;
  updated_by: string;
}

interface ResourceChangeTable {
  change_no: Generated<number>;
  entity: ColumnType<ResourceEntity, ResourceEntity, never>;
  key: ColumnType<string, string, never>;
  version: ColumnType<number, number, never>;
  operation: ColumnType<'I' | 'U' | 'D', 'I' | 'U' | 'D', never>;
  origin: ColumnType<'import' | 'staff', 'import' | 'staff', never>;
  record: JSONColumnType<ResourceRecord, string, never>;
  changed_at: Generated<Date>;
  changed_by: ColumnType<string, string, never>;
  reason: ColumnType<string, string | undefined, never>;
}

/** Migrations 0041 and 0215. */
interface ResourceImportTable {
  entity: ResourceEntity;
  last_batch_id: number;
  /** Copied so far. */
  rows: number;
  imported_at: Generated<Date>;
}

/** Migrations 0030, 0041 and 0215. */
export interface ResourceTables {
  resource_import: ResourceImportTable;
  resource: ResourceTable;
  resource_change: ResourceChangeTable;
}
