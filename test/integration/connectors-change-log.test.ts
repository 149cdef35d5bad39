import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Position } from '../../ingestion/connectors/connector.ts';
import { connectors } from '../../ingestion/connectors/index.ts';
import {
  changeIds,
  type CollectedFile,
  collectFiles,
  contractOver,
  told,
} from '../support/database-source.ts';
import { lockedPoint, mysqlLogSettings } from '../../ingestion/connectors/database/mysql-change-log.ts';
import { MysqlSession } from '../../ingestion/connectors/database/mysql-session.ts';
import { temporaryDirectory, testLog } from '../support/platform.ts';
import { mariadbProgram, type MariadbServer, startMariadb } from '../support/servers/mariadb-server.ts';
import { postgresProgram, type PostgresServer, startPostgres } from '../support/servers/postgres-server.ts';
import { describeWith } from '../support/servers/server.ts';

let directory: string;
let dispose: () => Promise<void>;
beforeEach(async () => ({ path: directory, dispose } = await temporaryDirectory()));
afterEach(() => dispose());

describeWith(postgresProgram)('the log of PostgreSQL', () => {
  const connector = connectors.postgres_log;
  if (!connector) throw new Error('not registered');
  let server: PostgresServer;
  let slot = 0;
  beforeAll(async () => {
    server = await startPostgres();
    await server.query('CREATE ROLE reader LOGIN REPLICATION');
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    slot += 1;
    await server.query(`DROP PUBLICATION IF EXISTS anju; DROP TABLE IF EXISTS house, person;
      CREATE TABLE house (no text PRIMARY KEY, area numeric(10,2), at timestamptz, note text, extra int);
      CREATE TABLE person (no bigint PRIMARY KEY, name text);
      ALTER TABLE house REPLICA IDENTITY FULL; ALTER TABLE person REPLICA IDENTITY FULL;
      CREATE PUBLICATION anju FOR TABLE house, person; GRANT SELECT ON house, person TO reader;
      INSERT INTO house VALUES ('h1', 60.50, '2026-01-01 00:00Z', repeat('长', 5000), 1), ('h2', NULL, NULL, '', 2);
      INSERT INTO person VALUES (1, '张三')`);
  });
  afterEach(async () => {
    await server.query(
      `SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE NOT active`,
    );
  });

  const house = contractOver('house', ['no', 'area', 'at', 'note']);
  const person = contractOver('person', ['no', 'name'], 'incremental');
  const collect = (position: Position | null, more: object = {}, about: object = {}) =>
    collectFiles(connector, {
      settings: {
        ...server.address,
        user: 'reader', // with no more rights than docs/operators.md asks for
        slot: `anju_test_${slot}`,
        tables: [
          { table: 'house', dataset: 'agency.house' },
          { table: 'person', dataset: 'agency.person' },
        ],
        ...more,
      },
      datasets: [house, person],
      directory,
      position,
      ...about,
    });
  const last = (files: readonly CollectedFile[]): Position => files.at(-1)?.position ?? {};

  test('begins with the whole tables, and goes on with every change of them', async () => {
    const whole = await collect(null);
    expect(whole.map(({ dataset, loadAs, rows }) => [dataset, loadAs, rows.length])).toEqual([
      ['agency.house', 'snapshot', 2],
      ['agency.person', 'snapshot', 1],
    ]);
    expect(whole[0]?.rows[0]?.slice(0, 3)).toEqual(['h1', '60.50', '2026-01-01 08:00:00+08:00']);
    expect(await collect(last(whole))).toEqual([]);

    await server.query(`BEGIN; INSERT INTO house VALUES ('h3', 1, '2026-01-01 12:34:56.5+00', E'逗号,"引号"\n行', 3);
      UPDATE house SET area = 61 WHERE no = 'h1'; UPDATE house SET no = 'h9', extra = 9 WHERE no = 'h2'; COMMIT;
      INSERT INTO person VALUES (2, '李四'); DELETE FROM person WHERE no = 1; DELETE FROM house WHERE no = 'h3'`);
    const files = await collect(last(whole));
    expect(files.map(({ dataset, loadAs, header }) => [dataset, loadAs, header.slice(-2)])).toEqual([
      ['agency.house', 'changes', ['_op', '_change']],
      ['agency.person', 'changes', ['_op', '_change']],
    ]);
    const long = '长'.repeat(5000);
    expect(told(files[0])).toEqual([
      'I h3|1.00|2026-01-01 20:34:56.5+08:00|逗号,"引号"\n行',
      // The long text was not in the log of this update: it comes from the row before.
      `U h1|61.00|2026-01-01 08:00:00+08:00|${long}`,
      'D h2|||',
      'I h9|||',
      'D h3|1.00|2026-01-01 20:34:56.5+08:00|逗号,"引号"\n行',
    ]);
    expect(told(files[1])).toEqual(['I 2|李四', 'D 1|张三']);
    for (const file of files) expect(changeIds([file])).toEqual([...new Set(changeIds([file]))].sort());
    expect(await collect(last(files))).toEqual([]);
  });

  test('goes on behind the last file committed, between the tables of one transaction and after a crash of the source', async () => {
    const whole = await collect(null);
    const change = async (n: number) =>
      server.query(
        `BEGIN; INSERT INTO house VALUES ('n${n}', ${n}); INSERT INTO person VALUES (${n + 100}, 'n${n}'); COMMIT`,
      );
    for (let n = 1; n <= 6; n++) await change(n);
    const files: CollectedFile[] = [];
    for (let position = last(whole); ; position = last(files)) {
      const some = await collect(position, { batchChanges: 4 }, { killedAfter: 1 + (files.length % 3) });
      if (some.length === 0) break;
      files.push(...some);
      if (files.length % 2 === 1) await server.restart();
    }
    // Two changes a transaction, so two transactions a batch: never cut inside one.
    expect(files[0]?.rows).toHaveLength(2);
    for (const [table, row] of [
      ['agency.house', (n: number) => `I n${n}|${n}.00||`],
      ['agency.person', (n: number) => `I ${n + 100}|n${n}`],
    ] as const) {
      const its = files.filter(({ dataset }) => dataset === table);
      expect(its.flatMap(told)).toEqual([1, 2, 3, 4, 5, 6].map(row));
    }
  });

  test('an emptied table is a snapshot without rows, in its place', async () => {
    const whole = await collect(null);
    await server.query(
      `BEGIN; INSERT INTO house VALUES ('a', 1); TRUNCATE house, person; INSERT INTO house VALUES ('b', 2); COMMIT`,
    );
    const files = await collect(last(whole));
    expect(files.map(({ dataset, loadAs, rows }) => [dataset, loadAs, rows.map(([no]) => no)])).toEqual([
      ['agency.house', 'changes', ['a']],
      ['agency.house', 'snapshot', []],
      ['agency.person', 'snapshot', []],
      ['agency.house', 'changes', ['b']],
    ]);
    expect(files[1]?.massDeleteReason).toMatch(/emptied/);
    const rest = await collect(files[1]?.position ?? null);
    expect(rest.map(({ dataset, loadAs }) => [dataset, loadAs])).toEqual([
      ['agency.person', 'snapshot'],
      ['agency.house', 'changes'],
    ]);
  });

  test('follows until it is stopped, through a crash of the source', async () => {
    const whole = await collect(null);
    const stop = new AbortController();
    let seen = 0;
    const write = (n: number) => server.query(`INSERT INTO person VALUES (${n}, 'p${n}')`);
    await write(1000);
    const files = await collect(
      last(whole),
      { follow: true, batchSeconds: 0.01 },
      {
        signal: stop.signal,
        onFile: async (file: CollectedFile) => {
          seen += file.rows.length;
          if (seen === 1) await server.restart();
          if (seen < 4) await write(1000 + seen);
          else stop.abort();
        },
      },
    );
    expect(files.flatMap(told)).toEqual([0, 1, 2, 3].map((n) => `I ${1000 + n}|p${1000 + n}`));
  });

  test('says what the source must do, and refuses to go on over a gap', async () => {
    const whole = await collect(null);
    const position = last(whole);
    await server.query('ALTER TABLE person REPLICA IDENTITY DEFAULT');
    await expect(collect(position)).rejects.toMatchObject({
      fix: expect.stringContaining('REPLICA IDENTITY FULL'),
    });
    await server.query('ALTER TABLE person REPLICA IDENTITY FULL; ALTER PUBLICATION anju DROP TABLE person');
    await expect(collect(position)).rejects.toMatchObject({ fix: expect.stringContaining('ADD TABLE') });
    await server.query('ALTER PUBLICATION anju ADD TABLE person');
    await server.query(
      `INSERT INTO house VALUES ('x', 1); ALTER TABLE house RENAME note TO remark; INSERT INTO house VALUES ('y', 1)`,
    );
    await expect(collect(position)).rejects.toThrow('no column “note”');
    await server.query('ALTER TABLE house RENAME remark TO note');
    // In the log itself the column was gone for a while.
    await expect(collect(position)).rejects.toThrow('lost its column “note”');

    await server.query(`SELECT pg_drop_replication_slot('anju_test_${slot}')`);
    await expect(collect(position)).rejects.toMatchObject({
      code: 'source_refused',
      fix: expect.stringContaining('snapshot'),
    });
    const anew = await collect(position, { snapshot: 2 });
    expect(anew.map(({ loadAs, rows }) => [loadAs, rows.length])).toEqual([
      ['snapshot', 4],
      ['snapshot', 1],
    ]);

    await server.query(
      'DROP TABLE person; CREATE TABLE person (no bigint PRIMARY KEY, name text); ALTER TABLE person REPLICA IDENTITY FULL; ALTER PUBLICATION anju ADD TABLE person; GRANT SELECT ON person TO reader',
    );
    await expect(collect(last(anew), { snapshot: 2 })).rejects.toThrow('another table');
  });
});

describeWith(mariadbProgram)('the log of MariaDB', () => {
  const connector = connectors.mysql_log;
  if (!connector) throw new Error('not registered');
  let server: MariadbServer;
  beforeAll(async () => {
    server = await startMariadb();
    await server.script([
      `CREATE USER reader@'%' IDENTIFIED BY 'secret'`,
      'GRANT SELECT ON city.* TO reader',
      'GRANT REPLICATION SLAVE, BINLOG MONITOR ON *.* TO reader',
    ]);
  });
  afterAll(() => server.stop());
  beforeEach(() =>
    server.script([
      "SET sql_mode = '', time_zone = '+00:00'",
      'DROP TABLE IF EXISTS house, person, other',
      `CREATE TABLE house (no varchar(20) PRIMARY KEY, d decimal(20,4), day date, at datetime(3), ts timestamp(6) NULL, b varbinary(10),
        fixed binary(4), f float, g double, bits bit(10), e enum('甲','乙'), s set('a','b','c'), old varchar(20) CHARACTER SET gbk, y year, tm time(1),
        big bigint unsigned, tiny tinyint, yes boolean, body longtext, extra int)`,
      'CREATE TABLE person (no bigint PRIMARY KEY, name text)',
      'CREATE TABLE other (no int PRIMARY KEY)',
      `INSERT INTO person VALUES (1, '张三')`,
    ]),
  );
  const ROWS = [
    `('h1', 12345678901234.5600, '2026-02-28', '2026-02-28 16:00:00.123', '2026-02-28 16:00:00.123456', X'00ff', X'0100', 1.1, 0.1, b'1000000001', '乙', 'a,c', '旧字', 2026, '-12:30:00.5', 18446744073709551615, -128, true, REPEAT('长', 9000), 1)`,
    `('h2', NULL, '0000-00-00', '0000-00-00', NULL, '', '', -1e-7, 1e300, 0, '', '', '', 0, '838:59:59', 0, 127, false, 'a"b\\n,\\\\', 2)`,
    `('h3', -0.0001, '1000-01-01', NULL, '1970-01-01 00:00:01', NULL, NULL, 16777216, 123456789012345678, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, concat('x', char(0)), 3)`,
    `('h4', 0, NULL, NULL, NULL, NULL, NULL, 3.4e38, 0.00001, NULL, NULL, NULL, NULL, 1901, '00:00:00', NULL, NULL, NULL, '', 3)`,
    `('h5', 1, NULL, NULL, NULL, NULL, NULL, 0, 1e15, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 3)`,
    `('h6', 1, NULL, NULL, NULL, NULL, NULL, 0.3, 123456789012345, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 3)`,
  ];
  const house = contractOver(
    'house',
    'no,d,day,at,ts,b,fixed,f,g,bits,e,s,old,y,tm,big,tiny,yes,body'.split(','),
  );
  const person = contractOver('person', ['no', 'name'], 'incremental');
  const collect = (position: Position | null, more: object = {}, about: object = {}) =>
    collectFiles(connector, {
      settings: {
        ...server.address,
        user: 'reader', // with no more rights than docs/operators.md asks for
        tables: [
          { table: 'house', dataset: 'agency.house' },
          { table: 'person', dataset: 'agency.person' },
        ],
        ...more,
      },
      datasets: [house, person],
      directory,
      position,
      secrets: { password: 'secret' },
      ...about,
    });
  const last = (files: readonly CollectedFile[]): Position => files.at(-1)?.position ?? {};

  test('says each value of a row as the table itself says it', async () => {
    const empty = await collect(null);
    await server.script([
      "SET sql_mode = '', time_zone = '+00:00'",
      ...ROWS.map((row) => `INSERT INTO house VALUES ${row}`),
    ]);
    const [log] = await collect(last(empty));
    const [table] = await collect(null);
    expect(log?.rows.map((row) => row.slice(0, -2))).toEqual(table?.rows);
    expect(table?.rows[1]?.slice(0, 9)).toEqual([
      'h2',
      '',
      '0000-00-00',
      '0000-00-00 00:00:00.000',
      '',
      '',
      '00000000',
      '-0.00000010000000116860974',
      '1e300',
    ]);
  });

  test('begins with the whole tables, and goes on with every change of them', async () => {
    const whole = await collect(null);
    expect(whole.map(({ dataset, loadAs, rows }) => [dataset, loadAs, rows.length])).toEqual([
      ['agency.house', 'snapshot', 0],
      ['agency.person', 'snapshot', 1],
    ]);
    await server.script([
      'START TRANSACTION',
      `INSERT INTO house (no, d) VALUES ('a', 1), ('b', 2)`,
      'INSERT INTO other VALUES (1)',
      `UPDATE house SET d = 3 WHERE no = 'a'`,
      `UPDATE house SET no = 'c' WHERE no = 'b'`,
      'COMMIT',
      `INSERT INTO person VALUES (2, '李四')`,
      'START TRANSACTION',
      `INSERT INTO person VALUES (3, 'nobody')`,
      'ROLLBACK',
      'DELETE FROM person WHERE no = 1',
    ]);
    const files = await collect(last(whole));
    const short = (file: CollectedFile | undefined) => told(file).map((line) => line.replace(/\|{2,}$/, ''));
    expect(short(files[0])).toEqual(['I a|1.0000', 'I b|2.0000', 'U a|3.0000', 'D b|2.0000', 'I c|2.0000']);
    expect(told(files[1])).toEqual(['I 2|李四', 'D 1|张三']);
    for (const file of files) expect(changeIds([file])).toEqual([...new Set(changeIds([file]))].sort());
    expect(await collect(last(files))).toEqual([]);
  });

  test('goes on behind the last file committed, between the tables of one transaction and over crashes of the source', async () => {
    const whole = await collect(null);
    for (let n = 1; n <= 6; n++)
      await server.script([
        'START TRANSACTION',
        `INSERT INTO house (no) VALUES ('n${n}')`,
        `INSERT INTO person VALUES (${n + 100}, 'n${n}')`,
        'COMMIT',
      ]);
    const files: CollectedFile[] = [];
    for (let position = last(whole); ; position = last(files)) {
      const some = await collect(position, { batchChanges: 4 }, { killedAfter: 1 + (files.length % 3) });
      if (some.length === 0) break;
      files.push(...some);
      if (files.length % 2 === 1) await server.restart();
    }
    expect(files[0]?.rows).toHaveLength(2);
    const nos = (dataset: string) =>
      files.filter((file) => file.dataset === dataset).flatMap(({ rows }) => rows.map(([no]) => no));
    expect(nos('agency.house')).toEqual(['n1', 'n2', 'n3', 'n4', 'n5', 'n6']);
    expect(nos('agency.person')).toEqual(['101', '102', '103', '104', '105', '106']);
  });

  test('follows until it is stopped, through a crash of the source', async () => {
    const whole = await collect(null);
    const stop = new AbortController();
    let seen = 0;
    const write = (n: number) => server.script([`INSERT INTO person VALUES (${n}, 'p${n}')`]);
    await write(1000);
    const files = await collect(
      last(whole),
      { follow: true, batchSeconds: 0.01 },
      {
        signal: stop.signal,
        onFile: async (file: CollectedFile) => {
          const before = seen;
          seen += file.rows.length;
          if (before === 0 && seen === 1) await server.restart();
          if (seen === before) return; // only the position moved
          if (seen < 4) await write(1000 + seen);
          else stop.abort();
        },
      },
    );
    expect(files.flatMap(told)).toEqual([0, 1, 2, 3].map((n) => `I ${1000 + n}|p${1000 + n}`));
  });

  test('a quiet table’s position moves with the log, an emptied one is a snapshot, a lost column stops', async () => {
    const whole = await collect(null);
    await server.script(['FLUSH BINARY LOGS', 'INSERT INTO other VALUES (9)']);
    const moved = await collect(last(whole));
    expect(moved.map(({ rows }) => rows.length)).toEqual([0]);
    expect(await collect(last(moved))).toEqual([]);
    await server.script([
      `INSERT INTO person VALUES (7, 'x')`,
      'TRUNCATE TABLE `person`',
      `INSERT INTO person VALUES (8, 'y')`,
    ]);
    const files = await collect(last(moved));
    expect(files.map(({ loadAs, rows }) => [loadAs, rows.map(([no]) => no)])).toEqual([
      ['changes', ['7']],
      ['snapshot', []],
      ['changes', ['8']],
    ]);
    await server.script([
      'ALTER TABLE person RENAME COLUMN name TO title',
      `INSERT INTO person VALUES (9, 'z')`,
    ]);
    await expect(collect(last(files))).rejects.toThrow('no column “name”');
    await server.script(['ALTER TABLE person RENAME COLUMN title TO name']);
    await expect(collect(last(files))).rejects.toThrow('lost its column “name”');
  });

  test('takes the place of a snapshot under a lock where a server does not tell it', async () => {
    const settings = mysqlLogSettings.parse({
      ...server.address,
      tables: [{ table: 'house', dataset: 'agency.house' }],
    });
    const session = await MysqlSession.open({ settings, secrets: { password: 'secret' }, log: testLog });
    try {
      const point = await lockedPoint(session);
      await server.script([`INSERT INTO person VALUES (5, 'later')`]); // nobody is locked out for longer
      expect(await session.value('SELECT count(*) FROM city.person')).toBe('1');
      const log = await collect({
        phase: 'stream',
        snapshot: 1,
        point,
        done: {},
        identity: { house: '', person: '' },
      });
      expect(log.flatMap(told)).toEqual(['I 5|later']);
    } finally {
      await session.close();
    }
  });

  test('refuses to go on over a gap, and says what the source must do', async () => {
    const whole = await collect(null);
    await server.script([
      'DROP TABLE person',
      'CREATE TABLE person (no bigint PRIMARY KEY, name text, u uuid)',
    ]);
    await expect(collect(last(whole))).rejects.toMatchObject({ fix: expect.stringContaining('snapshot') });
    const anew = await collect(last(whole), { snapshot: 2 });
    expect(anew.map(({ loadAs }) => loadAs)).toEqual(['snapshot', 'snapshot']);
    await server.script(['RESET MASTER', 'FLUSH BINARY LOGS']);
    await server.script(['SET GLOBAL binlog_row_metadata = NO_LOG']);
    await expect(collect(last(anew), { snapshot: 2 })).rejects.toMatchObject({
      fix: expect.stringContaining('binlog_row_metadata'),
    });
    await server.script(['SET GLOBAL binlog_row_metadata = FULL']);
    const gone = { ...last(anew), point: { file: 'binlog.000099', position: 4 } };
    await expect(collect(gone, { snapshot: 2 })).rejects.toThrow('no longer has its log');
    const withUuid = contractOver('person', ['no', 'name', 'u']);
    await expect(collect(null, {}, { datasets: [house, withUuid] })).rejects.toThrow(
      'does not tell values of uuid',
    );
  });
});
