/** The index over a handful of entries: what is found, in which order, by whom, and what is never said in clear. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { MODELS_DIRECTORY } from '../../pipelines/models-directory.ts';
import { refreshDocuments } from '../../pipelines/search/documents.ts';
import { searchKinds } from '../../pipelines/search/kinds.ts';
import { refreshSearch } from '../../pipelines/search/refresh.ts';
import { problemOf, type TestApi, testApi } from '../support/api.ts';

const ID = '430105199001011234';
const PHONE = '13812345678';
const here = { district_code: '439901', district_name: '安澜区' };
const there = { district_code: '439902', district_name: '望岳区' };

const rows: Record<string, object[]> = {
  'base.person': [
    { person_id: 'p1', person_name: '王伟', id_number: ID, phone: PHONE, employer: '安澜书店', ...here },
    { person_id: 'p2', person_name: '张王伟', employer: '王伟五金店', ...there },
    { person_id: 'p3', person_name: '李静', employer: '王伟五金店', ...there },
  ],
  'base.dwelling': [
    {
      house_code: 'H1',
      project_name: '锦绣家园（二期）',
      building_no: '3',
      unit_no: '1',
      room_no: '2703',
      delivered_on: '2020-01-01',
      ...here,
    },
    {
      house_code: 'H2',
      project_name: '锦绣家园',
      building_no: '4栋',
      room_no: '101',
      delivered_on: '2024-01-01',
      ...there,
    },
  ],
  'base.contract': [
    {
      contract_no: 'HT-2024-001',
      tenant_name: '李静',
      tenant_person_id: 'p3',
      starts_on: '2024-01-01',
      ...here,
    },
  ],
};

const propertiesSchema = z.object({
  models: z.array(z.object({ columns: z.array(z.object({ name: z.string(), data_type: z.string() })) })),
});

let api: TestApi;
const count = (sql: string, params = {}): Promise<number> =>
  api.platform.warehouse.value(sql, z.coerce.number(), { params });
const fill = async (table: string, values: object[]): Promise<void> => {
  if (values.length === 0) return;
  const lines = values.map((row) => JSON.stringify(row)).join('\n');
  await api.platform.warehouse.run(`INSERT INTO ${table} FORMAT JSONEachRow ${lines}`);
};
/** As the runner tells that a table has changed. */
const stamp = (table: string, text: string): Promise<void> =>
  api.platform.warehouse.run(`ALTER TABLE ${table} MODIFY COMMENT '${text}'`);

beforeAll(async () => {
  api = await testApi();
  const tables = new Set<string>(searchKinds.flatMap((kind) => [kind.table, ...kind.alsoReads]));
  for (const table of [...tables].filter((one) => one.startsWith('base.'))) {
    const name = table.replace('base.', '');
    const text = await readFile(`${MODELS_DIRECTORY}/base/${name}.yml`, 'utf8');
    const columns = propertiesSchema
      .parse(parse(text))
      .models.flatMap((model) => model.columns.map((column) => `${column.name} ${column.data_type}`));
    await api.platform.warehouse.run(
      `CREATE TABLE ${table} (${columns.join(', ')}) ENGINE = MergeTree ORDER BY tuple()`,
    );
    await fill(table, rows[table] ?? []);
  }
  await refreshSearch(api.platform);
});
afterAll(() => api.close());

const ask = async (words: string, role: 'leader' | 'staff' = 'leader', more: object = {}) => {
  const { body } = await api
    .as(role)
    .post('/api/search')
    .send({ words, ...more })
    .expect(200);
  return body as {
    found: {
      entity: string;
      key: string;
      foundBy: string;
      title: string;
      parts: { zh: string; value: string }[];
    }[];
    hasMore: boolean;
  };
};
const keys = async (...question: Parameters<typeof ask>) =>
  (await ask(...question)).found.map(({ key, foundBy }) => [key, foundBy]);

describe('a question', () => {
  test('finds titles that begin with it, then titles, then texts', async () => {
    expect(await keys('王伟')).toEqual([
      ['p1', 'title_start'],
      ['p2', 'title'],
      ['p3', 'text'],
    ]);
    expect(await keys('王')).toEqual([
      ['p1', 'title_start'],
      ['p2', 'title'],
      ['p3', 'text'],
    ]);
    // Somebody with a contract is newer than who has none.
    expect(await keys('店')).toEqual([
      ['p3', 'text'],
      ['p1', 'text'],
      ['p2', 'text'],
    ]);
  });

  test('wants every word, in any spelling of width, numeral and mark, the newest first', async () => {
    expect(await keys('锦绣')).toEqual([
      ['H2', 'title_start'],
      ['H1', 'title_start'],
    ]);
    expect(await keys('锦绣 三栋')).toEqual([['H1', 'title_start']]);
    expect(await keys('2期 2703')).toEqual([['H1', 'title']]);
    expect(await keys('锦绣 安澜')).toEqual([['H1', 'title_start']]);
    expect(await keys('锦绣 王伟')).toEqual([]);
    expect(await keys("'); DROP TABLE search.entry; --")).toEqual([]);
    expect(await keys('锦绣', 'leader', { entities: ['person'] })).toEqual([]);
    expect((await ask('锦绣', 'leader', { limit: 1 })).hasMore).toBe(true);
  });

  test('finds a case by its whole number', async () => {
    expect(await keys('ht-2024-001')).toEqual([['HT-2024-001', 'number']]);
  });

  test('without a letter is refused', async () => {
    const response = await api.as('leader').post('/api/search').send({ words: ' ，' });
    expect(problemOf(response)).toMatchObject({ code: 'bad_request' });
  });
});

describe('personal values', () => {
  test('are masked, and shown to those who may and say why', async () => {
    const value = (answer: Awaited<ReturnType<typeof ask>>) => [
      answer.found[0]?.title,
      answer.found[0]?.parts.find(({ zh }) => zh === '证件号码')?.value,
    ];
    expect(value(await ask('王伟 安澜书店', 'staff'))).toEqual(['王*', '430***********1234']);
    expect(value(await ask('王伟 安澜书店', 'staff', { reason: '核对证件' }))).toEqual(['王伟', ID]);
    await api.as('leader').post('/api/search').send({ words: '王伟', reason: '核对证件' }).expect(403);
  });

  test('identity and telephone numbers find their owner for those who may see them alone', async () => {
    for (const number of [ID, PHONE, '138 1234 5678']) {
      expect(await keys(number, 'staff')).toEqual([['p1', 'number']]);
      expect(await keys(number, 'leader')).toEqual([]);
    }
  });

  test('stand nowhere in clear: not in the index, not in the audit log', async () => {
    const columns = [
      'title',
      'text',
      'shown_title',
      'arrayStringConcat(shown_parts)',
      'arrayStringConcat(lookups)',
    ];
    for (const secret of [ID, PHONE])
      for (const column of columns)
        expect(
          await count(`SELECT countIf(position(${column}, {secret:String}) > 0) FROM search.entry`, {
            secret,
          }),
        ).toBe(0);
    const log = await api.platform.store.db.selectFrom('audit_log').selectAll().execute();
    expect(log.filter(({ action }) => action === 'search').length).toBeGreaterThan(0);
    expect(log.find(({ action }) => action === 'reveal')?.reason).toBe('核对证件');
    for (const secret of [ID, PHONE, '王伟']) expect(JSON.stringify(log)).not.toContain(secret);
  });
});

test('who sees one division finds what belongs to it, wherever a person is registered', async () => {
  await api.platform.store.db
    .updateTable('app_user')
    .set({ scope_division: '439901' })
    .where('user_name', '=', api.users.leader.user)
    .execute();
  try {
    expect(await keys('王伟')).toEqual([
      ['p1', 'title_start'],
      ['p3', 'text'],
    ]);
    expect(await keys('李静')).toEqual([
      ['HT-2024-001', 'title_start'],
      ['p3', 'title_start'],
    ]);
    expect(await keys('锦绣')).toEqual([['H1', 'title_start']]);
  } finally {
    await api.platform.store.db.updateTable('app_user').set({ scope_division: '' }).execute();
  }
});

test('documents are found by whom their pages are for, in their division', async () => {
  const { store } = api.platform;
  const fact = {
    rule: '疑似转租',
    level: 'high',
    place: '安澜区枫林苑',
    object: '43***01',
    since: '2026-01-01',
  };
  await store.db
    .insertInto('supervision_letter')
    .values({
      ...{
        letter_no: '安居督〔2026〕7号',
        addressee_kind: 'enterprise',
        addressee_id: 'e1',
        due_on: '2026-03-01',
      },
      ...{ addressee_zh: '清和运营公司', created_by: 'staff', street_code: '', community_code: '' },
      content: JSON.stringify({ demand: '限期整改', facts: [{ ...fact, evidence: '转租' }] }),
      district_code: '439901',
    })
    .execute();
  expect(await refreshDocuments(api.platform)).toBe(true);
  expect(await refreshDocuments(api.platform)).toBe(false);
  const refreshed = await refreshSearch(api.platform);
  expect(refreshed.find(({ entity }) => entity === 'supervision_letter')).toMatchObject({ written: 1 });
  const letter = [['supervision_letter:1', 'text']];
  expect(await keys('整改 枫林苑')).toEqual(letter);
  expect(await keys('安居督〔2026〕7号')).toEqual([['supervision_letter:1', 'number']]);
  // An analyst may search, and sees no letters of supervision.
  const asAnalyst = api.as('analyst');
  const { body } = await asAnalyst.post('/api/search').send({ words: '整改' }).expect(200);
  expect(body).toMatchObject({ found: [] });
  await asAnalyst
    .post('/api/search')
    .send({ words: '整改', entities: ['supervision_letter'] })
    .expect(403);
  const { body: known } = await asAnalyst.get('/api/search/entities').expect(200);
  expect((known as { entities: { entity: string }[] }).entities.map(({ entity }) => entity)).toEqual(
    expect.arrayContaining(['person', 'delivery', 'report']),
  );
  expect(JSON.stringify(known)).not.toContain('supervision_letter');
  const { body: report } = await asAnalyst.post('/api/search').send({ words: '督办单' }).expect(200);
  expect(report).toMatchObject({ found: [{ key: 'report:supervision_letter' }] });
  for (const [division, found] of [
    ['439901', letter],
    ['439902', []],
  ] as const) {
    await store.db.updateTable('app_user').set({ scope_division: division }).execute();
    expect(await keys('整改')).toEqual(found);
  }
  await store.db.updateTable('app_user').set({ scope_division: '' }).execute();
});

test('only what changed is written anew', async () => {
  const { warehouse } = api.platform;
  expect(await refreshSearch(api.platform)).toEqual([]);
  await warehouse.run(
    "ALTER TABLE base.dwelling UPDATE room_no = '2704' WHERE house_code = 'H1' SETTINGS mutations_sync = 2",
  );
  await stamp('base.dwelling', 'second');
  expect(await refreshSearch(api.platform)).toEqual([{ entity: 'dwelling', written: 1, removed: 1 }]);
  expect(await keys('锦绣 2704')).toEqual([['H1', 'title_start']]);
  expect(await keys('锦绣 2703')).toEqual([]);
  await warehouse.run("DELETE FROM base.dwelling WHERE house_code = 'H2'");
  await stamp('base.dwelling', 'third');
  expect(await refreshSearch(api.platform)).toEqual([{ entity: 'dwelling', written: 0, removed: 1 }]);
  expect(await keys('锦绣')).toEqual([['H1', 'title_start']]);
});
