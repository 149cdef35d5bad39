import { cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { compileModel } from '../../pipelines/dbt/compile.ts';
import { buildGraph } from '../../pipelines/dbt/graph.ts';
import { loadProject } from '../../pipelines/dbt/project.ts';
import type { Project } from '../../pipelines/dbt/resolve.ts';
import { holds } from '../../pipelines/dbt/run-tests.ts';
import { csvRecords } from '../../pipelines/dbt/seed.ts';
import { selectNodes } from '../../pipelines/dbt/select.ts';
import { relationName } from '../../pipelines/dbt/types.ts';
import { fixtureProject } from '../support/dbt-fixture.ts';
import { temporaryDirectory } from '../support/platform.ts';

let project: Project;
beforeAll(async () => {
  project = await loadProject(fixtureProject);
});

/** The fixture project with some files added or replaced. */
const disposals: (() => Promise<void>)[] = [];
async function projectWith(files: Record<string, string>): Promise<Project> {
  const { path, dispose } = await temporaryDirectory();
  disposals.push(dispose);
  await cp(fixtureProject, path, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), text);
  }
  return loadProject(path);
}
afterAll(async () => {
  for (const dispose of disposals) await dispose();
});

const select = (...words: string[]): string[] =>
  [...selectNodes(project, buildGraph(project), { select: words })].toSorted();

describe('a dbt project', () => {
  test('configs come from folders, then properties, then the model itself', () => {
    const node = (name: string) => project.nodes.get(name);
    expect(node('std_dwelling')?.config).toMatchObject({ materialized: 'view', tags: ['nightly'] });
    expect(node('dwelling')?.config).toMatchObject({
      materialized: 'table',
      order_by: ['dwelling_no'],
      settings: { index_granularity: 1024 },
    });
    expect(node('month_use')?.config).toMatchObject({ order_by: ['dwelling_no'], partition_by: ['month'] });
    expect(node('code_state')?.config.column_types).toEqual({ sort: 'UInt8' });
    expect([...project.nodes.values()].map((each) => relationName(each.relation))).toEqual(
      expect.arrayContaining(['t_base.code_state', 'mart_t.latest']),
    );
  });

  test('an ephemeral model stands in the SQL in brackets, and the semicolon goes', () => {
    const node = project.nodes.get('dwelling');
    if (!node) throw new Error('the fixture has no dwelling');
    const sql = compileModel(project, node, { vars: project.vars, incremental: false });
    expect(sql).toMatch(/from \(\nwith ranked|from \(\n-- The last/);
    expect(sql).toMatch(/-- one row each\n\) as d/);
    expect(sql.endsWith('d.state')).toBe(true);
  });

  test('the order puts every model after what it reads, and the seed before the model whose test reads it', () => {
    const { order } = buildGraph(project);
    const at = (name: string): number => order.indexOf(name);
    for (const node of project.nodes.values())
      for (const ref of node.refs) expect(at(ref)).toBeLessThan(at(node.name));
    expect(at('code_state')).toBeLessThan(at('dwelling'));
  });

  test.each<[string[], string[]]>([
    [['dwelling'], ['dwelling']],
    [['mart_t.latest'], ['last_reading']],
    [['1+dwelling'], ['code_state', 'current_dwelling', 'dwelling']],
    [['+dwelling'], ['code_state', 'current_dwelling', 'dwelling', 'std_dwelling']],
    [['reading+'], ['last_reading', 'month_use', 'reading', 'summary']],
    [['source:raw.city__reading+1'], ['reading']],
    [['tag:nightly,path:models/base/reading.sql'], ['reading']],
    [
      ['marts', 'code_*'],
      ['code_state', 'last_reading', 'month_use', 'summary'],
    ],
    [['month_use code_state'], ['code_state', 'month_use']],
  ])('--select %j', (words, expected) => {
    expect(select(...words)).toEqual(expected);
  });

  test('--exclude takes away, and a selector that matches nothing is refused', () => {
    expect([
      ...selectNodes(project, buildGraph(project), { select: ['reading+'], exclude: ['marts'] }),
    ]).toEqual(['reading']);
    expect(() => select('no_such_model')).toThrow(/matches it/);
    expect(() => select('owner:me')).toThrow(/no method owner/);
  });

  test.each<[string, Record<string, string>, RegExp]>([
    [
      'a circle',
      { 'models/a.sql': "select 1 as x from {{ ref('b') }}", 'models/b.sql': "select * from {{ ref('a') }}" },
      /circle: a → b → a/,
    ],
    ['a missing ref', { 'models/a.sql': "select * from {{ ref('nowhere') }}" }, /a\.sql.*nowhere/],
    ['an unknown config', { 'models/a.sql': "{{ config(sortkey='x') }} select 1 as x" }, /a\.sql.*sortkey/s],
    [
      'the environment',
      { 'models/a.sql': "select '{{ env_var('HOME') }}' as x" },
      /env_var is not available/,
    ],
    ['two models of one name', { 'models/marts/reading.sql': 'select 1 as x' }, /the name reading is taken/],
    [
      'two models in one place',
      { 'models/marts/other.sql': "{{ config(alias='latest') }} select 1 as x" },
      /both be mart_t\.latest/,
    ],
    ['properties of nothing', { 'models/x.yml': 'models: [{name: ghost}]' }, /no model ghost/],
    [
      'an unknown test',
      { 'models/x.yml': 'models: [{name: summary, tests: [ghostly]}]' },
      /no macro test_ghostly/,
    ],
    ['a missing variable', { 'models/a.sql': "select {{ var('ghost') }} as x" }, /no variable ghost/],
  ])('%s is refused, naming the place', async (_what, files, message) => {
    await expect(projectWith(files).then(buildGraph)).rejects.toThrow(message);
  });
});

describe('small parts', () => {
  test('CSV records keep quotes, line ends and their line numbers', () => {
    expect(
      csvRecords('\uFEFFa,b\r\n"1\n2","x ""y"""\n\n3,', ',').map((record) => [record.line, record.fields]),
    ).toEqual([
      [1, ['a', 'b']],
      [2, ['1\n2', 'x "y"']],
      [5, ['3', '']],
    ]);
  });

  test.each([
    [0, '!=0', false],
    [1, '!=0', true],
    [10, '>10', false],
    [11, '> 10', true],
    [10, '>=10', true],
    [3, '<5', true],
    [4, '=4', true],
  ])('%i failures %s: %s', (count, threshold, expected) => {
    expect(holds(count, threshold)).toBe(expected);
  });
});
