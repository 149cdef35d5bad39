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
import { temporaryDirectory } from '../support/platform.ts';
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
    await expect(collect(position, { tls: 'verify' })).rejects.toMatchObject({ code: 'source_unreachable' });
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
