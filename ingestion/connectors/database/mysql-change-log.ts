import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { datasetId } from '../../contract.ts';
import type { CollectCall } from '../connector.ts';
import { type ChangeLog, LogTable, type Point } from './change-log.ts';
import { refused, sourceError } from './errors.ts';
import type { Snapshot, StreamPosition } from './follow.ts';
import { datasetsOf, logFields } from './log-settings.ts';
import { mysqlConfig, mysqlDialect, MysqlSession } from './mysql-session.ts';
import { binlogEvents, binlogPoint, type BinlogPoint, comparePoints } from './mysql-stream.ts';

export const mysqlLogSettings = z.strictObject({
  ...logFields,
  /** What we call ourselves among the server's replicas; two of one number throw each other out. By default from the task's own settings. */
  serverId: z.number().int().min(1).max(4_294_967_295).optional(),
});
export type MysqlLogSettings = z.output<typeof mysqlLogSettings>;

const REQUIRED = [
  ['log_bin', '1', 'start it with --log-bin'],
  ['binlog_format', 'ROW', "SET GLOBAL binlog_format = 'ROW'"],
  ['binlog_row_image', 'FULL', "SET GLOBAL binlog_row_image = 'FULL'"],
  // Names and signs of columns in the log itself: a table altered later does not change how its earlier rows read.
  ['binlog_row_metadata', 'FULL', "SET GLOBAL binlog_row_metadata = 'FULL' (MariaDB 10.5, MySQL 8.0)"],
] as const;
/** Their values stand in the log in forms nothing there tells apart from plain bytes. */
const UNTOLD = new Set([
  'uuid',
  'inet4',
  'inet6',
  'vector',
  'geometry',
  'point',
  'linestring',
  'polygon',
  'multipoint',
  'multilinestring',
  'multipolygon',
  'geometrycollection',
]);

/** @throws AppError `source_refused` with the setting the server lacks */
export async function checkMysql(session: MysqlSession): Promise<void> {
  for (const [name, wanted, how] of REQUIRED) {
    const [found] = await session.rows(`SHOW GLOBAL VARIABLES LIKE '${name}'`);
    const value = String(found?.Value ?? '').replace(/^ON$/, '1');
    if (value !== wanted)
      throw refused(
        `The server has ${name} = ${value || 'nothing'}, not ${wanted}.`,
        `On the source: ${how}.`,
        { setting: name },
      );
  }
}

/** Where the binlog ends. @throws AppError `source_refused` without the right REPLICATION CLIENT */
export async function binlogEnd(session: MysqlSession): Promise<BinlogPoint> {
  const isNew = /^(8\.[4-9]|9\.|[1-9]\d)/.test((await session.value('SELECT VERSION()')) ?? '');
  const isMariadb = /mariadb/i.test((await session.value('SELECT VERSION()')) ?? '');
  const [found] = await session.rows(isNew && !isMariadb ? 'SHOW BINARY LOG STATUS' : 'SHOW MASTER STATUS');
  if (!found) throw refused('The server writes no binlog.', 'On the source: start it with --log-bin.');
  return { file: String(found.File), position: Number(found.Position) };
}

export class MysqlChangeLog implements ChangeLog {
  readonly host: string;
  readonly #call: CollectCall<MysqlLogSettings>;
  readonly #serverId: number;

  private constructor(
    call: CollectCall<MysqlLogSettings>,
    readonly tables: ReadonlyMap<string, LogTable>,
  ) {
    this.host = call.settings.host;
    this.#call = call;
    const { settings } = call;
    const own = JSON.stringify([settings.database, settings.user, settings.tables.map(({ table }) => table)]);
    this.#serverId =
      settings.serverId ??
      (createHash('sha256').update(own).digest().readUInt32BE(0) % 2_000_000_000) + 2_000_000_000;
  }

  static async open(call: CollectCall<MysqlLogSettings>): Promise<MysqlChangeLog> {
    const { settings } = call;
    return withSession(call, async (session) => {
      await checkMysql(session);
      const tables = new Map<string, LogTable>();
      for (const [setting, dataset] of datasetsOf(settings, call.datasets)) {
        const { table, schema } = setting;
        if (schema !== undefined && schema !== settings.database)
          throw refused(
            `${schema} is not the database ${settings.database}.`,
            'A task follows tables of one database.',
          );
        const columns = await session.describe(nameOf(settings, table));
        const followed = LogTable.of(table, setting, dataset, columns);
        await assertTold(session, settings, followed);
        tables.set(table, followed);
      }
      return new MysqlChangeLog(call, tables);
    });
  }

  /** Every table as it stands at one place of the binlog. */
  async snapshot(directory: string): Promise<Snapshot> {
    return withSession(this.#call, async (session) => {
      const point = await beginAtPoint(session);
      const files: Snapshot['files'] = [];
      const identity: Record<string, string> = {};
      for (const table of this.tables.values()) {
        const path = join(directory, `snapshot-${files.length}.csv`);
        await session.copyToFile(table.columns, nameOf(this.#call.settings, table.name), path);
        files.push({ dataset: datasetId(table.dataset), table: table.name, path });
        identity[table.name] = table.name;
      }
      return { point: { ...point }, identity, files };
    });
  }

  /** @throws AppError `source_refused` when the binlog behind the position was thrown away */
  async assertResumable({ point }: StreamPosition): Promise<void> {
    const { file } = binlogPoint(point);
    await withSession(this.#call, async (session) => {
      const logs = await session.rows('SHOW BINARY LOGS');
      if (!logs.some(({ Log_name: name }) => name === file)) throw logIsGone(file);
    });
  }

  end(): Promise<Point> {
    return withSession(this.#call, async (session) => ({ ...(await binlogEnd(session)) }));
  }

  reaches = (point: Point, target: Point): boolean =>
    comparePoints(binlogPoint(point), binlogPoint(target)) >= 0;

  /** The server keeps its binlog by age, not for us. */
  confirm(): void {}

  /** Another file was begun: the one the position names will be thrown away in its time. */
  isAgeing = (point: Point, now: Point): boolean => point.file !== now.file;

  async *read(from: Point, signal: AbortSignal): ReturnType<ChangeLog['read']> {
    const { settings, secrets } = this.#call;
    try {
      yield* binlogEvents({
        ...{
          host: this.host,
          database: settings.database,
          serverId: this.#serverId,
          tables: this.tables,
          signal,
        },
        connection: await mysqlConfig(settings, secrets),
        from: binlogPoint(from),
      });
    } catch (error) {
      throw isLogGone(error)
        ? logIsGone(String(from.file))
        : sourceError(error, this.host, this.#call.settings.caFile);
    }
  }

  /** Each question has a session of its own. */
  async close(): Promise<void> {}
}

const nameOf = (settings: MysqlLogSettings, table: string): string =>
  `${mysqlDialect.identifier(settings.database)}.${mysqlDialect.identifier(table)}`;

const isLogGone = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'errno' in error && error.errno === 1236;
const logIsGone = (file: string) =>
  refused(
    `The server no longer has its log where we left off (${file}).`,
    'Raise the setting snapshot by one, and let the server keep its binlog longer than a task may rest (binlog_expire_logs_seconds).',
    { file },
  );

async function withSession<T>(
  call: CollectCall<MysqlLogSettings>,
  work: (session: MysqlSession) => Promise<T>,
): Promise<T> {
  const session = await MysqlSession.open(call);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/** @throws AppError `source_refused` for a column whose values the log does not tell */
async function assertTold(session: MysqlSession, settings: MysqlLogSettings, table: LogTable): Promise<void> {
  const { literal } = mysqlDialect;
  const types = await session.rows(
    `SELECT COLUMN_NAME AS name, DATA_TYPE AS type FROM information_schema.COLUMNS
     WHERE TABLE_SCHEMA = CONVERT(${literal(settings.database)} USING utf8mb4) AND TABLE_NAME = CONVERT(${literal(table.name)} USING utf8mb4)`,
  );
  const untold = types.find(
    ({ name, type }) =>
      UNTOLD.has(String(type).toLowerCase()) && table.columns.some((column) => column.name === name),
  );
  if (untold)
    throw refused(
      `The log does not tell values of ${String(untold.type)} (“${String(untold.name)}”).`,
      'Leave the column out of the contract, or read the table by mysql_table.',
      { table: table.name },
    );
}

/** Begins a transaction that reads, at a known place of the binlog. */
async function beginAtPoint(session: MysqlSession): Promise<BinlogPoint> {
  await session.rows('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
  const isMariadb = /mariadb/i.test((await session.value('SELECT VERSION()')) ?? '');
  if (isMariadb) {
    await session.rows('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY');
    const status = await session.rows("SHOW STATUS LIKE 'binlog_snapshot_%'");
    const of = (name: string): string =>
      String(status.find((row) => String(row.Variable_name).toLowerCase() === name)?.Value ?? '');
    const file = of('binlog_snapshot_file');
    if (file !== '') return { file, position: Number(of('binlog_snapshot_position')) };
  }
  return lockedPoint(session);
}

/** Where the server does not tell a snapshot's place: nobody writes while both are taken. Needs the right RELOAD. */
export async function lockedPoint(session: MysqlSession): Promise<BinlogPoint> {
  await session.rows('FLUSH TABLES WITH READ LOCK');
  try {
    await session.rows('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY');
    return await binlogEnd(session);
  } finally {
    await session.rows('UNLOCK TABLES');
  }
}
