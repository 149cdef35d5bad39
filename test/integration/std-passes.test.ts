/**
 * Standardising goes short ways: rows landing found plain are taken as they are, of the others only columns in doubt are read in full, and
 * what is later than all there is ends what it follows. None of it may be seen in the table.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import type { ElementName } from '../../domain/elements/index.ts';
import { type Dataset, defineDataset, type Field, tableName } from '../../ingestion/contract.ts';
import { datasets } from '../../ingestion/contracts/index.ts';
import { elementInputSql, fieldElement } from '../../ingestion/generate/field-element.ts';
import { plainOf } from '../../ingestion/generate/plain.ts';
import { plainNumber, rawDoubtsSql } from '../../ingestion/generate/plain-rows.ts';
import { ensureRawTables } from '../../ingestion/generate/raw-table.ts';
import { stdName } from '../../ingestion/generate/std-columns.ts';
import { homeModelFiles } from '../../ingestion/generate/std-model.ts';
import { buildModels, type ModelResult } from '../../pipelines/dbt/build.ts';
import { loadProject } from '../../pipelines/dbt/project.ts';
import type { Project } from '../../pipelines/dbt/resolve.ts';
import { MODELS_DIRECTORY } from '../../pipelines/runner.ts';
import { identifier } from '../../warehouse/engine/sql.ts';
import { hashOf } from '../support/landed-state.ts';
import { testPlatform, type TestPlatform } from '../support/platform.ts';
import { textsFor } from '../unit/domain/generators.ts';

const about = {
  reference: 'a test',
  owner: 'nobody',
  grain: 'one row per number',
  load: { strategy: 'incremental' },
  delivery: { shape: 'csv', encoding: 'utf-8' },
  cadence: 'daily',
  latenessDays: 1,
  level: 1,
  legalBasis: 'none',
} as const;
const number = {
  name: 'row_no',
  source: '编号',
  element: 'identifier',
  required: true,
  onInvalid: 'reject',
} as const;

/** A field of each kind there is, for none of which a value must be readable. */
const kinds = new Map<string, Field>();
for (const field of datasets.flatMap(({ fields }) => fields))
  kinds.set(
    [field.element, field.codes, field.unit, field.calendar, field.certificate && 'certificate'].join(' '),
    field,
  );
const kindOfCertificate = [...kinds.values()].findIndex(({ codes }) => codes === 'certificate_kind');
const fields = [...kinds.values()].map((field, at) => ({
  ...field,
  name: `f${at}`,
  certificate: field.certificate && `f${kindOfCertificate}`,
  source: `列${at}`,
  required: false,
  onInvalid: 'mark' as const,
  optionalColumn: false,
}));
const written = defineDataset({
  ...about,
  source: 'passes',
  dataset: 'written',
  zh: '写法',
  key: ['row_no'],
  fields: [number, ...fields],
});
const said = defineDataset({
  ...about,
  source: 'passes',
  dataset: 'said',
  zh: '说法',
  key: ['row_no'],
  fields: [number, { name: 'title', source: '名称', element: 'text', onInvalid: 'mark' }],
});

/** A table that follows what is said. */
const titles = {
  path: 'base/said_title.sql',
  content: `{{ config(materialized='table', order_by=['row_no'], meta={'follows': {'key': ['row_no'], 'inputs': {'${stdName(said)}': ['row_no']} } }) }}
select row_no, title from {{ ref('${stdName(said)}') }} where is_current = 1 and is_deleted = 0 and {{ touched('row_no') }}`,
};

/** What is said by another table, a partition of which is replaced whole, and what follows that. */
const replaced = [
  {
    path: 'base/said_kept.sql',
    content: `{{ config(materialized='incremental', incremental_strategy='insert_overwrite', partition_by='part', order_by=['row_no']) }}
select toUInt8(1) as part, row_no, title from {{ ref('${stdName(said)}') }} where is_current = 1 and is_deleted = 0`,
  },
  {
    path: 'base/said_kept_title.sql',
    content: `{{ config(materialized='table', order_by=['row_no'], meta={'follows': {'key': ['row_no'], 'inputs': {'said_kept': ['row_no']} } }) }}
select row_no, title from {{ ref('said_kept') }} where {{ touched('row_no') }}`,
  },
];

let platform: TestPlatform;
let project: Project;
beforeAll(async () => {
  platform = await testPlatform();
  await ensureRawTables(platform.warehouse, [written, said]);
  project = await loadProject(MODELS_DIRECTORY, [...homeModelFiles([written, said]), titles, ...replaced]);
});
afterAll(async () => {
  await platform.close();
});

/** What stands in raw of a row: its texts by source column, and what landing adds. */
interface Row {
  texts: Record<string, string>;
  op?: 'Insert' | 'Update' | 'Delete';
}
let batches = 0;

async function deliver(dataset: Dataset, day: string, rows: Row[]): Promise<void> {
  const batch = (batches += 1);
  const receivedAt = new Date(Date.UTC(2026, 1, 1, 0, batch));
  const sources = dataset.fields.map(({ source }) => source);
  const lines = rows.map(({ texts, op = 'Insert' }, at) =>
    JSON.stringify({
      ...Object.fromEntries(sources.map((name) => [name, texts[name] ?? ''])),
      _op: op,
      _row_no: at + 1,
    }),
  );
  const path = join(platform.config.home, `rows-${batch}.jsonl`);
  await writeFile(path, lines.join('\n'));
  const columns = sources.map(identifier);
  const key = identifier('编号');
  await platform.warehouse.insertFile(
    'JSONEachRow',
    `raw.${tableName(dataset)}`,
    [
      ...columns,
      '_op',
      '_loaded_at',
      '_batch_id',
      '_row_no',
      '_row_hash',
      '_key_hash',
      '_business_date',
      '_plain_as',
    ],
    path,
    [...columns.map((name) => `${name} String`), '_op String', '_row_no UInt64'].join(', '),
    (
      from,
    ) => `SELECT ${columns.join(', ')}, _op, fromUnixTimestamp64Milli(toInt64(${receivedAt.getTime()}), 'UTC'), ${batch}, _row_no,
      reinterpretAsUInt128(sipHash128(${columns.join(', ')})), reinterpretAsUInt128(sipHash128(${key})), toDate('${day}'),
      (${rawDoubtsSql(dataset)} = 0 AND _op != 'Delete') * ${plainNumber(dataset)} FROM ${from} AS delivered`,
    { lane: 'batch' },
  );
  const id = `delivery-${batch}`;
  const dates = { received_at: receivedAt, business_date: day };
  await platform.store.db
    .insertInto('delivery')
    .values({
      delivery_id: id,
      dataset: `${dataset.source}.${dataset.dataset}`,
      file_name: id,
      sha256: 'a'.repeat(64),
      bytes: 1,
      encoding: 'utf-8',
      ...dates,
      state: 'loaded',
      refusal: null,
      origin: null,
      object_key: null,
    })
    .execute();
  await platform.store.db
    .insertInto('batch')
    .values({
      batch_id: batch,
      delivery_id: id,
      dataset: `${dataset.source}.${dataset.dataset}`,
      state: 'loaded',
      loaded_at: receivedAt,
      started_at: receivedAt,
      finished_at: receivedAt,
    })
    .execute();
}

async function build(model: string, full = false, aside_rows?: number): Promise<ModelResult> {
  const vars = { ...project.vars, ...(aside_rows !== undefined && { aside_rows }) };
  const options = { asOf: '2026-02-28', select: [model], full };
  const [result] = await buildModels(platform, { ...project, vars }, options);
  if (result?.status !== 'built') throw new Error(result?.reason ?? result?.status ?? 'nothing');
  return result;
}

test('every value is what its element makes of its text, whichever way it went', async () => {
  const count = 300;
  const texts = fields.map((field) => {
    const plain = plainOf(field)?.source;
    const made = [
      ...textsFor(field.element as ElementName, count),
      ...(plain === undefined ? [] : fc.sample(fc.stringMatching(new RegExp(plain, 'u')), count)),
      ...[
        ...fieldElement(field)
          .parseSql('x')
          .matchAll(/'([^']+)'/g),
      ]
        .slice(0, count)
        .map(([, word = '']) => word),
    ];
    return { source: field.source, made };
  });
  // Rows in which every text is plain are few among garbage: half of the rows have one text of the others at most.
  const plainTexts = fields.map((field) => {
    const form = plainOf(field);
    const found = form
      ? (texts.find(({ source }) => source === field.source)?.made ?? []).filter((text) => form.test(text))
      : [];
    return { source: field.source, made: ['', ...found] };
  });
  const pick = (made: readonly string[], at: number): string => made[at % made.length] ?? '';
  const rows = Array.from({ length: 2 * count }, (_, at) => ({
    texts: {
      编号: `N${String(at).padStart(5, '0')}`,
      ...Object.fromEntries(
        texts.map(({ source, made }, field) => [
          source,
          at < count || at % (2 * fields.length) === field
            ? pick(made, at)
            : pick(plainTexts[field]?.made ?? [''], at),
        ]),
      ),
    },
  }));
  // Nothing at all is plain too.
  await deliver(written, '2026-01-01', [...rows, { texts: { 编号: 'N99999' } }]);
  const plain = await platform.warehouse.value(
    `SELECT toUInt32(countIf(_plain_as != 0)) FROM raw.passes__written`,
    z.number(),
  );
  expect(plain).toBeGreaterThan(count / 4);
  await build(stdName(written));
  const values = written.fields.map((field) => {
    const { normaliseSql, parseSql } = fieldElement(field);
    return {
      name: field.name,
      sql: `arrayMap(value -> ${parseSql('value')}, [${normaliseSql(elementInputSql(written, field, ({ source }) => identifier(source)))}])[1]`,
    };
  });
  for (const { name, sql } of values) {
    const wrong = await platform.warehouse.rows(
      `SELECT toString(std.${name}) AS is, toString(expected) AS must, text FROM base.${stdName(written)} AS std
       INNER JOIN (SELECT _row_no, ${sql} AS expected, ${identifier(written.fields.find((field) => field.name === name)?.source ?? '')} AS text FROM raw.passes__written) AS told USING (_row_no)
       WHERE NOT (std.${name} <=> expected) LIMIT 3`,
      z.unknown(),
      { lane: 'batch' },
    );
    expect({ name, wrong }).toEqual({ name, wrong: [] });
  }
  await expectSameFromAside(stdName(written));
});

/** As of a table so large that the rows that are not plain are put aside. */
async function expectSameFromAside(model: string): Promise<void> {
  const { hash } = await build(model, true);
  const run = jest.spyOn(platform.warehouse, 'run');
  try {
    expect((await build(model, true, 1)).hash).toBe(hash);
    const put = run.mock.calls.filter(([sql]) => sql.includes(`${model}__aside0\` ENGINE = Memory`));
    expect(put).toHaveLength(1);
  } finally {
    run.mockRestore();
  }
  const left = `SELECT toUInt32(count()) FROM system.tables WHERE endsWith(name, '__aside0')`;
  expect(await platform.warehouse.value(left, z.number(), { lane: 'batch' })).toBe(0);
}

test('later statements end those they follow, and what follows the table takes their keys anew: both are as made at once', async () => {
  const row = (key: number, title: string, op: Row['op'] = 'Insert'): Row => ({
    texts: { 编号: `K${key}`, 名称: title },
    op,
  });
  const keys = Array.from({ length: 40 }, (_, key) => key);
  const deliveries: [string, Row[]][][] = [
    [['2026-01-01', keys.map((key) => row(key, '一'))]],
    // Changed, gone and new.
    [['2026-01-05', [row(1, '二'), row(2, ' 二 '), row(3, '一', 'Delete'), row(50, '新')]]],
    // Corrected on the same day; of two days at once, one key in both; what was gone comes back.
    [['2026-01-05', [row(1, '三'), row(50, '旧')]]],
    [
      ['2026-01-06', [row(1, '四'), row(4, '四'), row(3, '回')]],
      ['2026-01-09', [row(4, '五'), row(5, '五')]],
    ],
    // About a day before: keys are taken anew.
    [['2026-01-03', [row(6, '迟')]]],
    [['2026-01-10', [row(6, '末'), row(7, '末')]]],
  ];
  const content = `SELECT * FROM base.${stdName(said)}`;
  const taken: (number | undefined)[] = [];
  for (const some of deliveries) {
    for (const [day, rows] of some) await deliver(said, day, rows);
    const byTheWay = await build(stdName(said));
    const held = await hashOf(platform, content);
    const followed = await build('said_title');
    await build('said_kept');
    const { hash, touched } = await build('said_kept_title');
    expect({ hash, touched }).toEqual({ hash: followed.hash, touched: followed.touched });
    const anew = await build(stdName(said), true);
    expect({ hash: byTheWay.hash, held }).toEqual({ hash: anew.hash, held: await hashOf(platform, content) });
    const whole = await build('said_title', true);
    expect(followed.hash).toBe(whole.hash);
    taken.push(followed.touched);
  }
  await expectSameFromAside(stdName(said));
  expect(taken).toEqual([undefined, 4, 2, 4, 1, 2]);
});
