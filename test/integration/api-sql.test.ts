import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { refreshOpenViews } from '../../pipelines/open-views.ts';
import { problemOf, type TestApi, testApi } from '../support/api.ts';

const ID = '11010519491231002X';
let api: TestApi;
beforeAll(async () => {
  api = await testApi();
  const { warehouse } = api.platform;
  for (const statement of [
    'CREATE DATABASE IF NOT EXISTS mart_tenant',
    'CREATE DATABASE IF NOT EXISTS mart_tenant__build',
    `CREATE TABLE base.person (person_id String, person_name String, id_number Nullable(String), phone LowCardinality(String), age UInt8, register_address String) ENGINE = MergeTree ORDER BY person_id AS
     SELECT 'p1', '张三丰', '${ID}', '13800001111', 40, '湖南省长沙市岳麓区某某路一号' UNION ALL SELECT 'p2', '李四', NULL, '', 20, ''`,
    "CREATE TABLE mart_tenant.tenant (tenant_name String, rent Decimal(18, 2)) ENGINE = MergeTree ORDER BY tuple() AS SELECT '张三丰', 500",
    "CREATE TABLE mart_tenant__build.tenant (tenant_name String) ENGINE = MergeTree ORDER BY tuple() AS SELECT '张三丰'",
    "CREATE TABLE raw.secret (name String) ENGINE = MergeTree ORDER BY tuple() AS SELECT '张三丰'",
    "CREATE TABLE exchange_in.contracts (tenant_name String) ENGINE = MergeTree ORDER BY tuple() AS SELECT '张三丰'",
  ])
    await warehouse.run(statement);
  expect(await refreshOpenViews(warehouse)).toBe(2);
});
afterAll(async () => api.close());

const ask = (sql: string, format?: string) => api.as('analyst').post('/api/sql').send({ sql, format });

describe('what an analyst reads', () => {
  test('is masked, under the names the analyst knows, and typed', async () => {
    const { body } = await ask('SELECT * FROM base.person ORDER BY person_id');
    expect(body).toMatchObject({
      columns: [{ name: 'person_id', type: 'String' }, ...Array.from({ length: 5 }, () => expect.anything())],
      rows: [
        {
          person_id: 'p1',
          person_name: '张*丰',
          id_number: '110***********002X',
          phone: '138****1111',
          age: 40,
          register_address: '湖南省长沙市****',
        },
        { person_id: 'p2', person_name: '李*', id_number: '', phone: '', age: 20, register_address: '' },
      ],
      truncated: false,
    });
  });

  test.each([
    'SELECT person_name AS x FROM base.person',
    'SELECT concat(person_name, id_number, phone, register_address) FROM base.person',
    'SELECT * FROM `base`.`person`',
    'SELECT * FROM "base"."person"',
    'SELECT * FROM base /* . */ . -- x\n person',
    'SELECT base.person.person_name FROM base.person',
    'WITH p AS (SELECT * FROM base.person) SELECT groupArray(p.person_name), any(p.phone) FROM p',
    'SELECT tenant_name FROM mart_tenant.tenant UNION ALL SELECT person_name FROM base.person',
    "SELECT count() FROM base.person WHERE person_name = '张三丰' HAVING count() > 0",
    'SELECT arrayStringConcat(arrayMap(c -> char(c), arrayMap(i -> ascii(substring(person_name, i, 1)), range(1, 10)))) FROM base.person',
    'SELECT untuple(tuple(*)) FROM base.person',
    'SELECT toJSONString(tuple(*)) FROM base.person',
    "SELECT COLUMNS('name|phone|id') FROM base.person",
    'SHOW CREATE TABLE base.person',
  ])('never holds a personal value: %s', async (sql) => {
    const response = await ask(sql);
    expect(response.text).not.toMatch(/张三丰|11010519491231002X|13800001111|某某路/);
  });

  test('comes as a file of any size and format, masked too', async () => {
    const csv = await ask('SELECT person_name, age FROM base.person ORDER BY age', 'csv');
    expect(csv.get('Content-Disposition')).toBe('attachment; filename="anju.csv"');
    expect(csv.text).toBe('"person_name","age"\n"李*",20\n"张*丰",40\n');
    const parquet = await ask('SELECT number FROM numbers(100000)', 'parquet')
      .buffer(true)
      .parse((response, done) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => done(null, Buffer.concat(chunks)));
      });
    expect((parquet.body as Buffer).subarray(0, 4).toString()).toBe('PAR1');
    expect((await ask('SELECT 1', 'Native')).status).toBe(400);
  });

  test('of a layer no run has built, says which there are', async () => {
    const refused = await ask('SELECT * FROM mart_fund.account');
    expect(problemOf(refused)).toMatchObject({
      ...{ status: 404, code: 'not_found', detail: 'There is no database mart_fund.' },
      fix: expect.stringContaining('base, mart_tenant') as unknown,
    });
    expect(problemOf(await ask('SHOW TABLES FROM mart_fund'))).toMatchObject({ code: 'not_found' });
    for (const sql of ['show tables from base', "SHOW TABLES IN base NOT LIKE 'x%' LIMIT 5"])
      expect((await ask(sql)).body).toMatchObject({ rows: [{ name: 'person' }] });
    expect((await ask("SHOW TABLES FROM base LIKE 'x%'")).body).toMatchObject({ rows: [] });
  });

  test('is cut to a page and says so', async () => {
    const { body } = await ask('SELECT number FROM numbers(10001)');
    const { rows, truncated } = body as { rows: unknown[]; truncated: boolean };
    expect([rows.length, truncated]).toEqual([10_000, true]);
  });
});

describe('what an analyst cannot do', () => {
  test.each([
    'SELECT * FROM raw.secret',
    'SELECT * FROM `raw`.secret',
    'SELECT * FROM "raw"."secret"',
    'SELECT * FROM raw/**/.secret',
    'SELECT * FROM ｒａｗ.secret',
    'SELECT * FROM raw\u00a0.secret',
    'SELECT * FROM base__build.person',
    'SELECT * FROM mart_tenant__build.tenant',
    'SELECT * FROM exchange_in.contracts',
    'SELECT * FROM system.columns',
    'SELECT * FROM information_schema.tables',
    'SELECT * FROM meta.quarantine',
    "SELECT * FROM merge('base', 'person')",
    "SELECT * FROM merge(REGEXP('base'), 'person')",
    "SELECT * FROM file('/etc/passwd', 'LineAsString')",
    "SELECT * FROM url('http://127.0.0.1/', 'LineAsString')",
    'SELECT * FROM view(SELECT * FROM raw.secret)',
    "SELECT * FROM cluster('default', raw.secret)",
    "SELECT * FROM viewIfPermitted(SELECT * FROM raw.secret ELSE null('x String'))",
    "SELECT dictGet('raw.secret', 'name', 1)",
    "SELECT joinGet('raw.secret', 'name', 1)",
    "SELECT hasColumnInTable('raw', 'secret', 'name')",
    'SELECT 1 IN raw.secret',
    "SELECT * FROM base.person INTO OUTFILE '/tmp/x'",
    'SELECT * FROM base.person SETTINGS max_execution_time = 100000',
    'SELECT * FROM base.person FORMAT Null',
    'SELECT 1; DROP TABLE base.person',
    'DROP TABLE open_base.person',
    'INSERT INTO base.person SELECT * FROM base.person',
    'ALTER TABLE base.person DELETE WHERE 1',
    'SET readonly = 0',
    'SELECT {x:String}',
    "SELECT 'never closed",
    'SELECT /* never closed',
    'SELECT `never closed',
  ])('%s', async (sql) => {
    const response = await ask(sql);
    expect(problemOf(response)).toMatchObject({ status: 400, code: 'sql_rejected' });
    expect(response.text).not.toMatch(/张三丰|root:/);
  });

  test('run for ever or eat the machine', async () => {
    const large = await ask('SELECT groupArray(number) FROM numbers(1000000000)');
    expect([400, 503]).toContain(problemOf(large)['status']);
    const page = await ask("SELECT repeat('x', 1000000) FROM numbers(60)");
    expect(problemOf(page)).toMatchObject({ code: 'resource_limit' });
  });

  test('leave no trace of values: the audit log has the statement without its literals', async () => {
    await ask(`SELECT count() FROM base.person WHERE id_number = '${ID}' /* 张三丰 */`).expect(200);
    await ask(`SELECT * FROM raw.secret WHERE name = '张三丰'`).expect(400);
    const { text, body } = await api.as('auditor').get('/api/audit?action=sql&limit=2');
    expect(text).not.toMatch(/张三丰|11010519491231002X/);
    expect(body).toMatchObject({
      entries: [
        {
          user: api.users.analyst.user,
          outcome: 'refused',
          detail: { sql: "SELECT * FROM raw.secret WHERE name = '…'" },
        },
        { outcome: 'ok', detail: { sql: "SELECT count() FROM base.person WHERE id_number = '…'" } },
      ],
    });
  });
});
