import { connector } from './connector.ts';
import { collectTable } from './database/extract.ts';
import { openMysqlTable } from './database/mysql-session.ts';
import { tableSettings, type TableSettings } from './database/table-settings.ts';
import { testTable } from './database/test-table.ts';

/** A table, or a query, of a MySQL or MariaDB database; the server writes the lines, here they go to disk. */
export const mysqlTable = connector<TableSettings>({
  kind: 'mysql_table',
  zh: 'MySQL 数据表',
  settings: tableSettings,
  secrets: ['password'],
  test: (call) => testTable(call, openMysqlTable),
  collect: (call) => collectTable(call, openMysqlTable),
});
