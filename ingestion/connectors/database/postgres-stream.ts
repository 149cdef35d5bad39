/** PostgreSQL's logical replication (pgoutput, protocol 1: whole transactions, in the order of their commits) as log events. */
import type { Duplex } from 'node:stream';
import type pg from 'pg';
import { type Pgoutput, PgoutputPlugin } from 'pg-logical-replication';
import type { Cells, LogEvent, LogTable } from './change-log.ts';
import { refused, unreachable } from './errors.ts';
import { Inflow } from './inflow.ts';
import { logText, postgresDialect } from './postgres-session.ts';

/** What `pg` does not tell in its types: the connection a client speaks over. */
interface Connection {
  stream: Duplex;
  on(event: 'copyData', listener: (message: { chunk: Buffer }) => void): void;
  on(event: 'end', listener: () => void): void;
  sendCopyFromChunk(chunk: Buffer): void;
}

/** `0/16B3748`, as PostgreSQL writes it. */
export const lsnText = (lsn: bigint): string =>
  `${(lsn >> 32n).toString(16)}/${(lsn & 0xffffffffn).toString(16)}`.toUpperCase();
export function lsnOf(text: string): bigint {
  const [high = '0', low = '0'] = text.split('/');
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
}

/** pgoutput with every value as the server's text: types of JavaScript would round what they cannot hold. */
class TextPlugin extends PgoutputPlugin {
  override parse(buffer: Buffer): Pgoutput.Message {
    const message = super.parse(buffer) as Pgoutput.Message;
    if (message.tag === 'relation')
      for (const column of message.columns) column.parser = (text: string) => text;
    return message;
  }
}

const XLOG_DATA = 0x77;
const KEEP_ALIVE = 0x6b;
const EPOCH_2000 = 946_684_800_000;

export interface StreamOptions {
  client: pg.Client;
  slot: string;
  publication: string;
  from: bigint;
  tables: ReadonlyMap<string, LogTable>;
  /** The oid each table had when it was read whole. */
  identity: Readonly<Record<string, string>>;
  /** What we keep for good; told to the server again and again. */
  confirmed: () => bigint;
  /** Milliseconds between questions how far the server is. */
  askEvery: number;
  signal: AbortSignal;
}

export async function* postgresEvents(options: StreamOptions): AsyncGenerator<LogEvent> {
  const { client, signal } = options;
  const { connection } = client as unknown as { connection: Connection };
  const plugin = new TextPlugin({ protoVersion: 1, publicationNames: [options.publication] });
  const messages = new Inflow<{ keepAlive: bigint } | Pgoutput.Message>({
    pause: () => connection.stream.pause(),
    resume: () => connection.stream.resume(),
  });
  const tell = (ask: boolean): void => {
    if (connection.stream.writable) connection.sendCopyFromChunk(statusMessage(options.confirmed(), ask));
  };
  connection.on('copyData', ({ chunk }) => {
    try {
      if (chunk[0] === XLOG_DATA) messages.push(plugin.parse(chunk.subarray(25)));
      else if (chunk[0] === KEEP_ALIVE) {
        messages.push({ keepAlive: chunk.readBigUInt64BE(1) });
        if (chunk[17] === 1) tell(false);
      }
    } catch (error) {
      messages.fail(error);
    }
  });
  connection.on('end', () => messages.fail(unreachable(options.slot, 'the server ended the stream')));
  const stop = (): void => {
    messages.end();
    connection.stream.destroy();
  };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const timer = setInterval(() => tell(true), options.askEvery);
  // Settles only when the stream ends: by an error, or by the server going down.
  plugin.start(client, options.slot, lsnText(options.from)).then(
    () => messages.fail(unreachable(options.slot, 'the server ended the stream')),
    (error: unknown) => messages.fail(error),
  );
  try {
    yield* eventsOf(messages, options);
  } finally {
    clearInterval(timer);
    signal.removeEventListener('abort', stop);
    connection.stream.destroy();
  }
}

/** The standby's status: all before `lsn` is kept. */
function statusMessage(lsn: bigint, ask: boolean): Buffer {
  const message = Buffer.alloc(34);
  message.write('r');
  for (const at of [1, 9, 17]) message.writeBigUInt64BE(lsn, at);
  message.writeBigUInt64BE(BigInt(Date.now() - EPOCH_2000) * 1000n, 25);
  message.writeUInt8(ask ? 1 : 0, 33);
  return message;
}

async function* eventsOf(
  messages: AsyncIterable<{ keepAlive: bigint } | Pgoutput.Message>,
  options: StreamOptions,
): AsyncGenerator<LogEvent> {
  let transaction: { lsn: string; changes: number } | null = null;
  const nextId = (): ((part: 0 | 1) => string) => {
    if (!transaction) throw new Error('a change outside a transaction');
    const number = transaction.changes;
    transaction.changes += 2;
    const { lsn } = transaction;
    return (part) => `${lsn}-${(number + part).toString(16).padStart(8, '0')}`;
  };
  for await (const message of messages) {
    if ('keepAlive' in message) {
      if (!transaction) yield { kind: 'idle', point: { lsn: lsnText(message.keepAlive) } };
      continue;
    }
    switch (message.tag) {
      case 'begin':
        transaction = {
          lsn: lsnOf(message.commitLsn ?? '')
            .toString(16)
            .padStart(16, '0'),
          changes: 0,
        };
        break;
      case 'commit': {
        transaction = null;
        const at = new Date(Number(BigInt(String(message.commitTime)) / 1000n));
        yield { kind: 'commit', point: { lsn: lsnText(lsnOf(message.commitEndLsn ?? '')) }, at };
        break;
      }
      case 'relation':
        assertSame(message, options);
        break;
      case 'insert':
      case 'update':
      case 'delete': {
        const id = nextId();
        const table = options.tables.get(nameOf(message.relation));
        if (table) yield* changesOf(message, table, id);
        break;
      }
      case 'truncate':
        for (const relation of message.relations) {
          const id = nextId();
          const table = options.tables.get(nameOf(relation));
          if (table) yield { kind: 'truncate', table: table.name, id: id(0) };
        }
        break;
      default:
        break;
    }
  }
}

export const tableKey = (schema: string, table: string): string => `${schema}.${table}`;
const nameOf = ({ schema, name }: Pgoutput.MessageRelation): string => tableKey(schema, name);

/** @throws AppError `source_refused` when the table is another one now, lost a column, or no longer logs whole rows */
function assertSame(relation: Pgoutput.MessageRelation, options: StreamOptions): void {
  const table = options.tables.get(nameOf(relation));
  if (!table) return;
  const oid = String(relation.relationOid >>> 0);
  if (options.identity[table.name] !== oid) throw replaced(table.name);
  if (relation.replicaIdentity !== 'full') throw notFull(table.name);
  table.assertHas(relation.columns.map(({ name }) => name));
}

export const replaced = (table: string) =>
  refused(
    `${table} is another table than the one read: it was dropped and made anew.`,
    'Raise the setting snapshot by one: the whole table is read, and what is gone is deleted.',
    { table },
  );
export const notFull = (table: string) => {
  const quoted = table.split('.').map(postgresDialect.identifier).join('.');
  return refused(
    `${table} does not log whole rows: long values that an update leaves alone, and what a delete took away, would be missing.`,
    `On the source: ALTER TABLE ${quoted} REPLICA IDENTITY FULL`,
    { table },
  );
};

function changesOf(
  message: Pgoutput.MessageInsert | Pgoutput.MessageUpdate | Pgoutput.MessageDelete,
  table: LogTable,
  id: (part: 0 | 1) => string,
): LogEvent[] {
  const cells = (row: Record<string, unknown> | null): Cells => {
    if (!row) throw notFull(table.name);
    return table.cells((column) => {
      const value = row[column.name];
      // An unchanged long value without its row before.
      if (value === undefined) throw notFull(table.name);
      return value === null ? null : logText(String(value), column);
    });
  };
  const { name } = table;
  if (message.tag === 'insert')
    return [{ kind: 'change', table: name, id: id(0), op: 'I', cells: cells(message.new) }];
  if (message.tag === 'delete')
    return [{ kind: 'change', table: name, id: id(0), op: 'D', cells: cells(message.old) }];
  return table.update(cells(message.old), cells(message.new), id);
}
