import { connect, isIP } from 'node:net';
import mysql from 'mysql2';
import type { FieldPacket, RowDataPacket } from 'mysql2';
import { errorCode, errorMessage } from '../../../warehouse/error-code.ts';
import type { CollectCall, SourceCall } from '../connector.ts';
import { trustOf } from '../tls.ts';
import { csvLine } from './csv.ts';
import { refused, sourceError } from './errors.ts';
import type { Dialect, TableSession } from './extract.ts';
import type { Address, ChosenColumn, SourceColumn } from './settings.ts';
import type { TableSettings } from './table-settings.ts';
import { TextFile } from './text-file.ts';

const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``;
/** In hexadecimal: no mode of the server reads anything else in it. */
const hexLiteral = (text: string): string => `_utf8mb4 X'${Buffer.from(text).toString('hex')}'`;

export const mysqlDialect: Dialect = {
  identifier: quoted,
  literal: hexLiteral,
  asText: (sql) => `CAST(${sql} AS CHAR)`,
  typed: (text, type) => {
    if (type === 'integer' || type === 'decimal')
      return /^-?\d+(\.\d+)?$/.test(text) ? text : hexLiteral(text);
    return type === 'text' ? hexLiteral(text) : `CAST(${hexLiteral(text)} AS DATETIME(6))`;
  },
  kindOf: (type) =>
    ['date', 'datetime', 'timestamp'].includes(type)
      ? 'instant'
      : ['integer', 'decimal'].includes(type)
        ? 'number'
        : type === 'text'
          ? 'text'
          : 'other',
  clock: () => 'NOW(6)',
  earlier: (value, seconds) => `(${value} - INTERVAL ${seconds} SECOND)`,
};

const BINARY = 63;
const { Types } = mysql;
const TYPE_NAMES = new Map<number, string>([
  ...[Types.TINY, Types.SHORT, Types.LONG, Types.INT24, Types.LONGLONG].map(
    (code) => [code, 'integer'] as const,
  ),
  ...[Types.DECIMAL, Types.NEWDECIMAL].map((code) => [code, 'decimal'] as const),
  [Types.FLOAT, 'float'],
  [Types.DOUBLE, 'double'],
  ...[Types.DATE, Types.NEWDATE].map((code) => [code, 'date'] as const),
  [Types.DATETIME, 'datetime'],
  [Types.TIMESTAMP, 'timestamp'],
  [Types.TIME, 'time'],
  [Types.YEAR, 'year'],
  [Types.BIT, 'bit'],
  [Types.JSON, 'json'],
  [Types.GEOMETRY, 'geometry'],
]);

function typeOf(field: FieldPacket & { characterSet?: number }): string {
  const named = TYPE_NAMES.get(field.columnType ?? field.type ?? -1);
  return named ?? (field.characterSet === BINARY ? 'binary' : 'text');
}

/** SQL of a column as the text it has in our files; the change log writes the same (`mysql-text.ts`). NULL is ''. */
function cellSql({ name, type }: SourceColumn): string {
  const column = quoted(name);
  switch (type) {
    case 'text':
    case 'json': {
      // A NUL is no text, and the file would be refused for it: it is shown by its sign.
      const text = `REPLACE(CONVERT(${column} USING utf8mb4), CHAR(0 USING utf8mb4), ${hexLiteral('␀')})`;
      return `IFNULL(CONCAT('"', REPLACE(${text}, '"', '""'), '"'), '')`;
    }
    case 'binary':
      return `IFNULL(LOWER(HEX(${column})), '')`;
    case 'geometry':
      return `IFNULL(LOWER(HEX(ST_AsWKB(${column}))), '')`;
    case 'bit':
      return `IFNULL(CAST(${column} + 0 AS CHAR), '')`;
    case 'float':
      // All the digits a FLOAT has, not the six that are shown.
      return `IFNULL(CAST(${column} + 0e0 AS CHAR), '')`;
    default:
      return `IFNULL(CAST(${column} AS CHAR), '')`;
  }
}

export async function mysqlConfig(
  address: Address,
  secrets: SourceCall<unknown>['secrets'],
): Promise<mysql.ConnectionOptions> {
  const { host, port, database, user } = address;
  return {
    ...{ host, port, database, user },
    password: secrets.password ?? '',
    ...(address.tls === 'off' ? {} : await secured(address)),
    charset: 'utf8mb4',
    connectTimeout: address.connectSeconds * 1000,
    dateStrings: true,
    timezone: address.utcOffset,
    multipleStatements: false,
  };
}

async function secured(address: Address): Promise<Pick<mysql.ConnectionOptions, 'ssl' | 'stream'>> {
  const { host, port } = address;
  return {
    ssl: { ...(await trustOf(address)), verifyIdentity: true },
    // The driver names no host to TLS when it is an address, and the certificate would have to be for `localhost`.
    ...(isIP(host) === 0
      ? {}
      : { stream: () => Object.assign(connect({ host, port, noDelay: true }), { _host: host }) }),
  };
}

export class MysqlSession {
  readonly #connection: mysql.Connection;
  readonly #host: string;
  readonly #caFile: string | undefined;
  private constructor(connection: mysql.Connection, { host, caFile }: Address) {
    this.#connection = connection;
    this.#host = host;
    this.#caFile = caFile;
  }

  /** @throws AppError `source_unreachable`, `source_refused` */
  static async open(call: Pick<SourceCall<Address>, 'settings' | 'secrets' | 'log'>): Promise<MysqlSession> {
    const { settings } = call;
    const connection = mysql.createConnection(await mysqlConfig(settings, call.secrets));
    // A session that ends while nothing is asked of it; the next query says so too.
    connection.on('error', (error: Error) => call.log.debug({ err: error }, 'the session ended'));
    const session = new MysqlSession(connection, settings);
    try {
      await session.rows(`SET time_zone = '${settings.utcOffset}', sql_mode = ''`);
      const [version] = await session.rows('SELECT VERSION() AS version');
      const isMariadb = /mariadb/i.test(String(version?.version));
      await session.rows(
        isMariadb
          ? `SET max_statement_time = ${settings.statementSeconds}`
          : `SET max_execution_time = ${settings.statementSeconds * 1000}`,
      );
      return session;
    } catch (error) {
      connection.destroy();
      throw error;
    }
  }

  async rows(sql: string): Promise<Record<string, unknown>[]> {
    try {
      const [rows] = await this.#connection.promise().query<RowDataPacket[]>(sql);
      return rows;
    } catch (error) {
      throw sourceError(unwrapped(error, this.#connection), this.#host, this.#caFile);
    }
  }

  async value(sql: string): Promise<string | null> {
    const [first] = await this.rows(sql);
    const value = first === undefined ? null : Object.values(first)[0];
    return value === null || value === undefined ? null : String(value);
  }

  /** Columns of `from` as the server describes them, without reading a row. */
  async describe(from: string): Promise<SourceColumn[]> {
    try {
      const [, fields] = await this.#connection.promise().query(`SELECT * FROM ${from} LIMIT 0`);
      return fields.map((field) => ({ name: field.name, type: typeOf(field) }));
    } catch (error) {
      throw sourceError(error, this.#host, this.#caFile);
    }
  }

  /** The server makes each row's line; here it only passes from socket to disk. @returns rows */
  async copyToFile(columns: readonly ChosenColumn[], from: string, path: string): Promise<number> {
    const file = new TextFile(path);
    const query = this.#connection.query({
      sql: `SELECT CONCAT_WS(',', ${columns.map(cellSql).join(', ')}) FROM ${from}`,
      rowsAsArray: true,
      typeCast: false as unknown as boolean,
    });
    let rows = 0;
    file.write(csvLine(columns.map(({ header }) => header)));
    const read = new Promise<void>((resolve, reject) => {
      query.on('error', reject);
      query.on('end', () => resolve());
      query.on('result', (row: unknown) => {
        const line = (row as (Buffer | null)[])[0];
        // CONCAT gives NULL when the row is longer than the server may send.
        if (!line) return reject(tooLong(this.#host));
        rows += 1;
        try {
          file.write(line);
          if (file.write(LINE_END)) return;
        } catch (error) {
          return reject(error as Error);
        }
        this.#connection.pause();
        file.drained().then(() => this.#connection.resume(), reject);
      });
    });
    try {
      await read;
      await file.close();
      return rows;
    } catch (error) {
      file.abandon();
      throw sourceError(error, this.#host, this.#caFile);
    }
  }

  /** The transaction only read: nothing is lost by hanging up. */
  close(): Promise<void> {
    this.#connection.destroy();
    return Promise.resolve();
  }
}

/** The driver puts a code of its own on whatever the handshake failed by; its socket still knows why. */
function unwrapped(error: unknown, connection: mysql.Connection): unknown {
  if (errorCode(error) !== 'HANDSHAKE_SSL_ERROR') return error;
  const { stream } = connection as { stream?: { authorizationError?: unknown } };
  const code = stream?.authorizationError;
  return typeof code === 'string'
    ? Object.assign(new Error(errorMessage(error), { cause: error }), { code })
    : error;
}

const LINE_END = Buffer.from('\n');
const tooLong = (host: string) =>
  refused(
    'A row is longer than max_allowed_packet.',
    'Raise it on the source, or leave the long column out.',
    { host },
  );

/** Opens the table in a transaction that sees one state and can only read. */
export async function openMysqlTable(
  call: Pick<CollectCall<TableSettings>, 'settings' | 'secrets' | 'log'>,
): Promise<TableSession> {
  const { settings } = call;
  const session = await MysqlSession.open(call);
  const from =
    settings.query !== undefined
      ? `(${settings.query}\n) AS asked`
      : `${quoted(settings.database)}.${quoted(settings.table ?? '')}`;
  try {
    await session.rows('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
    await session.rows('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY');
    return {
      dialect: mysqlDialect,
      from,
      name: settings.table ?? 'query',
      columns: await session.describe(from),
      value: (sql) => session.value(sql),
      copy: (columns, tail, path) => session.copyToFile(columns, `${from} ${tail}`, path),
      now: async () => (await session.value(`SELECT DATE_FORMAT(NOW(), '%Y-%m-%d %H:%i:%s')`)) ?? '',
      close: () => session.close(),
    };
  } catch (error) {
    await session.close();
    throw error;
  }
}
