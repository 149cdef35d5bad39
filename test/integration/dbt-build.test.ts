import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { z } from 'zod';
import { buildModels } from '../../pipelines/dbt/build.ts';
import type { BuildOptions, ModelResult } from '../../pipelines/dbt/build.ts';
import { changeLeaving, putLeavingAside } from '../../pipelines/dbt/leaving.ts';
import { loadProject } from '../../pipelines/dbt/project.ts';
import { temporaryDirectory, testPlatform } from '../support/platform.ts';
import type { TestPlatform } from '../support/platform.ts';
import { deliver, fixtureProject, prepareRaw } from '../support/dbt-fixture.ts';

let platform: TestPlatform;
let project: { path: string; dispose: () => Promise<void> };

beforeAll(async () => {
  platform = await testPlatform();
  project = await temporaryDirectory();
  await cp(fixtureProject, project.path, { recursive: true });
  await prepareRaw(platform);
  await deliver(platform, 'city.dwelling', 1, "('A', '1', '3', 1), ('B', '2', '2', 1)");
  await deliver(
    platform,
    'city.reading',
    2,
    "('A', '2026-01-01', '1.5', 2), ('A', '2026-01-31', '4', 2), ('B', '2026-01-01', '7', 2)",
  );
});
afterAll(async () => {
  await platform.close();
  await project.dispose();
});

const build = async (options: Partial<BuildOptions> = {}): Promise<ModelResult[]> =>
  buildModels(platform, await loadProject(project.path), { asOf: '2026-01-31', ...options });
const statuses = (results: ModelResult[]): Record<string, string> =>
  Object.fromEntries(results.map((result) => [result.name, result.status]));
const texts = async (sql: string): Promise<string> =>
  JSON.stringify(
    (await platform.warehouse.rows(sql, z.record(z.string(), z.unknown()))).map((row) => Object.values(row)),
  );
const edit = async (path: string, change: (text: string) => string): Promise<void> => {
  const file = join(project.path, path);
  await writeFile(file, change(await readFile(file, 'utf8')));
};

describe('the dbt runner', () => {
  test('builds every materialisation in dependency order, into the databases named', async () => {
    const results = await build();
    expect(new Set(Object.values(statuses(results)))).toEqual(new Set(['built']));
    expect(results.map((result) => result.model).toSorted()).toEqual([
      'mart_t.latest',
      'mart_t.month_use',
      'mart_t.summary',
      't_base.code_state',
      't_base.dwelling',
      't_base.reading',
      't_base.std_dwelling',
    ]);
    expect(await texts('SELECT dwelling_no, state_name FROM t_base.dwelling ORDER BY 1')).toBe(
      '[["A","空置, 待分配"],["B","已出租 \\"甲\\""]]',
    );
    expect(await texts('SELECT dwelling_no, toString(used) FROM mart_t.month_use ORDER BY 1')).toBe(
      '[["A","2.5"],["B","0"]]',
    );
    expect(await texts("SELECT name FROM system.tables WHERE database LIKE '%\\_\\_build'")).toBe('[]');
    const tests = results.flatMap((result) => result.tests);
    expect(tests).toHaveLength(9);
    expect(tests.every((each) => each.state === 'passed')).toBe(true);
  });

  test('a second build does nothing, and hashes do not depend on the order of rows', async () => {
    const before = await build({ full: true });
    const again = await build();
    expect(new Set(Object.values(statuses(again)))).toEqual(new Set(['skipped']));
    expect(again.map((result) => result.hash)).toEqual(before.map((result) => result.hash));
  });

  test('new rows reach exactly the models that read them, by each strategy', async () => {
    await deliver(platform, 'city.reading', 3, "('A', '2026-02-10', '9', 3), ('B', '2026-01-31', '7.25', 3)");
    const results = await build();
    expect(statuses(results)).toEqual({
      code_state: 'skipped',
      std_dwelling: 'skipped',
      dwelling: 'skipped',
      reading: 'built',
      last_reading: 'built',
      month_use: 'built',
      summary: 'built',
    });
    expect(await texts('SELECT count() FROM t_base.reading')).toBe('[["5"]]');
    expect(await texts('SELECT dwelling_no, month, toString(used) FROM mart_t.month_use ORDER BY 1, 2')).toBe(
      '[["A",202601,"2.5"],["A",202602,"0"],["B",202601,"0.25"]]',
    );
    expect(await texts('SELECT dwelling_no, toString(read_on) FROM mart_t.latest ORDER BY 1')).toBe(
      '[["A","2026-02-10"],["B","2026-01-01"]]',
    );
    const full = await build({ full: true, select: ['reading', 'month_use'] });
    expect(full.map((result) => result.hash)).toEqual(
      results.filter((result) => ['reading', 'month_use'].includes(result.name)).map((result) => result.hash),
    );
  });

  test('a new as-of date builds again only what names it', async () => {
    const results = await build({ asOf: '2026-02-28' });
    expect(results.filter((result) => result.status === 'built').map((result) => result.name)).toEqual([
      'summary',
    ]);
    expect(await texts('SELECT as_of FROM mart_t.summary')).toBe('[["2026-02-28"]]');
  });

  test('a failed gate keeps the old table, blocks what reads it, and is tried again', async () => {
    const old = await texts('SELECT * FROM t_base.dwelling ORDER BY 1');
    await deliver(platform, 'city.dwelling', 4, "('C', '9', '6', 4)");
    const results = await build({ asOf: '2026-02-28' });
    const dwelling = results.find((result) => result.name === 'dwelling');
    expect(dwelling).toMatchObject({ status: 'failed', rows: 2 });
    expect(dwelling?.reason).toContain('accepted_values_dwelling_state_1_2: 1 failing');
    expect(dwelling?.tests).toContainEqual({
      test: 'at_most_dwelling_rooms_5',
      severity: 'warn',
      state: 'warned',
      failures: 1,
    });
    expect(statuses(results)['summary']).toBe('blocked');
    expect(results.find((result) => result.name === 'summary')?.reason).toBe(
      't_base.dwelling failed its tests',
    );
    expect(await texts('SELECT * FROM t_base.dwelling ORDER BY 1')).toBe(old);
    expect(statuses(await build({ asOf: '2026-02-28' }))['dwelling']).toBe('failed');
    await deliver(platform, 'city.dwelling', 5, "('C', '2', '6', 5)");
    expect(statuses(await build({ asOf: '2026-02-28' }))).toMatchObject({
      dwelling: 'built',
      summary: 'built',
    });
  });

  test('SQL the engine refuses is that model’s failure, not the run’s', async () => {
    await edit('models/marts/summary.sql', (text) => text.replace('sum(used)', 'sum(no_such_column)'));
    const results = await build({ asOf: '2026-02-28' });
    expect(statuses(results)).toMatchObject({ summary: 'failed', dwelling: 'skipped' });
    await edit('models/marts/summary.sql', (text) => text.replace('sum(no_such_column)', 'sum(used)'));
    expect(statuses(await build({ asOf: '2026-02-28' }))['summary']).toBe('skipped');
  });

  test('a changed text or storage starts an incremental model afresh; a view may become a table', async () => {
    await edit('models/marts/last_reading.sql', (text) => text.replace('as value', 'as last_value'));
    await edit('models/base/std_dwelling.sql', (text) => text.replace("'view'", "'table'"));
    const results = await build({ asOf: '2026-02-28' });
    expect(statuses(results)).toMatchObject({
      last_reading: 'built',
      std_dwelling: 'built',
      reading: 'skipped',
    });
    expect(await texts('SELECT dwelling_no, toString(last_value) FROM mart_t.latest ORDER BY 1')).toBe(
      '[["A","9"],["B","7.25"]]',
    );
    expect(
      await texts("SELECT engine FROM system.tables WHERE database = 't_base' AND name = 'std_dwelling'"),
    ).toBe('[["MergeTree"]]');
  });

  test('rows an incremental model wrote by another text reach who reads only what is new', async () => {
    const latest = (): Promise<string> =>
      texts('SELECT dwelling_no, toString(last_value) FROM mart_t.latest ORDER BY 1');
    for (const [from, to, then] of [
      ['toDecimal64(value, 2)', 'toDecimal64(value, 2) * 10', '[["A","90"],["B","72.5"]]'],
      ['toDecimal64(value, 2) * 10', 'toDecimal64(value, 2)', '[["A","9"],["B","7.25"]]'],
    ] as const) {
      await edit('models/base/reading.sql', (text) => text.replace(from, to));
      const results = await build({ asOf: '2026-02-28' });
      expect(statuses(results)).toMatchObject({
        reading: 'built',
        last_reading: 'built',
        month_use: 'built',
      });
      expect(await latest()).toBe(then);
    }
  });

  test('rows that leave are found by where they lie, in many parts and merged ones too', async () => {
    const { warehouse } = platform;
    const options = { lane: 'batch', tag: 'leaving' } as const;
    for (const [name, parts] of [
      ['few', 2],
      ['many', 6],
      ['merged', 3],
    ] as const) {
      const target = { database: 't_base__build', name };
      const place = `t_base__build.${name}`;
      await warehouse.run(
        `CREATE TABLE ${place} (key UInt64, part UInt8) ENGINE = MergeTree ORDER BY key PARTITION BY ${name === 'many' ? 'part' : 'tuple()'}`,
        options,
      );
      for (let part = 0; part < parts; part += 1)
        await warehouse.run(`INSERT INTO ${place} SELECT number, ${part} FROM numbers(100)`, options);
      const where = 'key % 10 = 3';
      const relation = { database: 't_base', name };
      const leaving = await putLeavingAside(
        warehouse,
        relation,
        { target, where, columns: ['key'] },
        options,
      );
      expect(await texts(`SELECT count() FROM t_base__build.${leaving.name}`)).toBe(`[["${10 * parts}"]]`);
      if (name === 'merged') await warehouse.run(`OPTIMIZE TABLE ${place} FINAL`, options);
      await changeLeaving(warehouse, { target, leaving, where }, [`DELETE FROM ${place}`, ''], options);
      expect(await texts(`SELECT count(), countIf(${where}) FROM ${place}`)).toBe(`[["${90 * parts}","0"]]`);
    }
  });

  test('a table has the columns its query gives, also where another text or a hand changed them', async () => {
    const types = (): Promise<string> =>
      texts(
        "SELECT type FROM system.columns WHERE database = 'mart_t' AND table = 'summary' ORDER BY position",
      );
    const run = jest.spyOn(platform.warehouse, 'run');
    const built = async (): Promise<string[]> => {
      run.mockClear();
      await build({ asOf: '2026-02-28', full: true, select: ['summary'] });
      return run.mock.calls.map(([sql]) => sql);
    };
    await built();
    const before = await types();
    // Nothing that its columns follow from has changed: the engine is not asked for them.
    expect(await built()).toContain('CREATE TABLE `mart_t__build`.`summary` AS `mart_t`.`summary`');
    await edit('models/marts/month_use.sql', (text) =>
      text.replace('max(value) - min(value)', 'toFloat64(max(value))'),
    );
    await build({ asOf: '2026-02-28' });
    expect(await types()).toBe(before.replace(/Nullable\(Decimal[^"]*|Decimal[^"]*/, 'Float64'));
    await platform.warehouse.run('ALTER TABLE mart_t.summary MODIFY COLUMN used String');
    await built();
    expect(await types()).toContain('Float64');
    run.mockRestore();
  });

  test('columns of a view that changed in this run reach the tables that read it', async () => {
    const rooms = (): Promise<string> =>
      texts(
        "SELECT type FROM system.columns WHERE database = 't_base' AND table = 'dwelling' AND name = 'rooms'",
      );
    await edit('models/base/std_dwelling.sql', (text) => text.replace("'table'", "'view'"));
    await build({ asOf: '2026-02-28' });
    await build({ asOf: '2026-02-28', full: true });
    expect(await rooms()).toBe('[["UInt8"]]');
    await edit('models/base/std_dwelling.sql', (text) => text.replace('toUInt8OrZero', 'toUInt16OrZero'));
    await build({ asOf: '2026-02-28' });
    expect(await rooms()).toBe('[["UInt16"]]');
  });

  test('the engine is asked for the columns of an increment once, and again where anything they follow from changed', async () => {
    const ran = jest.spyOn(platform.warehouse, 'run');
    const asked = jest.spyOn(platform.warehouse, 'rows');
    let batch = 100;
    const days = { from: 1 };
    /** What adding a day's reading to `latest` asked of the engine. */
    const grow = async (): Promise<string[]> => {
      const day = `2026-03-${String((days.from += 1)).padStart(2, '0')}`;
      await deliver(platform, 'city.reading', (batch += 1), `('A', '${day}', '${days.from}', ${batch})`);
      ran.mockClear();
      asked.mockClear();
      const results = await build({ asOf: '2026-02-28' });
      expect(statuses(results)['last_reading']).toBe('built');
      expect(
        await texts(
          "SELECT toString(read_on), toFloat64(last_value) FROM mart_t.latest WHERE dwelling_no = 'A'",
        ),
      ).toBe(`[["${day}",${days.from}]]`);
      const all = [...ran.mock.calls, ...asked.mock.calls].map(([sql]) => sql);
      return [
        ...(all.some((sql) => sql.startsWith('DESCRIBE') && sql.includes('last_value')) ? ['columns'] : []),
        ...(all.some((sql) => /^CREATE TABLE \S*latest__fresh` AS `/.test(sql)) ? ['like the table'] : []),
        ...(all.some((sql) => /^CREATE TABLE \S*latest__fresh`\nENGINE/.test(sql)) ? ['as the query'] : []),
      ];
    };
    const type = (column: string): Promise<string> =>
      texts(
        `SELECT type FROM system.columns WHERE database = 'mart_t' AND table = 'latest' AND name = '${column}'`,
      );
    expect(await grow()).toEqual(['columns', 'like the table']);
    expect(await grow()).toEqual(['like the table']);
    // What it reads has another type: the model is built whole, and so has its table.
    await edit('models/marts/last_reading.sql', (text) =>
      text
        .replace('as last_value', 'as last_value, any(d.rooms) as rooms')
        .replace(
          "{{ ref('reading') }} as r",
          "{{ ref('reading') }} as r left join {{ ref('dwelling') }} as d on d.dwelling_no = r.dwelling_no",
        )
        .replace('group by dwelling_no', 'group by r.dwelling_no'),
    );
    expect(await grow()).toEqual([]);
    expect(await grow()).toEqual(['columns', 'like the table']);
    await edit('models/base/std_dwelling.sql', (text) => text.replace('toUInt16OrZero', 'toUInt32OrZero'));
    expect(await grow()).toEqual(['columns']);
    expect(await type('rooms')).toBe('[["UInt32"]]');
    expect(await grow()).toEqual(['columns', 'like the table']);
    // What it reads is written by another text: it starts afresh, and nobody needs to ask.
    await edit('models/base/reading.sql', (text) =>
      text.replace('toDecimal64(value, 2)', 'toFloat64(value)'),
    );
    expect(await grow()).toEqual([]);
    expect(await type('last_value')).toBe('[["Float64"]]');
    expect(await grow()).toEqual(['columns', 'like the table']);
    // One that may not start afresh is not asked; its query names the columns.
    await edit('models/marts/last_reading.sql', (text) =>
      text.replace("alias='latest'", "alias='latest', full_refresh=false"),
    );
    expect(await grow()).toEqual(['as the query']);
    expect(await grow()).toEqual(['like the table']);
    await edit('models/marts/last_reading.sql', (text) =>
      text.replace('max(r.read_on) as read_on', 'max(r.read_on) + 0 as read_on'),
    );
    expect(await grow()).toEqual(['as the query']);
    expect(await grow()).toEqual(['like the table']);
    await platform.warehouse.run('ALTER TABLE mart_t.latest MODIFY COLUMN last_value Nullable(Float64)');
    expect(await grow()).toEqual(['as the query']);
    expect(await grow()).toEqual(['as the query']);
    ran.mockRestore();
    asked.mockRestore();
  });

  test('a table made by other hands is taken over', async () => {
    await platform.warehouse.run(
      'CREATE OR REPLACE TABLE mart_t.summary ENGINE = MergeTree ORDER BY tuple() AS SELECT 1 AS x',
    );
    expect(statuses(await build({ asOf: '2026-02-28' }))['summary']).toBe('built');
    expect(await texts('SELECT dwellings FROM mart_t.summary')).toBe('[["3"]]');
  });

  test('what tells the partition and is unique is looked for in the partitions that came', async () => {
    await edit(
      'models/base/base.yml',
      (text) =>
        `${text}  - name: month_use\n    columns:\n      - name: month\n        data_tests: [{ unique: { config: { where: month = 202704 } } }]\n`,
    );
    const readOn = async (dwelling: string, batch: number): Promise<string | undefined> => {
      await deliver(platform, 'city.reading', batch, `('${dwelling}', '2027-04-02', '9', ${batch})`);
      return statuses(await build({ asOf: '2026-02-28' }))['month_use'];
    };
    await build({ asOf: '2026-02-28' });
    const asked = jest.spyOn(platform.warehouse, 'rows');
    const whereLooked = (): (string | undefined)[] =>
      asked.mock.calls.flatMap(([sql]) =>
        [...sql.matchAll(/FROM (\S+) WHERE month = 202704/g)].map(([, relation]) => relation),
      );
    expect(await readOn('A', 201)).toBe('built');
    expect(whereLooked()).toEqual(['`mart_t__build`.`month_use__fresh`']);
    expect(await readOn('B', 202)).toBe('failed');
    expect(await texts('SELECT dwelling_no FROM mart_t.month_use WHERE month = 202704')).toBe('[["A"]]');
    await edit('models/base/base.yml', (text) => text.slice(0, text.lastIndexOf('  - name: month_use')));
    asked.mockRestore();
  });

  test('columns of an increment are asked of inputs without rows; of inputs as they are where a list must come of them', async () => {
    await edit('models/marts/month_use.sql', (text) =>
      text.replace(
        'where toYYYYMM',
        "where (select [1] from {{ ref('reading') }} limit 1)[1] = 1 and toYYYYMM",
      ),
    );
    await build({ asOf: '2026-02-28', select: ['month_use'] });
    const asked = jest.spyOn(platform.warehouse, 'rows');
    await deliver(platform, 'city.reading', 301, "('A', '2027-05-02', '9', 301)");
    expect(statuses(await build({ asOf: '2026-02-28' }))['month_use']).toBe('built');
    const described = asked.mock.calls.map(([sql]) => sql).filter((sql) => /^DESCRIBE[^;]*used/.test(sql));
    expect(described.map((sql) => sql.includes('`reading` WHERE false'))).toEqual([true, false]);
    asked.mockRestore();
  });
});
