import { amqp } from './amqp.ts';
import type { Connector } from './connector.ts';
import { directory } from './directory.ts';
import { ftp } from './ftp.ts';
import { mysqlLog } from './mysql-log.ts';
import { mysqlTable } from './mysql-table.ts';
import { postgresLog } from './postgres-log.ts';
import { postgresTable } from './postgres-table.ts';
import { rest } from './rest.ts';
import { sftp } from './sftp.ts';
import { soap } from './soap.ts';

/** Every connector by its kind; one file each. */
export const connectors: Readonly<Record<string, Connector>> = {
  amqp,
  directory,
  ftp,
  mysql_log: mysqlLog,
  mysql_table: mysqlTable,
  postgres_log: postgresLog,
  postgres_table: postgresTable,
  rest,
  sftp,
  soap,
};
