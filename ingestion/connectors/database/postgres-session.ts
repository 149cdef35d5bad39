import pg from 'pg';
import copyStreams from 'pg-copy-streams';
import type { CollectCall, SourceCall } from '../connector.ts';
import { towards, trustOf } from '../tls.ts';
import { sourceError } from './errors.ts';
import type { Dialect, TableSession } from './extract.ts';
import type { Address, ChosenColumn, SourceColumn } from './settings.ts';
import type { TableSettings } from './table-settings.ts';
import { TextFile } from './text-file.ts';

export const postgresDialect: Dialect = {
  identifier: (name) => pg.escapeIdentifier(name),
  literal: (text) => pg.escapeLiteral(text),
  asText: (sql) => `(${sql})::text`,
  typed: (text, type) => `${pg.escapeLiteral(text)}::${type}`,
  kindOf: (type) =>
    /^(date$|timestamp)/.test(type)
      ? 'instant'
      : /^(smallint|integer|bigint|numeric)/.test(type)
        ? 'number'
        : /^(text|character)/.test(type)
          ? 'text'
          : 'other',
  clock: (type) => `now()::${type}`,
  earlier: (value, seconds) => `(${value} - interval '${seconds} seconds')`,
};

/** Texts of values do not depend on how the server is set: both ways of reading a table must give the same ones. */
function sessionOptions(address: Address): string {
  // POSIX turns the sign around: east of Greenwich is minus.
  const flipped = address.utcOffset.replace(/^[+-]/, (sign) => (sign === '+' ? '-' : '+'));
  return [
    `timezone=<${address.utcOffset}>${flipped}`,
    'datestyle=ISO',
    'intervalstyle=iso_8601',
    'extra_float_digits=1',
    'bytea_output=hex',
    `statement_timeout=${address.statementSeconds * 1000}`,
  ]
    .map((option) => `-c ${option}`)
    .join(' ');
}

async function postgresConfig(
  address: Address,
  secrets: SourceCall<unknown>['secrets'],
): Promise<pg.ClientConfig> {
  const { host, port, database, user } = address;
  return {
    ...{ host, port, database, user },
    password: secrets.password ?? '',
    ssl: address.tls === 'off' ? false : towards(await trustOf(address), host),
    application_name: 'anju',
    connectionTimeoutMillis: address.connectSeconds * 1000,
    keepAlive: true,
    options: sessionOptions(address),
  };
}

/** @throws AppError `source_unreachable`, `source_refused` */
export async function connectPostgres(
  call: Pick<SourceCall<Address>, 'settings' | 'secrets' | 'log'>,
  extra: object = {},
): Promise<pg.Client> {
  const client = new pg.Client({ ...(await postgresConfig(call.settings, call.secrets)), ...extra });
  // A session that ends while nothing is asked of it; the next query says so too.
  client.on('error', (error) => call.log.debug({ err: error }, 'the session ended'));
  try {
    await client.connect();
  } catch (error) {
    throw sourceError(error, call.settings.host, call.settings.caFile);
  }
  return client;
}

/** Columns of `from` as the server describes them, without reading a row. One statement only: the extended protocol takes no second. */
export async function describe(client: pg.Client, from: string): Promise<SourceColumn[]> {
  const described = await client.query({
    text: `SELECT * FROM ${from} LIMIT 0`,
    queryMode: 'extended',
  } as pg.QueryConfig);
  const types = described.fields.map((field) => `(${field.dataTypeID}::oid, ${field.dataTypeModifier})`);
  if (types.length === 0) return [];
  const { rows } = await client.query<{ type: string }>(
    `SELECT format_type(oid, modifier) AS type FROM (VALUES ${types.map((type, i) => type.replace(/\)$/, `, ${i})`)).join(', ')}) AS t(oid, modifier, n) ORDER BY n`,
  );
  return described.fields.map((field, i) => ({ name: field.name, type: rows[i]?.type ?? 'text' }));
}

const ZONED = /^timestamp.* with time zone/;
const HOURS_ONLY = /([+-]\d{2})$/;

/** A column as the text it has in our files: the server's own, but a time's offset with its minutes. */
function textSql({ name, type }: SourceColumn): string {
  const column = postgresDialect.identifier(name);
  return ZONED.test(type) ? `regexp_replace(${column}::text, '([+-][0-9]{2})$', '\\1:00')` : column;
}

/** The same of a value the log gives as text. */
export const logText = (text: string, { type }: SourceColumn): string =>
  ZONED.test(type) ? text.replace(HOURS_ONLY, '$1:00') : text;

/** The rows straight from the server to disk. @returns rows */
export async function copyToFile(
  client: pg.Client,
  columns: readonly ChosenColumn[],
  from: string,
  path: string,
): Promise<number> {
  const { identifier } = postgresDialect;
  const list = columns.map((column) => `${textSql(column)} AS ${identifier(column.header)}`);
  const stream = client.query(
    copyStreams.to(
      `COPY (SELECT ${list.join(', ')} FROM ${from}) TO STDOUT (FORMAT csv, HEADER, ENCODING 'UTF8')`,
    ),
  );
  const file = new TextFile(path);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) if (!file.write(chunk)) await file.drained();
    await file.close();
  } catch (error) {
    file.abandon();
    throw error;
  }
  return stream.rowCount;
}

export const quotedTable = (schema: string, table: string): string =>
  `${postgresDialect.identifier(schema)}.${postgresDialect.identifier(table)}`;

/** Opens the table in a transaction that sees one state and can only read. */
export async function openPostgresTable(
  call: Pick<CollectCall<TableSettings>, 'settings' | 'secrets' | 'log'>,
): Promise<TableSession> {
  const { settings } = call;
  const client = await connectPostgres(call);
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw sourceError(error, settings.host);
    }
  };
  const from =
    settings.query !== undefined
      ? `(${settings.query}\n) AS asked`
      : quotedTable(settings.schema ?? 'public', settings.table ?? '');
  try {
    const columns = await guarded(async () => {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      return describe(client, from);
    });
    const value = async (sql: string): Promise<string | null> => {
      const { rows } = await client.query<(string | null)[]>({ text: sql, rowMode: 'array' });
      return rows[0]?.[0] ?? null;
    };
    return {
      dialect: postgresDialect,
      from,
      name: settings.table ?? 'query',
      columns,
      value: (sql) => guarded(() => value(sql)),
      copy: (chosen, tail, path) => guarded(() => copyToFile(client, chosen, `${from} ${tail}`, path)),
      now: () => guarded(async () => (await value(`SELECT to_char(now(), 'YYYY-MM-DD HH24:MI:SS')`)) ?? ''),
      close: () => client.end(),
    };
  } catch (error) {
    await client.end();
    throw error;
  }
}
