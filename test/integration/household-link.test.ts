/** Which applications and registers are one household: by rules, in doubt, decided by people; every decision is told as an event and can be undone. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { buildModels } from '../../pipelines/dbt/build.ts';
import { loadProject } from '../../pipelines/dbt/project.ts';
import { decidedFiles } from '../../pipelines/linkage/decided.ts';
import { tellEntityEvents } from '../../pipelines/linkage/entity-events.ts';
import { eventsHappened } from '../../pipelines/linkage/persons/store.ts';
import type { Why } from '../../pipelines/linkage/why.ts';
import { testApi, type TestApi } from '../support/api.ts';
import { deliverFamilies } from '../support/families-town.ts';
import { temporaryDirectory } from '../support/platform.ts';
import { baseProjectOnHandMadeRows, createStdTables } from '../support/std-tables.ts';

const CENTRE = 'operations.application';
const POLICE = 'police.household_register';
let api: TestApi;
let project: Awaited<ReturnType<typeof temporaryDirectory>>;
let first: Said;
const made: number[] = [];

beforeAll(async () => {
  api = await testApi();
  project = await temporaryDirectory();
  await baseProjectOnHandMadeRows(project.path);
  await createStdTables(api.platform.warehouse);
  await deliverFamilies(api.platform.warehouse);
  first = await run();
}, 400_000);
afterAll(async () => {
  await api.close();
  await project.dispose();
});

interface Said {
  hash: string;
  events: number;
  household: Record<string, string>;
}

/** As a run builds: the decisions of the store as seeds, the links, then what moved as events. */
async function run(): Promise<Said> {
  const { platform } = api;
  const loaded = await loadProject(project.path, await decidedFiles(platform.store));
  const results = await buildModels(platform, loaded, {
    asOf: '2026-10-31',
    select: ['+household_link', 'code_marital_status'],
  });
  expect(
    results.flatMap(({ name, status, reason }) => (reason === undefined ? [] : [[name, status, reason]])),
  ).toEqual([]);
  const link = results.find(({ name }) => name === 'household_link');
  const built = new Set(results.filter(({ status }) => status === 'built').map(({ name }) => name));
  const rows = await platform.warehouse.rows(
    'SELECT source_no AS no, household_id AS id, how FROM base.household_link ORDER BY no',
    z.object({ no: z.string(), id: z.string(), how: z.string() }),
  );
  return {
    hash: link?.hash ?? '',
    events: await tellEntityEvents(platform, built),
    household: Object.fromEntries(rows.map(({ no, id, how }) => [no, `${id} ${how}`])),
  };
}

async function decide(
  a: string,
  b: string,
  verdict: 'same' | 'different',
  reason = '核对户口本',
): Promise<number> {
  const { body } = await api
    .as('staff')
    .post('/api/identity/decisions')
    .send({ entity: 'household', a, b, verdict, reason })
    .expect(200);
  made.push(body.decisionId);
  return body.decisionId;
}
const waiting = async (): Promise<string[]> => {
  const { body } = await api.as('staff').get('/api/identity/queue?entity=household').expect(200);
  return body.pairs.map(({ a, b }: { a: string; b: string }) => `${a} ${b}`).toSorted();
};
const doubtsOf = async (no: string): Promise<string[]> =>
  api.platform.warehouse.value(
    `SELECT doubts FROM base.household_link WHERE source_no = '${no}'`,
    z.array(z.string()),
  );

test('the rules link by the applicant, two people or most of a register; what is less, or stands against it, waits by agency', async () => {
  expect(first).toMatchObject({
    events: 0,
    household: {
      ...{ F1: 'F1 first', F2: 'F1 applicant', F3: 'F1 applicant', F4: 'F1 applicant' },
      ...{ G1: 'G1 first', G2: 'G2 first', G3: 'G2 applicant', H1: 'H1 first', H2: 'H1 members' },
      ...{ R1: 'F1 register', R2: ' ', R3: 'I1 register' },
    },
  });
  expect(await waiting()).toEqual([
    `${CENTRE}:F3 household:F1`,
    `${CENTRE}:F4 household:F1`,
    `${CENTRE}:G2 household:G1`,
    `${CENTRE}:H2 household:H1`,
    `${POLICE}:R2 household:G1`,
    `${POLICE}:R2 household:G2`,
  ]);
  expect([await doubtsOf('F3'), await doubtsOf('G2'), await doubtsOf('H2')]).toEqual([
    ['parted'],
    ['one person'],
    ['parted'],
  ]);
  const { body } = await api.as('staff').get('/api/identity/queue?entity=household').expect(200);
  expect(body.agencies.map(({ waiting: left }: { waiting: number }) => left)).toEqual([4, 2]);
});

test('a pair is shown with the people of both sides, masked', async () => {
  const pair = { entity: 'household', a: `${CENTRE}:G2`, b: 'household:G1' };
  const { body } = await api.as('staff').post('/api/identity/pair').send(pair).expect(200);
  const field = (name: string) => body.fields.find((one: { name: string }) => one.name === name);
  expect(field('applied_on')).toMatchObject({ a: '2022-02-01', b: '2020-02-01' });
  expect(field('members').a.split('、')).toHaveLength(2);
  expect(field('members').a).toMatch(/^.\*+.?、.\*+.?$/u);
  const whole = { ...pair, reason: '核对原件' };
  const shown = (await api.as('staff').post('/api/identity/pair/reveal').send(whole).expect(200)).body;
  expect(shown.fields.find((one: { name: string }) => one.name === 'members').a).not.toContain('*');
  expect(body).toMatchObject({ same: false, sum: null });
  const register = { ...pair, a: `${POLICE}:R2` };
  const police = (await api.as('staff').post('/api/identity/pair').send(register).expect(200)).body;
  expect(police.fields.find((one: { name: string }) => one.name === 'register_no').a).toBe('R2');
});

const why = async (a: string, b: string) =>
  (await api.as('staff').get('/api/identity/why').query({ entity: 'household', a, b }).expect(200)).body;
const failedOf = (body: Pick<Why, 'rules'>) =>
  Object.fromEntries(
    body.rules.map(({ rule, holds, failed }) => [
      rule,
      holds ? 'holds' : failed.map(({ comparison, level }) => `${comparison} ${level}`).join(', '),
    ]),
  );

test('why: whom two share, and what each rule lacks', async () => {
  const again = await why(`${CENTRE}:F2`, 'household:F1');
  expect(again).toMatchObject({ same: true, because: 'Linked: one by applicant, the other by first.' });
  expect(failedOf(again)).toMatchObject({ applicant: 'holds', members: 'holds' });
  const granny = await why(`${CENTRE}:G2`, 'household:G1');
  expect(granny).toMatchObject({ same: false, decisions: [], events: [] });
  expect(granny.evidence).toContainEqual({ comparison: 'grown-ups in both', level: '1', weight: null });
  expect(failedOf(granny)).toEqual({
    ...{ applicant: 'applicant different', members: 'two people or more not in both' },
  });
  const register = await why(`${POLICE}:R2`, 'household:G1');
  expect(register).toMatchObject({ same: false, a: { id: '', records: 1 } });
  expect(failedOf(register)).toEqual({
    register: 'most of the register not in both',
    register_applicant: 'applicant in the register not in both',
  });
  // Most of its people are of the household, though of none of its applications: the rule asks of all of them.
  for (const side of ['household:I1', `${CENTRE}:I2`]) {
    const spread = await why(`${POLICE}:R3`, side);
    expect(spread).toMatchObject({ same: true, a: { how: 'register', records: 1 } });
    expect(failedOf(spread)).toMatchObject({ register: 'holds' });
  }
  expect(await why(`${CENTRE}:F1`, `${CENTRE}:H1`)).toMatchObject({
    because: 'Not linked: nobody is in both.',
    evidence: [{ comparison: 'people in both', level: '0' }],
  });
  await api.as('analyst').get('/api/identity/why?entity=household&a=F1&b=F2').expect(403);
});

test('decided to be another, an application leaves its household, and who follows it then is asked about', async () => {
  const decision = await decide(`${CENTRE}:F3`, 'household:F1', 'different', '离婚后各自成户');
  const { household, events } = await run();
  expect(household).toEqual({ ...first.household, F3: 'F3 first' });
  expect(events).toBe(1);
  const [event] = await eventsHappened(api.platform.store, 1);
  expect(event).toMatchObject({
    ...{ entity: 'household', kind: 'split', from_id: 'F1', to_id: 'F3', records: [`${CENTRE}:F3`] },
    ...{ author: `decision ${decision}`, evidence: [{ comparison: 'first', level: '1 records' }] },
  });
  expect(await why(`${CENTRE}:F3`, 'household:F1')).toMatchObject({
    ...{ same: false, because: `Somebody decided so: decision ${decision} (different).` },
    decisions: [{ decisionId: decision, verdict: 'different', reason: '离婚后各自成户' }],
    events: [{ kind: 'split', fromId: 'F1', toId: 'F3' }],
  });
  // The last application of the same man fits both: it stays where the rule had it until somebody says.
  expect((await waiting()).filter((pair) => pair.startsWith(`${CENTRE}:F4`))).toEqual([
    `${CENTRE}:F4 household:F1`,
    `${CENTRE}:F4 household:F3`,
  ]);
  await decide(`${CENTRE}:F4`, 'household:F3', 'same');
  expect((await run()).household).toMatchObject({ F4: 'F3 decided', F3: 'F3 first', F2: 'F1 applicant' });
  // Most of the register lives in either.
  expect((await waiting()).filter((pair) => /:F/.test(pair))).toEqual([`${POLICE}:R1 household:F3`]);
});

test('decided to be one, an application takes along what followed it, a register goes where people say, two households become one', async () => {
  const joined = await decide(`${CENTRE}:G2`, 'household:G1', 'same', '同住一处');
  await decide(`${POLICE}:R2`, 'household:G1', 'same');
  await decide('household:H1', 'household:F1', 'same');
  const { household } = await run();
  expect(household).toMatchObject({
    ...{ G1: 'G1 first', G2: 'G1 decided', G3: 'G1 applicant', R2: 'G1 decided' },
    ...{ F1: 'H1 decided', F2: 'H1 applicant', R1: 'H1 register', F3: 'F3 first' },
  });
  const events = await eventsHappened(api.platform.store, 5);
  expect(events.find(({ from_id }) => from_id === 'G2')).toMatchObject({
    ...{
      kind: 'merge',
      to_id: 'G1',
      records: [`${CENTRE}:G2`, `${CENTRE}:G3`],
      author: `decision ${joined}`,
    },
  });
  expect(events.find(({ from_id }) => from_id === 'F1')).toMatchObject({
    ...{ kind: 'merge', to_id: 'H1', author: `decision ${made.at(-1)}` },
  });
});

test('a register decided not to be of its household goes to the next that most of it lives in', async () => {
  await decide(`${POLICE}:R1`, 'household:F1', 'different');
  const { household } = await run();
  expect(household['R1']).toBe('F3 register');
});

test('undone, all is as it was, and the way back is told as well', async () => {
  for (const id of made)
    await api.as('staff').post(`/api/identity/decisions/${id}/undo`).send({ reason: '看错了' }).expect(200);
  const { hash, household, events } = await run();
  expect({ hash, household }).toEqual({ hash: first.hash, household: first.household });
  expect(events).toBeGreaterThan(0);
  const [{ author } = { author: '' }] = await eventsHappened(api.platform.store, 1);
  expect(author).toBe('households 1');
});
