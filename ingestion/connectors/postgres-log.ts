import { connector } from './connector.ts';
import { followLog, resumed, snapshotFiles } from './database/follow.ts';
import {
  checkPostgres,
  lagText,
  PostgresChangeLog,
  postgresLogSettings,
  type PostgresLogSettings,
  slotState,
} from './database/postgres-change-log.ts';
import { connectPostgres } from './database/postgres-session.ts';
import { sourceError } from './database/errors.ts';

/** Tables of a PostgreSQL database, whole and then by its log (logical replication, pgoutput): every insert, update and delete. */
export const postgresLog = connector<PostgresLogSettings>({
  kind: 'postgres_log',
  zh: 'PostgreSQL 变更日志',
  settings: postgresLogSettings,
  secrets: ['password'],
  async test(call) {
    const client = await connectPostgres(call);
    try {
      await checkPostgres(client, call.settings);
      const startedAt = performance.now();
      const state = await slotState(client, call.settings.slot);
      const roundTripMs = Math.round((performance.now() - startedAt) * 10) / 10;
      return { roundTripMs, detail: `${call.settings.tables.length} tables; ${lagText(state)}` };
    } catch (error) {
      throw sourceError(error, call.settings.host);
    } finally {
      await client.end();
    }
  },
  async *collect(call) {
    const log = await PostgresChangeLog.open(call);
    try {
      let position = resumed(call, [...log.tables.keys()]);
      if (!position) position = yield* snapshotFiles(call.settings, await log.snapshot(call.directory));
      await log.assertResumable(position);
      yield* followLog(call, log, position);
    } finally {
      await log.close();
    }
  },
});
