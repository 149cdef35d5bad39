import { connector } from './connector.ts';
import { collectTable } from './database/extract.ts';
import { openPostgresTable } from './database/postgres-session.ts';
import { tableSettings, type TableSettings } from './database/table-settings.ts';
import { testTable } from './database/test-table.ts';

/** A table, or a query, of a PostgreSQL database; rows go by COPY from the server to disk. */
export const postgresTable = connector<TableSettings>({
  kind: 'postgres_table',
  zh: 'PostgreSQL 数据表',
  settings: tableSettings,
  secrets: ['password'],
  test: (call) => testTable(call, openPostgresTable),
  collect: (call) => collectTable(call, openPostgresTable),
});
