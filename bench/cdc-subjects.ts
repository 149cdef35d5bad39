/** The servers whose tables change, each with the task that collects them. */
import { collectAndLand } from '../ingestion/connectors/collect.ts';
import { connectors } from '../ingestion/connectors/index.ts';
import type { DeliveryResult } from '../ingestion/landing/index.ts';
import { startMariadb } from '../test/support/servers/mariadb-server.ts';
import { startPostgres } from '../test/support/servers/postgres-server.ts';
import type { Platform } from '../warehouse/platform.ts';
import { type ChangingSource, ChangingTables, logTables, TABLE_SQL } from './cdc-world.ts';

export interface Task {
  taskId: string;
  kind: string;
  settings: unknown;
  secrets: Record<string, string>;
  datasets: string[];
}
export interface Subject {
  tables: ChangingTables;
  task: Task;
  restart: () => Promise<void>;
  stop: () => Promise<void>;
  query: (sql: string) => Promise<Record<string, unknown>[]>;
}

export async function postgresSubject(seed: number, rows: number): Promise<Subject> {
  const server = await startPostgres();
  const source: ChangingSource = {
    name: 'agency_pg',
    query: server.query,
    transaction: async (statements) => {
      await server.query(['BEGIN', ...statements, 'COMMIT'].join(';\n'));
    },
  };
  const tables = new ChangingTables(source, seed);
  const names = logTables(source.name).map(({ table }) => table);
  await server.query(
    [
      ...TABLE_SQL,
      ...names.map((name) => `ALTER TABLE ${name} REPLICA IDENTITY FULL`),
      `CREATE PUBLICATION anju FOR TABLE ${names.join(', ')}`,
    ].join(';\n'),
  );
  await tables.fill(rows);
  const settings = {
    ...server.address,
    slot: 'anju_bench',
    tables: logTables(source.name),
    batchChanges: 400,
  };
  return { tables, ...taskOf('postgres_log', source.name, settings, {}), ...server };
}

export async function mariadbSubject(seed: number, rows: number): Promise<Subject> {
  const server = await startMariadb();
  const source: ChangingSource = {
    name: 'agency_my',
    query: server.query,
    transaction: (statements) => server.script(['START TRANSACTION', ...statements, 'COMMIT']),
  };
  const tables = new ChangingTables(source, seed);
  await server.script(TABLE_SQL);
  await tables.fill(rows);
  const settings = { ...server.address, tables: logTables(source.name), batchChanges: 400 };
  return { tables, ...taskOf('mysql_log', source.name, settings, { password: 'secret' }), ...server };
}

const taskOf = (
  kind: string,
  source: string,
  settings: unknown,
  secrets: Record<string, string>,
): { task: Task } => ({
  task: { taskId: kind, kind, settings, secrets, datasets: logTables(source).map(({ dataset }) => dataset) },
});

export async function collectOnce(
  platform: Platform,
  { kind, ...task }: Task,
  signal = new AbortController().signal,
  onDelivery?: () => void,
): Promise<DeliveryResult[]> {
  const connector = connectors[kind];
  if (!connector) throw new Error(`no connector ${kind}`);
  return collectAndLand(platform, { ...task, connector, signal, onDelivery });
}
