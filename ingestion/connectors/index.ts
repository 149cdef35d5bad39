import type { Connector } from './connector.ts';
import { mysqlTable } from './mysql-table.ts';
import { postgresTable } from './postgres-table.ts';

/** Every connector by its kind; one file each. */
export const connectors: Readonly<Record<string, Connector>> = {
  mysql_table: mysqlTable,
  postgres_table: postgresTable,
};
