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
import { describeWith } from '../support/servers/server.ts';

let directory: string;
let dispose: () => Promise<void>;
beforeEach(async () => ({ path: directory, dispose } = await temporaryDirectory()));
afterEach(() => dispose());

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
    await expect(collect(last(files), { tls: 'verify' })).rejects.toMatchObject({
      code: 'source_unreachable',
    });
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
