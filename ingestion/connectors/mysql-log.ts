import { connector } from './connector.ts';
import { followLog, resumed, snapshotFiles } from './database/follow.ts';
import {
  binlogEnd,
  checkMysql,
  MysqlChangeLog,
  mysqlLogSettings,
  type MysqlLogSettings,
} from './database/mysql-change-log.ts';
import { MysqlSession } from './database/mysql-session.ts';

/** Tables of a MySQL or MariaDB database, whole and then by its binlog in rows: every insert, update and delete. */
export const mysqlLog = connector<MysqlLogSettings>({
  kind: 'mysql_log',
  zh: 'MySQL 变更日志',
  settings: mysqlLogSettings,
  secrets: ['password'],
  async test(call) {
    const session = await MysqlSession.open(call);
    try {
      await checkMysql(session);
      const startedAt = performance.now();
      const { file, position } = await binlogEnd(session);
      const roundTripMs = Math.round((performance.now() - startedAt) * 10) / 10;
      return {
        roundTripMs,
        detail: `${call.settings.tables.length} tables; the log ends at ${file}:${position}`,
      };
    } finally {
      await session.close();
    }
  },
  async *collect(call) {
    const log = await MysqlChangeLog.open(call);
    let position = resumed(call, [...log.tables.keys()]);
    if (!position) position = yield* snapshotFiles(call.settings, await log.snapshot(call.directory));
    else await log.assertResumable(position);
    yield* followLog(call, log, position);
  },
});
