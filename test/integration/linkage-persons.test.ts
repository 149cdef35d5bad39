/** Who is who, on real stores: linked, asked, decided, undone, and the same whether records came together or one after the other. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { personIdSql } from '../../pipelines/linkage/persons/records.ts';
import { linkPersons } from '../../pipelines/linkage/persons/step.ts';
import { decide, eventsHappened, reviewsWaiting, undo } from '../../pipelines/linkage/persons/store.ts';
import { whyLinked } from '../../pipelines/linkage/why.ts';
import { type TestPlatform, testPlatform } from '../support/platform.ts';

let platform: TestPlatform;
beforeAll(async () => {
  platform = await testPlatform();
});
afterAll(() => platform.close());

const ZHANG = '439901198001010011';
const LI = '439901198502020028';
type Row = [
  key: string,
  number: string,
  name: string,
  sex: string,
  birth: string,
  phone: string,
  application: string,
];
const KNOWN: Row[] = [
  ['made.register:id_number:01', ZHANG, '张伟明', '1', '1980-01-01', '15400000001', 'SQ1'],
  ['made.register:id_number:02', LI, '李静', '2', '1985-02-02', '15400000002', 'SQ1'],
  ['made.fund:id_number:01', ZHANG, '张伟明', '', '', '', ''],
];
const OPEN: Row[] = [
  // Everything but the number.
  ['made.member:id_number:01', '', '張偉明', '1', '1980-01-01', '15400000001', 'SQ1'],
  // A name and the application: a person is asked.
  ['made.occupant:id_number:01', '', '李静', '', '', '', ''],
  // Nobody known, twice.
  ['made.member:id_number:07', '', '欧阳雪', '2', '1990-07-07', '15400000007', 'SQ7'],
  ['made.contract:tenant_id_number:07', '', '欧阳雪', '', '', '15400000007', 'SQ7'],
];
const TABLE = `record_key String, source_dataset String, id_number String, person_name String, sex_code String,
  birth_date Nullable(Date32), phone String, employer String, address String, application_no String, register_no String`;

/** The records as the model would have them; its comment has the content's hash. */
async function records(of: TestPlatform, rows: readonly Row[]): Promise<void> {
  const { warehouse } = of;
  const values = rows.map(([key, number, name, sex, birth, phone, application]) => {
    const texts = [key, key.split(':')[0] ?? '', number, name, sex].map((text) => `'${text}'`).join(', ');
    return `(${texts}, ${birth === '' ? 'NULL' : `'${birth}'`}, '${phone}', '', '', '${application}', '')`;
  });
  const stamp = JSON.stringify({ hash: rows.map(([key]) => key).join() });
  await warehouse.run(
    `CREATE OR REPLACE TABLE base.person_record (${TABLE}) ENGINE = MergeTree ORDER BY record_key COMMENT '${stamp}'`,
  );
  await warehouse.run(`INSERT INTO base.person_record VALUES ${values.join(', ')}`);
  // Who else lives in the city: chance agreement must be worth something.
  await warehouse.run(
    `INSERT INTO base.person_record SELECT concat('made.city:id_number:', toString(number)), 'made.city', toString(500000000000000000 + number * 7),
       concat('陈', char(0xE4, 0xB9, 0x80 + number % 64)), toString(1 + number % 2), toDate32('1950-01-01') + number * 11, '', '', '', '', '' FROM numbers(1500)`,
  );
  await warehouse.run(
    `CREATE OR REPLACE VIEW base.person_link AS
     SELECT records.record_key AS record_key, if(links.person_id != '', links.person_id, if(records.id_number = '', '', ${personIdSql('records.id_number')})) AS person_id,
       multiIf(links.person_id != '', links.how, records.id_number != '', 'number', '') AS how
     FROM base.person_record AS records LEFT JOIN linkage.person_link AS links ON records.record_key = links.record_key`,
  );
}

const linksOf = async (of: TestPlatform): Promise<Record<string, string>> => {
  const rows = await of.warehouse.rows(
    'SELECT record_key AS key, person_id AS id FROM linkage.person_link ORDER BY key',
    z.object({ key: z.string(), id: z.string() }),
  );
  return Object.fromEntries(rows.map(({ key, id }) => [key, id]));
};
const idOf = (number: string): Promise<string> =>
  platform.warehouse.value(`SELECT ${personIdSql(`'${number}'`)}`, z.string());

test('records without a number are linked, asked about or left alone, and nothing is done twice', async () => {
  await records(platform, [...KNOWN, ...OPEN]);
  expect(await linkPersons(platform)).toMatchObject({ skipped: false, links: 3 });
  const links = await linksOf(platform);
  expect(links['made.member:id_number:01']).toBe(await idOf(ZHANG));
  expect(links['made.member:id_number:07']).toMatch(/^u/);
  expect(links['made.contract:tenant_id_number:07']).toBe(links['made.member:id_number:07']);
  expect(await linkPersons(platform)).toMatchObject({ skipped: true });
  expect((await eventsHappened(platform.store, 10)).map(({ kind }) => kind)).toEqual(['linked', 'linked']);
});

test('a decision is data of the next run; undone, everything is as before; both are kept as events', async () => {
  const before = await linksOf(platform);
  const li = `person:${await idOf(LI)}`;
  const decisionId = await decide(platform.store, {
    a: 'made.occupant:id_number:01',
    b: li,
    verdict: 'same',
    author: 'wang',
    reason: 'asked the tenant',
  });
  await expect(
    decide(platform.store, {
      a: li,
      b: 'made.occupant:id_number:01',
      verdict: 'different',
      author: 'wang',
      reason: 'no',
    }),
  ).rejects.toMatchObject({ code: 'conflict' });
  await linkPersons(platform);
  expect(await linksOf(platform)).toEqual({ ...before, 'made.occupant:id_number:01': await idOf(LI) });
  expect((await reviewsWaiting(platform.store, 10)).pairs.map(({ a }) => a)).not.toContain(
    'made.occupant:id_number:01',
  );
  const why = await whyLinked(platform, { entity: 'person', a: 'made.occupant:id_number:01', b: li });
  expect(why).toMatchObject({
    ...{ same: true, because: `Somebody decided so: decision ${decisionId} (same).` },
    decisions: [{ decision_id: decisionId, undone_by: null }],
    events: [{ kind: 'linked', author: `decision ${decisionId}` }],
  });
  await undo(platform.store, decisionId, { author: 'wang', reason: 'mixed them up' });
  await linkPersons(platform);
  expect(await linksOf(platform)).toEqual(before);
  expect(
    (await eventsHappened(platform.store, 10)).map(({ kind, author }) => [kind, author]).slice(0, 2),
  ).toEqual([
    ['unlinked', 'persons 4'],
    ['linked', `decision ${decisionId}`],
  ]);
});

test('why: weights by comparison add up, and no value is told', async () => {
  const why = await whyLinked(platform, {
    ...{ entity: 'person', a: 'made.member:id_number:01', b: await idOf(ZHANG) },
  } as const);
  expect(why.same).toBe(true);
  expect(why.evidence.reduce((sum, { weight }) => sum + (weight ?? 0), 0)).toBeCloseTo(
    why.sum?.weight ?? NaN,
    0,
  );
  expect(why.evidence).toContainEqual({ comparison: 'birth', level: 'equal', weight: expect.any(Number) });
  expect(JSON.stringify(why)).not.toMatch(/張|张|1980|154000/);
  const apart = await whyLinked(platform, { entity: 'person', a: await idOf(ZHANG), b: await idOf(LI) });
  expect(apart).toMatchObject({ same: false, a: { how: 'number' }, b: { how: 'number' } });
});

test('records that came one after the other are linked as if they had come together', async () => {
  const together = await linksOf(platform);
  await platform.store.db.deleteFrom('identity_crosswalk').execute();
  for (const n of [1, 2, 3, 4]) {
    await records(platform, [...KNOWN, ...OPEN.slice(0, n)]);
    await linkPersons(platform);
  }
  expect(await linksOf(platform)).toEqual(together);
  // The person who turns up with a number after all keeps one id from then on, and the record says where it was.
  const late: Row = [
    'made.register:id_number:07',
    '439901199007070024',
    '欧阳雪',
    '2',
    '1990-07-07',
    '15400000007',
    'SQ7',
  ];
  await records(platform, [...KNOWN, ...OPEN, late]);
  await linkPersons(platform);
  const links = await linksOf(platform);
  expect(links['made.member:id_number:07']).toBe(await idOf('439901199007070024'));
  const [event] = await eventsHappened(platform.store, 1);
  expect(event).toMatchObject({ kind: 'merge', from_id: together['made.member:id_number:07'] });
});
