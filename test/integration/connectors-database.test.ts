import { afterAll, beforeAll, beforeEach, afterEach, expect, test } from '@jest/globals';
import type { Position } from '../../ingestion/connectors/connector.ts';
import { connectors } from '../../ingestion/connectors/index.ts';
import { openssl, temporaryAuthority, type TemporaryAuthority } from '../support/authority.ts';
import { collectFiles, contractOver, told } from '../support/database-source.ts';
import { temporaryDirectory, testLog } from '../support/platform.ts';
import { mariadbProgram, type MariadbServer, startMariadb } from '../support/servers/mariadb-server.ts';
import { postgresProgram, type PostgresServer, startPostgres } from '../support/servers/postgres-server.ts';
import { describeWith } from '../support/servers/server.ts';

let directory: string;
let dispose: () => Promise<void>;
beforeEach(async () => ({ path: directory, dispose } = await temporaryDirectory()));
afterEach(() => dispose());

let authority: TemporaryAuthority;
let other: TemporaryAuthority;
beforeAll(async () => {
  if (openssl !== null)
    [authority, other] = await Promise.all([temporaryAuthority(), temporaryAuthority('Other Root')]);
});
afterAll(async () => {
  await authority?.dispose();
  await other?.dispose();
});

/**
 * What holds of each connector of a server with a certificate for `localhost`, and a user `certified` who must have one too:
 * `ask` reaches it with these settings.
 */
async function trustsOnlyWhomItIsTold(ask: (settings: object) => Promise<unknown>): Promise<void> {
  const { caFile, issue } = authority;
  const { certFile, keyFile } = await issue('certified', []);
  const tls = { tls: 'verify', host: 'localhost', caFile };
  await ask(tls);
  await ask({ ...tls, user: 'certified', certFile, keyFile });
  await expect(ask({ ...tls, user: 'certified' })).rejects.toMatchObject({ code: 'source_refused' });
  await expect(ask({ ...tls, host: '127.0.0.1' })).rejects.toMatchObject({
    code: 'source_refused',
    where: { rule: 'certificate_name' },
  });
  for (const untrusted of [other.caFile, undefined])
    await expect(ask({ ...tls, caFile: untrusted })).rejects.toMatchObject({
      code: 'source_refused',
      where: { rule: 'certificate_authority', ...(untrusted === undefined ? {} : { file: untrusted }) },
    });
}

const connectorOf = (kind: string) => {
  const found = connectors[kind];
  if (!found) throw new Error(kind);
  return found;
};

describeWith(openssl && postgresProgram)('a table of PostgreSQL', () => {
  const connector = connectorOf('postgres_table');
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres(await authority.issue('postgres', ['DNS:localhost']));
    await server.query('CREATE ROLE certified SUPERUSER LOGIN');
    await server.query('CREATE SCHEMA "房 屋"');
    await server.query(
      `CREATE TABLE "房 屋"."登""记" ("编号" bigint PRIMARY KEY, "名称" text, "金额" numeric(20,4), "日期" date, "时刻" timestamptz, "影像" bytea, "可用" boolean, "多余" text)`,
    );
    await server.query(`INSERT INTO "房 屋"."登""记" VALUES
      (1, E'逗号, "引号"\n换行', 12345678901234.5600, '2026-02-28', '2026-02-28 16:00:00.123456Z', '\\x00ff', true, 'x'),
      (2, '', NULL, 'infinity', NULL, NULL, NULL, NULL), (9223372036854775807, NULL, -0.0001, '0001-01-01', '2026-01-01 00:00Z', '', false, '')`);
    await server.query('CREATE TABLE reading (id bigint PRIMARY KEY, at timestamp NOT NULL, v text)');
    await server.query(
      `INSERT INTO reading SELECT i, timestamp '2026-01-01' + i / 4 * interval '1 hour', 'v' || i FROM generate_series(1, 40) i`,
    );
    await server.query(`INSERT INTO reading VALUES (99, '2999-01-01', 'a typing error')`);
  });
  afterAll(() => server.stop());

  const settings = (more: object) => ({ ...server.address, table: 'reading', ...more });
  const reading = contractOver('reading', ['id', 'at', 'v'], 'incremental');
  const ids = (file: { rows: string[][] } | undefined) => file?.rows.map(([id]) => Number(id));

  test('comes whole, each value as the server writes it, and only the columns of the contract', async () => {
    const columns = ['编号', '名称', '金额', '日期', '时刻', '影像', 'usable'];
    const files = await collectFiles(connector, {
      settings: settings({ schema: '房 屋', table: '登"记', columns: { usable: '可用' } }),
      datasets: [contractOver('whole', columns)],
      directory,
    });
    expect(files).toHaveLength(1);
    expect(files[0]).toMatchObject({
      dataset: 'agency.whole',
      loadAs: 'snapshot',
      shape: { shape: 'csv' },
      header: columns,
    });
    expect(files[0]?.fileName).toMatch(/^登_记_\d{14}\.csv$/);
    expect(files[0]?.rows).toEqual([
      [
        '1',
        '逗号, "引号"\n换行',
        '12345678901234.5600',
        '2026-02-28',
        '2026-03-01 00:00:00.123456+08:00',
        '\\x00ff',
        't',
      ],
      ['2', '', '', 'infinity', '', '', ''],
      ['9223372036854775807', '', '-0.0001', '0001-01-01', '2026-01-01 08:00:00+08:00', '\\x', 'f'],
    ]);
  });

  test('by timestamp: rows of one time stay together, late ones are found, a date in the future does not stop the rest', async () => {
    const about = {
      settings: settings({
        read: { mode: 'timestamp', column: 'at', overlapSeconds: 3600 },
        rowsPerFile: 10,
      }),
      datasets: [reading],
      directory,
    };
    const files = await collectFiles(connector, about);
    expect(files.flatMap((file) => ids(file))).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    expect(files.length).toBeGreaterThan(2);
    for (const [i, file] of files.entries()) {
      const hours = new Set(file.rows.map(([, at]) => at));
      expect(files.slice(i + 1).every((later) => later.rows.every(([, at]) => !hours.has(at)))).toBe(true);
    }
    const { position } = files.at(-1) ?? {};
    expect(position).toEqual({ mode: 'timestamp', column: 'at', value: '2026-01-01 10:00:00' });
    await server.query(
      `INSERT INTO reading VALUES (50, '2026-01-01 09:30', 'committed late'), (51, '2026-01-01 10:00', 'same time')`,
    );
    const next = await collectFiles(connector, { ...about, position });
    expect(next.flatMap((file) => ids(file) ?? []).sort((a, b) => a - b)).toEqual([
      36, 37, 38, 39, 40, 50, 51,
    ]);
    await server.query('DELETE FROM reading WHERE id IN (50, 51)');
  });

  test('by number: only what is behind the last one, less the overlap', async () => {
    const read = { mode: 'increasing', column: 'id', overlap: 2 };
    const about = { datasets: [reading], directory };
    const first = await collectFiles(connector, { ...about, settings: settings({ read, rowsPerFile: 30 }) });
    expect(first.map((file) => file.rows.length)).toEqual([30, 11]);
    const { position } = first[0] ?? {};
    const rest = await collectFiles(connector, { ...about, settings: settings({ read }), position });
    expect(ids(rest[0])).toEqual([29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 99]);
  });

  test('a query is one SELECT in a transaction that only reads', async () => {
    const ask = (query: string) =>
      collectFiles(connector, {
        settings: { ...server.address, query },
        datasets: [contractOver('asked', ['id', 'v'])],
        directory,
      });
    expect((await ask(`SELECT id, upper(v) AS v FROM reading WHERE id < 3 -- the first`))[0]?.rows).toEqual([
      ['1', 'V1'],
      ['2', 'V2'],
    ]);
    for (const evil of [
      'SELECT 1 AS id, 2 AS v) AS q) TO STDOUT; DROP TABLE reading; COPY (SELECT * FROM (SELECT 1',
      'SELECT 1 AS id, 2 AS v; DROP TABLE reading',
      'DELETE FROM reading RETURNING id, v',
      "SELECT nextval('s') AS id, '' AS v",
    ]) {
      await expect(ask(evil)).rejects.toMatchObject({ code: 'source_refused' });
    }
    expect(await server.query('SELECT count(*)::int AS n FROM reading')).toEqual([{ n: 41 }]);
  });

  test('over TLS by an authority of the agency’s own: its tables, and its log', async () => {
    await trustsOnlyWhomItIsTold((tls) =>
      collectFiles(connector, { settings: settings(tls), datasets: [reading], directory }),
    );
    await server.query(`CREATE TABLE house (no text PRIMARY KEY); ALTER TABLE house REPLICA IDENTITY FULL;
      CREATE PUBLICATION anju FOR TABLE house; INSERT INTO house VALUES ('h1')`);
    let slots = 0;
    const followed = (tls: object, slot = `anju_tls_${++slots}`, position: Position | null = null) =>
      collectFiles(connectorOf('postgres_log'), {
        settings: { ...server.address, slot, tables: [{ table: 'house', dataset: 'agency.house' }], ...tls },
        datasets: [contractOver('house', ['no'])],
        directory,
        position,
      });
    await trustsOnlyWhomItIsTold(followed);
    const tls = { tls: 'verify', host: 'localhost', caFile: authority.caFile };
    const [whole] = await followed(tls, 'anju_tls_last');
    await server.query("INSERT INTO house VALUES ('h2')");
    expect((await followed(tls, 'anju_tls_last', whole?.position)).flatMap(told)).toEqual(['I h2']);
  });

  test('says what it cannot do, and never the password', async () => {
    const attempt = (more: object, dataset = reading) =>
      collectFiles(connector, {
        settings: settings(more),
        datasets: [dataset],
        directory,
        secrets: { password: 'hunter2' },
      });
    await expect(attempt({ table: 'nothing' })).rejects.toMatchObject({
      code: 'source_refused',
      where: { code: '42P01' },
    });
    await expect(attempt({}, contractOver('reading', ['id', 'missing']))).rejects.toThrow(
      'no column “missing”',
    );
    await expect(
      attempt({ read: { mode: 'timestamp', column: 'at' } }, contractOver('reading', ['id', 'at'])),
    ).rejects.toThrow('would pass for all there are');
    await expect(attempt({ read: { mode: 'timestamp', column: 'v' } })).rejects.toThrow('“v” is text');
    const closed = attempt({ port: 1 });
    await expect(closed).rejects.toMatchObject({ code: 'source_unreachable', retriable: true });
    await expect(closed).rejects.not.toThrow(/hunter2/);
    const { roundTripMs, detail } = await connector.test({
      settings: connector.settings.parse(settings({})),
      secrets: {},
      log: testLog,
      signal: new AbortController().signal,
    });
    expect(roundTripMs).toBeGreaterThan(0);
    expect(detail).toContain('3 columns');
  });
});

describeWith(openssl && mariadbProgram)('a table of MariaDB', () => {
  const connector = connectorOf('mysql_table');
  let server: MariadbServer;
  beforeAll(async () => {
    server = await startMariadb(await authority.issue('mariadb', ['DNS:localhost']));
    await server.script([
      "CREATE TABLE `登``记` (id bigint unsigned PRIMARY KEY, t text, d decimal(20,4), day date, at datetime(3), ts timestamp(6) NULL, b varbinary(10), f float, g double, bits bit(10), e enum('甲','乙'), old varchar(20) CHARACTER SET gbk, y year, tm time(1), u uuid, extra int)",
      "SET sql_mode = '', time_zone = '+00:00'",
      `INSERT INTO \`登\`\`记\` VALUES (1, '逗号, "引号"\n换行\\\\', 12345678901234.5600, '2026-02-28', '2026-02-28 16:00:00.123', '2026-02-28 16:00:00.123456', X'00ff', 1.1, 0.1, b'1000000001', '乙', '旧字', 2026, '-12:30:00.5', '123e4567-e89b-12d3-a456-426614174000', 1)`,
      `INSERT INTO \`登\`\`记\` VALUES (18446744073709551615, concat('a', char(0), 'b'), NULL, '0000-00-00', NULL, NULL, NULL, NULL, 1e300, NULL, NULL, '', NULL, NULL, NULL, NULL)`,
      'CREATE TABLE reading (id int PRIMARY KEY, at datetime NOT NULL)',
      `INSERT INTO reading SELECT seq, '2026-01-01' + INTERVAL seq DIV 4 HOUR FROM seq_1_to_40`,
    ]);
  });
  afterAll(() => server.stop());
  const secrets = { password: 'secret' };

  test('comes whole, each value exactly', async () => {
    const columns = ['id', 't', 'd', 'day', 'at', 'ts', 'b', 'f', 'g', 'bits', 'e', 'old', 'y', 'tm', 'u'];
    const files = await collectFiles(connector, {
      settings: { ...server.address, utcOffset: '+00:00', table: '登`记' },
      datasets: [contractOver('whole', columns)],
      directory,
      secrets,
    });
    expect(files.map(({ loadAs, header }) => ({ loadAs, header }))).toEqual([
      { loadAs: 'snapshot', header: columns },
    ]);
    expect(files[0]?.rows).toEqual([
      [
        '1',
        '逗号, "引号"\n换行\\',
        '12345678901234.5600',
        '2026-02-28',
        '2026-02-28 16:00:00.123',
        '2026-02-28 16:00:00.123456',
        '00ff',
        '1.100000023841858',
        '0.1',
        '513',
        '乙',
        '旧字',
        '2026',
        '-12:30:00.5',
        '123e4567-e89b-12d3-a456-426614174000',
      ],
      ['18446744073709551615', 'a␀b', '', '0000-00-00', '', '', '', '', '1e300', '', '', '', '', '', ''],
    ]);
  });

  test('by timestamp and by number', async () => {
    const about = { datasets: [contractOver('reading', ['id', 'at'], 'incremental')], directory, secrets };
    const byTime = { mode: 'timestamp', column: 'at', overlapSeconds: 3600 };
    const settings = { ...server.address, table: 'reading', rowsPerFile: 10 };
    const files = await collectFiles(connector, { ...about, settings: { ...settings, read: byTime } });
    expect(files.map((file) => file.rows.length)).toEqual([11, 12, 12, 5]);
    const { position } = files.at(-1) ?? {};
    const again = await collectFiles(connector, {
      ...about,
      settings: { ...settings, read: byTime },
      position,
    });
    expect(again.flatMap((file) => file.rows.map(([id]) => id))).toEqual(['36', '37', '38', '39', '40']);
    const byNumber = { mode: 'increasing', column: 'id', overlap: 0 };
    const rest = await collectFiles(connector, {
      ...about,
      settings: { ...settings, read: byNumber },
      position: { ...byNumber, value: '38' },
    });
    expect(rest[0]?.rows.map(([id]) => id)).toEqual(['39', '40']);
  });

  test('a query cannot write, and what is refused is said without the password', async () => {
    const ask = (more: object, password = 'secret') =>
      collectFiles(connector, {
        settings: { ...server.address, ...more },
        datasets: [contractOver('asked', ['id'])],
        directory,
        secrets: { password },
      });
    expect((await ask({ query: 'SELECT id FROM reading WHERE id < 3 # the first' }))[0]?.rows).toEqual([
      ['1'],
      ['2'],
    ]);
    for (const query of [
      'SELECT 1 AS id; DROP TABLE reading',
      'SELECT 1 AS id) AS q; DROP TABLE reading; --',
      'DELETE FROM reading',
    ])
      await expect(ask({ query })).rejects.toMatchObject({ code: 'source_refused' });
    expect(await server.query('SELECT count(*) AS n FROM reading')).toEqual([{ n: 40 }]);
    await expect(ask({ table: 'nothing' })).rejects.toMatchObject({ code: 'source_refused' });
    const wrong = ask({ table: 'reading' }, 'hunter2');
    await expect(wrong).rejects.toMatchObject({ code: 'source_refused' });
    await expect(wrong).rejects.not.toThrow(/hunter2/);
    await expect(ask({ table: 'reading', port: 1 })).rejects.toMatchObject({ code: 'source_unreachable' });
  });

  test('over TLS by an authority of the agency’s own: its tables, and its log', async () => {
    const id = contractOver('reading', ['id', 'at'], 'incremental');
    const about = { datasets: [id], directory, secrets };
    await trustsOnlyWhomItIsTold((tls) =>
      collectFiles(connector, { ...about, settings: { ...server.address, table: 'reading', ...tls } }),
    );
    const followed = (tls: object, position: Position | null = null) =>
      collectFiles(connectorOf('mysql_log'), {
        ...about,
        settings: { ...server.address, tables: [{ table: 'reading', dataset: 'agency.reading' }], ...tls },
        position,
      });
    await trustsOnlyWhomItIsTold(followed);
    const tls = { tls: 'verify', host: 'localhost', caFile: authority.caFile };
    const [whole] = await followed(tls);
    await server.query("INSERT INTO reading VALUES (41, '2026-01-02')");
    expect((await followed(tls, whole?.position)).flatMap(told)).toEqual(['I 41|2026-01-02 00:00:00']);
  });

  test('a host that is asked for by its address must have the address in its certificate', async () => {
    await authority.issue('mariadb', ['IP:127.0.0.1']);
    await server.query('FLUSH SSL');
    const settings = { ...server.address, query: 'SELECT 1 AS id', tls: 'verify', caFile: authority.caFile };
    const about = { datasets: [contractOver('asked', ['id'])], directory, secrets };
    expect(await collectFiles(connector, { ...about, settings })).toHaveLength(1);
    await expect(
      collectFiles(connector, { ...about, settings: { ...settings, host: 'localhost' } }),
    ).rejects.toMatchObject({ where: { rule: 'certificate_name' } });
  });
});
