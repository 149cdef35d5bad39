import { join } from 'node:path';
import type pg from 'pg';
import { z } from 'zod';
import { datasetId } from '../../contract.ts';
import type { CollectCall, SourceCall } from '../connector.ts';
import { type ChangeLog, LogTable, type Point } from './change-log.ts';
import { refused, sourceError, unreachable } from './errors.ts';
import type { Snapshot, StreamPosition } from './follow.ts';
import { datasetsOf, logFields } from './log-settings.ts';
import { connectPostgres, copyToFile, describe, postgresDialect, quotedTable } from './postgres-session.ts';
import { lsnOf, notFull, postgresEvents, replaced, tableKey } from './postgres-stream.ts';

export const postgresLogSettings = z.strictObject({
  ...logFields,
  /** Ours alone, one a task: it is dropped and made anew with each snapshot. */
  slot: z
    .string()
    .regex(/^anju_[a-z0-9_]{1,58}$/, 'begins with anju_, then small letters, figures and _')
    .default('anju_log'),
  /** Made by the source's administrator; says which tables may leave. */
  publication: z.string().min(1).max(63).default('anju'),
});
export type PostgresLogSettings = z.output<typeof postgresLogSettings>;
type Call = Pick<SourceCall<PostgresLogSettings>, 'settings' | 'secrets' | 'log'>;

const REPLICATION = { replication: 'database' };
const QUIET = 10_000;

export interface SlotState {
  /** Bytes of log the server keeps for us; null without a slot. */
  lagBytes: number | null;
  isLost: boolean;
}

export async function slotState(client: pg.Client, slot: string): Promise<SlotState> {
  const { rows } = await client.query<{ lag: string | null; lost: boolean }>(
    `SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::text AS lag,
       coalesce(to_jsonb(s)->>'wal_status' = 'lost', false) AS lost
     FROM pg_replication_slots s WHERE slot_name = $1`,
    [slot],
  );
  const [found] = rows;
  return { lagBytes: found ? Number(found.lag ?? 0) : null, isLost: found?.lost ?? false };
}

/**
 * What must be so on the source before its log can be followed. @returns the oid of each table
 * @throws AppError `source_refused` with the statement its administrator must run
 */
export async function checkPostgres(
  client: pg.Client,
  settings: PostgresLogSettings,
): Promise<Record<string, string>> {
  const { identifier } = postgresDialect;
  const one = async (sql: string, values: unknown[] = []): Promise<Record<string, unknown> | undefined> =>
    (await client.query<Record<string, unknown>>(sql, values)).rows[0];
  const level = await one(`SELECT current_setting('wal_level') AS level,
    (SELECT rolreplication OR rolsuper FROM pg_roles WHERE rolname = current_user) AS may`);
  if (level?.level !== 'logical')
    throw refused(
      'The server does not write a logical log.',
      'On the source: ALTER SYSTEM SET wal_level = logical, and a restart.',
    );
  if (level.may !== true)
    throw refused(
      'The user may not read the log.',
      `On the source: ALTER ROLE ${identifier(settings.user)} REPLICATION`,
    );
  const name = identifier(settings.publication);
  const publication = await one(
    'SELECT pubinsert AND pubupdate AND pubdelete AND pubtruncate AS whole FROM pg_publication WHERE pubname = $1',
    [settings.publication],
  );
  const list = settings.tables.map(({ schema, table }) => quotedTable(schema ?? 'public', table)).join(', ');
  if (!publication)
    throw refused(
      `There is no publication ${settings.publication}.`,
      `On the source: CREATE PUBLICATION ${name} FOR TABLE ${list}`,
    );
  if (publication.whole !== true)
    throw refused(
      `The publication ${settings.publication} leaves out kinds of changes.`,
      `On the source: ALTER PUBLICATION ${name} SET (publish = 'insert, update, delete, truncate')`,
    );
  const oids: Record<string, string> = {};
  for (const { schema = 'public', table } of settings.tables) {
    const key = tableKey(schema, table);
    const found = await one(
      `SELECT c.oid::text AS oid, c.relreplident = 'f' AS is_full, p.tablename IS NOT NULL AS is_published,
         coalesce(to_jsonb(p)->>'rowfilter', '') AS filter
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       LEFT JOIN pg_publication_tables p ON p.pubname = $3 AND p.schemaname = n.nspname AND p.tablename = c.relname
       WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p')`,
      [schema, table, settings.publication],
    );
    const quoted = quotedTable(schema, table);
    if (!found) throw refused(`There is no table ${key}.`, 'See the names in the settings.', { table: key });
    if (found.is_published !== true)
      throw refused(
        `${key} is not in the publication ${settings.publication}.`,
        `On the source: ALTER PUBLICATION ${name} ADD TABLE ${quoted}`,
        { table: key },
      );
    if (found.filter !== '')
      throw refused(
        `The publication holds back rows of ${key}.`,
        `On the source: take the WHERE of ${quoted} out of the publication, or publish a table apart.`,
        { table: key },
      );
    if (found.is_full !== true) throw notFull(key);
    oids[key] = String(found.oid);
  }
  return oids;
}

export class PostgresChangeLog implements ChangeLog {
  readonly host: string;
  readonly #call: Call;
  readonly #admin: { client: pg.Client };
  #confirmed = 0n;
  #systemId: string | null = null;
  readonly oids: Readonly<Record<string, string>>;

  private constructor(
    call: Call,
    client: pg.Client,
    readonly tables: ReadonlyMap<string, LogTable>,
    oids: Record<string, string>,
  ) {
    this.host = call.settings.host;
    this.#call = call;
    this.#admin = { client };
    this.oids = oids;
  }

  /** @throws AppError `source_refused` with what is missing on the source */
  static async open(call: CollectCall<PostgresLogSettings>): Promise<PostgresChangeLog> {
    const { settings } = call;
    const client = await connectPostgres(call);
    try {
      const oids = await checkPostgres(client, settings);
      const tables = new Map<string, LogTable>();
      for (const [setting, dataset] of datasetsOf(settings, call.datasets)) {
        const { schema = 'public', table } = setting;
        const columns = await describe(client, quotedTable(schema, table));
        const name = tableKey(schema, table);
        tables.set(name, LogTable.of(name, setting, dataset, columns));
      }
      return new PostgresChangeLog(call, client, tables, oids);
    } catch (error) {
      await client.end();
      throw sourceError(error, settings.host);
    }
  }

  /**
   * A new slot, and every table as it stands where the slot begins: nothing lies between them, and nothing is in both.
   * The files are written before the first is landed, so that the source need not keep its old state for long.
   */
  async snapshot(directory: string): Promise<Snapshot> {
    const { slot } = this.#call.settings;
    const stream = await connectPostgres(this.#call, REPLICATION);
    try {
      await this.#dropSlot();
      const { rows } = await stream.query<{ consistent_point: string; snapshot_name: string }>(
        `CREATE_REPLICATION_SLOT "${slot}" LOGICAL pgoutput EXPORT_SNAPSHOT`,
      );
      const [made] = rows;
      if (!made) throw unreachable(this.host, 'no slot was made');
      // Read after the slot is there: a table replaced between the two is seen as another one in its log.
      const files = await this.#copyTables(directory, made.snapshot_name);
      const identity = { ...this.oids, '': await systemIdOf(stream) };
      return { point: { lsn: made.consistent_point }, identity, files };
    } catch (error) {
      throw sourceError(error, this.host);
    } finally {
      await stream.end();
    }
  }

  async #dropSlot(): Promise<void> {
    const { client } = this.#admin;
    const { slot, database } = this.#call.settings;
    const { rows } = await client.query<{ database: string; active: boolean }>(
      'SELECT database, active FROM pg_replication_slots WHERE slot_name = $1',
      [slot],
    );
    const [found] = rows;
    if (!found) return;
    if (found.database !== database || found.active)
      throw refused(
        `The slot ${slot} is ${found.active ? 'in use' : `one of ${found.database}`}.`,
        'Give each task a slot of its own.',
      );
    await client.query('SELECT pg_drop_replication_slot($1)', [slot]);
  }

  async #copyTables(directory: string, snapshot: string): Promise<Snapshot['files']> {
    const { client } = this.#admin;
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await client.query(`SET TRANSACTION SNAPSHOT ${postgresDialect.literal(snapshot)}`);
    const files: Snapshot['files'] = [];
    for (const { schema = 'public', table } of this.#call.settings.tables) {
      const name = tableKey(schema, table);
      const followed = this.tables.get(name);
      if (!followed) continue;
      const path = join(directory, `snapshot-${files.length}.csv`);
      await copyToFile(client, followed.columns, quotedTable(schema, table), path);
      files.push({ dataset: datasetId(followed.dataset), table: name, path });
    }
    await client.query('COMMIT');
    return files;
  }

  /** @throws AppError `source_refused` when the log since `position` is gone, or it is another database or table */
  async assertResumable(position: StreamPosition): Promise<void> {
    const { slot } = this.#call.settings;
    for (const [table, oid] of Object.entries(this.oids))
      if (position.identity[table] !== oid) throw replaced(table);
    const state = await slotState(this.#admin.client, slot);
    if (state.lagBytes === null || state.isLost)
      throw refused(
        `The slot ${slot} is ${state.isLost ? 'lost: the server threw away log we had not read' : 'gone'}.`,
        'Raise the setting snapshot by one: the whole tables are read, and the log from there.',
        { slot },
      );
    this.#systemId = position.identity[''] ?? null;
    this.#confirmed = lsnOf(String(position.point.lsn));
  }

  async end(): Promise<Point> {
    await this.#alive();
    const { rows } = await this.#admin.client.query<{ lsn: string }>(
      'SELECT pg_current_wal_flush_lsn()::text AS lsn',
    );
    return { lsn: rows[0]?.lsn ?? '0/0' };
  }

  /** The session for questions ends with a server that goes down. */
  async #alive(): Promise<void> {
    try {
      await this.#admin.client.query('SELECT 1');
    } catch (error) {
      this.#call.log.debug({ err: error }, 'asking over a new session');
      this.#admin.client = await connectPostgres(this.#call);
    }
  }

  reaches = (point: Point, target: Point): boolean => lsnOf(String(point.lsn)) >= lsnOf(String(target.lsn));

  confirm(point: Point): void {
    const lsn = lsnOf(String(point.lsn));
    if (lsn > this.#confirmed) this.#confirmed = lsn;
  }

  /** The slot keeps the log, and moves by `confirm`. */
  isAgeing = (): boolean => false;

  async *read(from: Point, signal: AbortSignal): ReturnType<ChangeLog['read']> {
    const { slot, publication, follow } = this.#call.settings;
    const client = await connectPostgres(this.#call, REPLICATION);
    try {
      const systemId = await systemIdOf(client);
      if (this.#systemId !== null && systemId !== this.#systemId)
        throw refused(
          'This is another server than the one read: its log does not go on where ours ended.',
          'Raise the setting snapshot by one.',
        );
      const lsn = lsnOf(String(from.lsn));
      if (lsn > this.#confirmed) this.#confirmed = lsn;
      yield* postgresEvents({
        ...{ client, slot, publication, signal, from: lsn, tables: this.tables, identity: this.oids },
        confirmed: () => this.#confirmed,
        askEvery: follow ? QUIET : 100,
      });
    } catch (error) {
      throw sourceError(error, this.host);
    } finally {
      await client.end();
    }
  }

  /** How far behind the slot is, for the log. */
  async close(): Promise<void> {
    await this.#admin.client.end();
  }
}

async function systemIdOf(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ systemid: string }>('IDENTIFY_SYSTEM');
  return rows[0]?.systemid ?? '';
}

/** `confirmed` for people. */
export const lagText = ({ lagBytes }: SlotState): string =>
  lagBytes === null
    ? 'no slot yet: the first run reads the tables whole'
    : `the server keeps ${(lagBytes / 2 ** 20).toFixed(1)} MiB of log for us`;
