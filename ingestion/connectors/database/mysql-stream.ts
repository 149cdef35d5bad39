/** The binlog of MySQL or MariaDB, in rows, as log events. zongji speaks the protocol and decodes; what a transaction is, is told here. */
import ZongJi from '@vlasky/zongji';
import type { ConnectionOptions } from 'mysql2';
import type { Cells, LogEvent, LogTable, Point } from './change-log.ts';
import { refused, unreachable } from './errors.ts';
import { Inflow } from './inflow.ts';
import { binlogText } from './mysql-text.ts';

export interface BinlogPoint {
  file: string;
  position: number;
}
export const binlogPoint = (point: Point): BinlogPoint => ({
  file: String(point.file),
  position: Number(point.position),
});
/** Names end with a number that only grows: `binlog.000012`. */
const numberOf = (file: string): number => Number(/(\d+)$/.exec(file)?.[1] ?? 0);

/** Negative when `a` is before `b`. */
export const comparePoints = (a: BinlogPoint, b: BinlogPoint): number =>
  numberOf(a.file) - numberOf(b.file) || a.position - b.position;

export interface BinlogOptions {
  host: string;
  connection: ConnectionOptions;
  database: string;
  serverId: number;
  from: BinlogPoint;
  tables: ReadonlyMap<string, LogTable>;
  signal: AbortSignal;
}

interface TableMap {
  parentSchema: string;
  tableName: string;
  columnSchemas: { COLUMN_NAME: string }[];
}
/** What we read of zongji's events, over its own looser types. */
interface BinlogEvent {
  getTypeName(): string;
  timestamp: number;
  nextPosition: number;
  binlogName?: string;
  position?: number;
  query?: string;
  schema?: string;
  tableId?: number;
  tableMap?: Record<number, TableMap>;
  rows?: Record<string, unknown>[];
}

/** An event with its table as it is when the event comes: numbers of tables begin anew when the server does. */
interface Arrived {
  event: BinlogEvent;
  table: TableMap | undefined;
}
const arrived = (event: BinlogEvent): Arrived => ({ event, table: event.tableMap?.[event.tableId ?? -1] });

export async function* binlogEvents(options: BinlogOptions): AsyncGenerator<LogEvent> {
  const { signal, host } = options;
  const zongji = new ZongJi(options.connection as ConstructorParameters<typeof ZongJi>[0]);
  const events = new Inflow<Arrived>({
    pause: () => zongji.connection?.pause(),
    resume: () => zongji.connection?.resume(),
  });
  zongji.on('error', (error) => events.fail(error));
  zongji.on('binlog', (event) => events.push(arrived(event as unknown as BinlogEvent)));
  const stop = (): void => events.end();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  zongji.start({
    serverId: options.serverId,
    filename: options.from.file,
    position: options.from.position,
    includeSchema: { [options.database]: [...options.tables.keys()] },
  });
  zongji.connection?.on('end', () => events.fail(unreachable(host, 'the server ended the stream')));
  try {
    yield* new Transactions(options).follow(events);
  } finally {
    signal.removeEventListener('abort', stop);
    zongji.stop();
  }
}

const BEGIN = /^\s*BEGIN\b/i;
const END = /^\s*(COMMIT|ROLLBACK)\s*$/i;
/** Written only where a transaction mixes tables that roll back with tables that cannot. */
const PARTIAL = /^\s*ROLLBACK\s+(?:WORK\s+)?TO\b/i;
const SAVEPOINT = /^\s*(?:SAVEPOINT|RELEASE)\b/i;
const NAME = '(?:`((?:[^`]|``)+)`|([\\p{L}\\p{N}_$]+))';
const TRUNCATE = new RegExp(`^\\s*TRUNCATE\\s+(?:TABLE\\s+)?(?:${NAME}\\s*\\.\\s*)?${NAME}`, 'iu');
/** Statements by which rows go or come without a word of them in the log. */
const REPLACING =
  /^\s*(?:DROP\s+TABLES?\b|RENAME\s+TABLES?\b|CREATE\s+OR\s+REPLACE\s+TABLE\b|ALTER\s+TABLE\b.*\b(?:RENAME\s+(?!(?:COLUMN|INDEX|KEY)\b)|(?:TRUNCATE|DROP|EXCHANGE)\s+PARTITION\b))/is;
const mentions = (text: string, name: string): boolean => {
  const plain = name.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  return new RegExp(`(?<![\\p{L}\\p{N}_$])${plain}(?![\\p{L}\\p{N}_$])`, 'iu').test(text);
};
const COMMENTS = /\/\*(?!!|M!)[\s\S]*?\*\//g;

const undecided = (what: string) =>
  refused(
    `A transaction that changed a table followed ${what}: the log does not say which of its rows hold.`,
    'Change these tables in ordinary transactions; then raise the setting snapshot by one.',
  );

/** Puts events together to transactions. A change is named by where its transaction begins, and its number in it. */
class Transactions {
  readonly #options: BinlogOptions;
  /** The end of the last event outside a transaction. */
  #at: BinlogPoint;
  #changes = 0;
  #isOpen = false;

  constructor(options: BinlogOptions) {
    this.#options = options;
    this.#at = options.from;
  }

  async *follow(events: AsyncIterable<Arrived>): AsyncGenerator<LogEvent> {
    for await (const { event, table } of events) {
      const kind = event.getTypeName();
      switch (kind) {
        case 'Rotate':
          this.#at = { file: event.binlogName ?? this.#at.file, position: event.position ?? 4 };
          this.#isOpen = false;
          break;
        case 'WriteRows':
        case 'UpdateRows':
        case 'DeleteRows':
          yield* this.#rows(kind, event, table);
          break;
        case 'Xid':
          yield this.#commit(event);
          break;
        case 'Query':
          yield* this.#query(event);
          break;
        case 'XaPrepare':
          if (this.#changes > 0) throw undecided('is an XA transaction, which may still be undone');
          yield this.#commit(event);
          break;
        case 'MariadbGtid':
        case 'Gtid':
        case 'AnonymousGtid':
          this.#isOpen = true;
          this.#changes = 0;
          break;
        default:
          // Format, checkpoints, table maps: within a transaction they are no place to go on from.
          if (!this.#isOpen && kind !== 'TableMap' && event.nextPosition > 0) {
            this.#at = { ...this.#at, position: event.nextPosition };
            yield { kind: 'idle', point: { ...this.#at } };
          }
      }
    }
  }

  #commit(event: BinlogEvent): LogEvent {
    this.#isOpen = false;
    this.#changes = 0;
    if (event.nextPosition > 0) this.#at = { ...this.#at, position: event.nextPosition };
    return { kind: 'commit', point: { ...this.#at }, at: new Date(event.timestamp) };
  }

  #nextId(): (part: 0 | 1) => string {
    const number = this.#changes;
    this.#changes += 2;
    const digits = (n: number): string => String(n).padStart(10, '0');
    const place = `${digits(numberOf(this.#at.file))}.${digits(this.#at.position)}`;
    return (part) => `${place}.${digits(number + part)}`;
  }

  *#rows(
    kind: 'WriteRows' | 'UpdateRows' | 'DeleteRows',
    event: BinlogEvent,
    map: TableMap | undefined,
  ): Generator<LogEvent> {
    const { database, tables } = this.#options;
    const table = map?.parentSchema === database ? tables.get(map.tableName) : undefined;
    if (!map || !table) return;
    table.assertHas(map.columnSchemas.map(({ COLUMN_NAME }) => COLUMN_NAME));
    const cells = (row: Record<string, unknown>): Cells =>
      table.cells((column) => binlogText(row[column.name], column));
    for (const row of event.rows ?? []) {
      const id = this.#nextId();
      if (kind === 'UpdateRows') {
        const { before, after } = row as { before: Record<string, unknown>; after: Record<string, unknown> };
        yield* table.update(cells(before), cells(after), id);
      } else {
        yield {
          kind: 'change',
          table: table.name,
          id: id(0),
          op: kind === 'WriteRows' ? 'I' : 'D',
          cells: cells(row),
        };
      }
    }
  }

  /** A statement in the log: the frame of a transaction, or a change of the tables themselves, which ends one. */
  *#query(event: BinlogEvent): Generator<LogEvent> {
    const text = (event.query ?? '').replace(COMMENTS, ' ');
    if (SAVEPOINT.test(text)) return;
    if (PARTIAL.test(text)) {
      if (this.#changes > 0) throw undecided('was rolled back in part');
      return;
    }
    if (BEGIN.test(text)) {
      this.#isOpen = true;
      return;
    }
    if (!END.test(text)) yield* this.#definition(text, event.schema ?? '');
    yield this.#commit(event);
  }

  *#definition(text: string, schema: string): Generator<LogEvent> {
    const truncated = TRUNCATE.exec(text);
    if (truncated) {
      const [, quotedSchema, plainSchema, quotedTable, plainTable] = truncated;
      const unquoted = (quoted?: string, plain?: string): string | undefined =>
        quoted?.replaceAll('``', '`') ?? plain;
      const table = this.#options.tables.get(unquoted(quotedTable, plainTable) ?? '');
      if (table && (unquoted(quotedSchema, plainSchema) ?? schema) === this.#options.database)
        yield { kind: 'truncate', table: table.name, id: this.#nextId()(0) };
      return;
    }
    const [named = ''] = /^[^(]*?(?=\(|\bSELECT\b|$)/is.exec(text) ?? [];
    const { database } = this.#options;
    if (!REPLACING.test(named) || !(schema === database || named.includes(database))) return;
    const replaced = [...this.#options.tables.keys()].find((name) => mentions(named, name));
    if (replaced)
      throw refused(
        `${replaced} was dropped, renamed, made anew or lost a partition in the log.`,
        'Raise the setting snapshot by one: the whole table is read, and what is gone is deleted.',
        { table: replaced },
      );
  }
}
