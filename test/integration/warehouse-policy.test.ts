import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { checkAnalystSql } from '../../warehouse/policy.ts';
import { testPlatform, type TestPlatform } from '../support/platform.ts';

let platform: TestPlatform;
beforeAll(async () => {
  platform = await testPlatform();
  const { warehouse } = platform;
  await warehouse.run('CREATE DATABASE mart_supply');
  await warehouse.run(
    'CREATE TABLE base.person (person_id String, age UInt8) ENGINE = MergeTree ORDER BY person_id',
  );
  await warehouse.run('CREATE TABLE raw.secret (text String) ENGINE = MergeTree ORDER BY text');
  await warehouse.run("INSERT INTO raw.secret VALUES ('x')");
  await warehouse.run('CREATE TABLE default.stray (text String) ENGINE = MergeTree ORDER BY text');
  await warehouse.run('CREATE TABLE mart_supply.dwelling (k String, x UInt8) ENGINE = MergeTree ORDER BY k');
});
afterAll(() => platform.close());

const check = (sql: string) => checkAnalystSql(platform.warehouse, sql);

describe('what analysts may ask', () => {
  test.each<[string, string[]]>([
    ['SELECT 1', []],
    ['SELECT count(*) FROM base.person;', ['base.person']],
    ['-- how many\nSELECT count() FROM base.person -- here', ['base.person']],
    ['/* a */ SELECT `age` AS `年龄` FROM `base`.`person`', ['base.person']],
    [
      'WITH c AS (SELECT age FROM base.person) SELECT * FROM c JOIN mart_supply.dwelling d ON c.age = d.x',
      ['base.person', 'mart_supply.dwelling'],
    ],
    [
      'WITH c AS (SELECT 1 AS k) SELECT * FROM mart_supply.dwelling WHERE x IN c AND x IN (SELECT k FROM c)',
      ['mart_supply.dwelling'],
    ],
    [
      "SELECT * EXCEPT (age), COLUMNS('a') FROM base.person UNION ALL SELECT 1, 2 INTERSECT SELECT 3, 4",
      ['base.person'],
    ],
    [
      "SELECT x::Int8, CAST(x AS Decimal(18, 2)), -x, k || 'a', NOT x, x IS NULL, x BETWEEN 1 AND 2, (x, 1), [x] FROM mart_supply.dwelling",
      ['mart_supply.dwelling'],
    ],
    [
      "SELECT CASE x WHEN 1 THEN 2 ELSE 3 END, CASE WHEN x = 1 THEN 2 END, k LIKE 'a%', INTERVAL 1 DAY, DATE '2026-01-01' FROM mart_supply.dwelling",
      ['mart_supply.dwelling'],
    ],
    [
      'SELECT sum(x) AS s, countIf(x = 1), uniqExactIf(k, x > 0), sumOrNullIf(x, x = 1), quantile(0.5)(x), COUNT(DISTINCT x), sum(x) FILTER (WHERE x > 1) FROM mart_supply.dwelling GROUP BY ALL WITH TOTALS',
      ['mart_supply.dwelling'],
    ],
    [
      'SELECT row_number() OVER (PARTITION BY k ORDER BY x ROWS BETWEEN 1 PRECEDING AND CURRENT ROW), lag(x) OVER w FROM mart_supply.dwelling WINDOW w AS (ORDER BY x) QUALIFY x > 1',
      ['mart_supply.dwelling'],
    ],
    [
      "SELECT arrayMap(a -> a + 1, [1, 2]), toStartOfMonth(today()), dateDiff('day', today(), now()), JSONExtractString('{}', 'a')",
      [],
    ],
    [
      'SELECT * FROM mart_supply.dwelling FINAL LEFT ARRAY JOIN [1, 2] AS a PREWHERE x WHERE x GROUP BY GROUPING SETS ((x), (k)) HAVING x ORDER BY x DESC NULLS LAST LIMIT 1 BY x LIMIT 5 WITH TIES',
      ['mart_supply.dwelling'],
    ],
    ['SELECT number FROM numbers(10)', []],
    ["SELECT 'a (children 3)', 'line\nbreak', '(alias x)' AS `(alias`", []],
    ['EXPLAIN SELECT * FROM base.person', ['base.person']],
    ['DESCRIBE base.person', ['base.person']],
    ['DESC TABLE base.person', ['base.person']],
    ["SHOW TABLES FROM mart_supply LIKE 'd%'", []],
    ['SHOW CREATE TABLE base.person', ['base.person']],
    ['SELECT * FROM meta.batch', ['meta.batch']],
  ])('%s', async (sql, tables) => {
    expect((await check(sql)).tables).toEqual(tables);
  });

  test('runs what it allows on the analyst lane', async () => {
    const sql = 'WITH c AS (SELECT 5 AS k) SELECT max(k) FROM c';
    await check(sql);
    expect(await platform.warehouse.value(sql, z.number(), { lane: 'analyst' })).toBe(5);
  });
});

describe('what analysts may not ask', () => {
  test.each([
    // other statements, several statements
    '',
    ';',
    'DROP TABLE base.person',
    'INSERT INTO base.person VALUES (1, 2)',
    'CREATE TABLE base.x (a Int8) ENGINE = Memory',
    'ALTER TABLE base.person DELETE WHERE 1',
    'SET readonly = 0',
    'USE raw',
    'KILL QUERY WHERE 1',
    'SYSTEM SHUTDOWN',
    'SELECT 1; DROP TABLE base.person',
    'SELECT 1;; SELECT 2',
    'EXPLAIN SELECT 1; DROP TABLE base.person',
    "SELECT ';'",
    'SELECT 1 PARALLEL WITH SELECT 2',
    'EXPLAIN DROP TABLE base.person',
    'EXPLAIN QUERY TREE SELECT 1',
    "EXPLAIN TABLE OVERRIDE mysql('a', 'b', 'c', 'd') PARTITION BY x",
    'EXPLAIN indexes = 1 SELECT 1',
    'optimize = 1 SELECT 1',
    'graph = 1 SELECT 1',
    // other databases
    'SELECT * FROM raw.secret',
    'SELECT * FROM RAW.secret',
    'SELECT * FROM `raw`.`secret`',
    'SELECT * FROM "raw"."secret"',
    'SELECT * FROM raw . secret',
    'SELECT * FROM raw/**/.secret',
    'SELECT * FROM raw_stage.x',
    'SELECT * FROM base__build.person',
    'SELECT * FROM mart_supply__build.dwelling',
    'SELECT * FROM system.tables',
    'SELECT * FROM information_schema.tables',
    'SELECT * FROM INFORMATION_SCHEMA.COLUMNS',
    'SELECT * FROM default.stray',
    'SELECT * FROM stray',
    "SELECT 1 WHERE 'x' IN stray",
    'SELECT * FROM meta.quarantine',
    'SELECT (SELECT any(text) FROM raw.secret)',
    'SELECT 1 WHERE EXISTS (SELECT 1 FROM raw.secret)',
    "SELECT 1 WHERE 'x' IN raw.secret",
    "SELECT 1 WHERE 'x' IN (raw.secret)",
    "SELECT 1 WHERE in('x', raw.secret)",
    "SELECT 1 WHERE 'x' GLOBAL NOT IN raw.secret",
    "SELECT nullIn('x', raw.secret)",
    'WITH c AS (SELECT * FROM raw.secret) SELECT * FROM c',
    'WITH RECURSIVE c AS (SELECT text FROM raw.secret UNION ALL SELECT * FROM c) SELECT * FROM c',
    'SELECT * FROM base.person UNION ALL SELECT text, 1 FROM raw.secret',
    'SELECT * FROM base.person JOIN raw.secret ON 1 = 1',
    'SELECT * FROM base.person, raw.secret',
    'SELECT * FROM base.person ORDER BY (SELECT any(text) FROM raw.secret)',
    'SELECT * FROM (SELECT * FROM (SELECT * FROM raw.secret))',
    'SELECT 1 LIMIT (SELECT count() FROM raw.secret)',
    'EXPLAIN SELECT * FROM raw.secret',
    'DESCRIBE raw.secret',
    'DESCRIBE (SELECT * FROM raw.secret)',
    'SHOW CREATE TABLE raw.secret',
    'SHOW CREATE DATABASE raw',
    'SHOW TABLES FROM raw',
    'SHOW TABLES',
    'SHOW DATABASES',
    'SHOW COLUMNS FROM secret FROM raw',
    'SHOW INDEX FROM raw.secret',
    'SHOW PROCESSLIST',
    "SHOW SETTINGS LIKE 'max%'",
    'SHOW CLUSTERS',
    'SHOW FUNCTIONS',
    'SHOW GRANTS',
    'SHOW USERS',
    'SHOW FILESYSTEM CACHES',
    // names that pretend
    'SELECT * FROM raw.`secret (alias base.person)`',
    'SELECT * FROM `base.person`.`x`',
    'SELECT 1 AS `a\n TableIdentifier base.person` FROM raw.secret',
    'SELECT * FROM `a\n      TableIdentifier base.person`',
    'SELECT 1 WHERE `x\n      Literal 1` IN raw.secret',
    // table functions
    "SELECT * FROM file('/etc/passwd', 'LineAsString')",
    "SELECT * FROM fileCluster('c', '/etc/passwd')",
    "SELECT * FROM url('http://127.0.0.1/', 'LineAsString')",
    "SELECT * FROM s3('http://127.0.0.1/a/b', 'CSV')",
    "SELECT * FROM remote('127.0.0.1', system.one)",
    "SELECT * FROM cluster('default', system.one)",
    "SELECT * FROM merge('raw', '.*')",
    "SELECT * FROM merge(REGEXP('.*'), '.*')",
    "SELECT * FROM mysql('h', 'd', 't', 'u', 'p')",
    "SELECT * FROM postgresql('h', 'd', 't', 'u', 'p')",
    "SELECT * FROM sqlite('/x', 't')",
    "SELECT * FROM executable('x', 'CSV', 'a String')",
    "SELECT * FROM input('a String')",
    "SELECT * FROM dictionary('raw.d')",
    'SELECT * FROM loop(raw.secret)',
    'SELECT * FROM view(SELECT * FROM raw.secret)',
    'SELECT * FROM mergeTreeIndex(raw, secret)',
    "SELECT * FROM null('a String')",
    'SELECT * FROM generateRandom()',
    "SELECT * FROM fuzzQuery('SELECT 1')",
    "SELECT * FROM values('a String', file('/etc/passwd'))",
    "DESCRIBE file('/etc/passwd')",
    "DESCRIBE TABLE url('http://127.0.0.1/')",
    // scalar functions
    "SELECT file('/etc/passwd')",
    "SELECT FILE('/etc/passwd')",
    "SELECT `file`('/etc/passwd')",
    "SELECT arrayMap(x -> file(x), ['/etc/passwd'])",
    'SELECT * APPLY(file) FROM base.person',
    'SELECT * APPLY(x -> file(x)) FROM base.person',
    "SELECT COLUMNS('person') APPLY file FROM base.person",
    "SELECT * REPLACE(file('/etc/passwd') AS age) FROM base.person",
    "SELECT 1 ORDER BY file('/etc/passwd')",
    "WITH file('/etc/passwd') AS f SELECT f",
    "SELECT dictGet('raw.d', 'x', 1)",
    "SELECT dictGetOrDefault('raw.d', 'x', 1, 2)",
    "SELECT dictHas('raw.d', 1)",
    "SELECT joinGet('raw.j', 'x', 1)",
    "SELECT hasColumnInTable('raw', 'secret', 'text')",
    "SELECT catboostEvaluate('/x', 1)",
    'SELECT regionToName(1)',
    "SELECT getSetting('max_threads')",
    "SELECT getServerSetting('path')",
    "SELECT getMacro('x')",
    'SELECT @@version',
    'SELECT hostName()',
    'SELECT FQDN()',
    'SELECT tcpPort()',
    'SELECT sleep(3)',
    'SELECT sleepEachRow(3)',
    "SELECT throwIf(1, 'a')",
    "SELECT aiGenerate('x', 'y')",
    "SELECT encrypt('aes-256-ofb', 'a', 'b')",
    'SELECT addressToLine(1)',
    "SELECT demangle('a')",
    'SELECT filesystemAvailable()',
    'SELECT showCertificate()',
    "SELECT getClientHTTPHeader('a')",
    'SELECT noSuchFunction(1)',
    'SELECT flameGraph(1)',
    'SELECT __actionName(1, 2)',
    // output, settings, parameters
    "SELECT 1 INTO OUTFILE '/tmp/anju-policy-out'",
    "SELECT 1 into/**/outfile '/tmp/anju-policy-out'",
    "SELECT 1 INTO OUTFILE '/tmp/anju-policy-out' AND STDOUT",
    "EXPLAIN SELECT 1 INTO OUTFILE '/tmp/anju-policy-out'",
    'SELECT 1 FORMAT Null',
    'SELECT 1 FORMAT CSV',
    'DESCRIBE base.person FORMAT CSV',
    'SELECT 1 SETTINGS max_execution_time = 0',
    'SELECT * FROM (SELECT 1 SETTINGS max_threads = 100)',
    'SELECT 1 FORMAT CSV SETTINGS max_threads = 1',
    'SELECT {a:String}',
    'SELECT * FROM {t:Identifier}',
    'SELEC 1',
    'SELECT (',
  ])('%s', async (sql) => {
    await expect(check(sql)).rejects.toMatchObject({ code: 'sql_rejected' });
  });

  test('texts made to exhaust the parser or to end early', async () => {
    const nested = `SELECT ${'('.repeat(5000)}1${')'.repeat(5000)}`;
    await expect(check(nested)).rejects.toMatchObject({ code: 'resource_limit' });
    await expect(check(`SELECT '${'x'.repeat(100_001)}'`)).rejects.toMatchObject({ code: 'sql_rejected' });
    await expect(check('SELECT 1\0, 2')).rejects.toMatchObject({ code: 'sql_rejected' });
  });

  test('asking changed nothing and wrote nothing', async () => {
    const { warehouse } = platform;
    expect(
      await warehouse.value("SELECT count() FROM system.tables WHERE database = 'base'", z.string()),
    ).toBe('1');
    expect(existsSync('/tmp/anju-policy-out')).toBe(false);
  });
});

describe('the analyst lane itself, should the policy ever be wrong', () => {
  test.each([
    'CREATE DATABASE evil',
    "INSERT INTO raw.secret VALUES ('y')",
    'DROP TABLE raw.secret',
    'SET readonly = 0',
    'SELECT 1 SETTINGS max_memory_usage = 0',
    "SELECT * FROM file('/etc/passwd', 'LineAsString')",
    "SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')",
    "INSERT INTO FUNCTION file('/tmp/anju-policy-out', 'CSV') SELECT 1",
  ])('%s', async (sql) => {
    await expect(platform.warehouse.run(sql, { lane: 'analyst' })).rejects.toMatchObject({
      code: 'sql_rejected',
    });
    expect(existsSync(join('/tmp', 'anju-policy-out'))).toBe(false);
  });

  test('no lane reaches the network', async () => {
    const sql = "SELECT count() FROM url('http://127.0.0.1:1/', 'LineAsString')";
    for (const lane of ['interactive', 'batch', 'analyst'] as const) {
      await expect(platform.warehouse.rows(sql, z.unknown(), { lane })).rejects.toMatchObject({
        code: 'sql_rejected',
      });
    }
  });
});
