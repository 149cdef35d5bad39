/**
 * Eligibility over rows written by hand: what the rules say of an application, why, and that an old answer is worked out again after
 * corrections have come; and what other rules would change. Polls: eligibility-polls.test.ts.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { againSchema, reviewSchema, staffRuleSchema } from '../../api/eligibility-shapes.ts';
import type { Outcome } from '../../pipelines/eligibility/judge.ts';
import { activateRule, eligibilityRules } from '../../pipelines/eligibility/staff.ts';
import { whatIfSchema } from '../../pipelines/eligibility/what-if.ts';
import { problemOf, type TestApi } from '../support/api.ts';
import {
  at,
  CHEN,
  DAY,
  eligibilityApi,
  FIRST,
  holdings,
  LATER,
  LI,
  withKnown,
  ZHANG,
} from '../support/eligibility-rows.ts';
import { deliverStd } from '../support/std-tables.ts';

let api: TestApi;

beforeAll(async () => {
  api = await eligibilityApi();
});
afterAll(() => api.close());

const ask = async (body: object, expected = 200) =>
  (await api.as('staff').post('/api/eligibility/reviews').send(body).expect(expected)).body as unknown;
const review = async (body: object) => reviewSchema.parse(await ask(body));
const of = (outcomes: readonly Outcome[], rule: string): Outcome => {
  const found = outcomes.find((one) => one.rule === rule);
  if (!found) throw new Error(`nothing was said of ${rule}`);
  return found;
};

describe('a pre-review', () => {
  test('tells each rule’s outcome with value, version, reason, data sets and source rows', async () => {
    const { verdict, outcomes, silent, form } = await review({
      applicationNo: 'A1',
      day: DAY,
      knownAt: FIRST,
    });
    expect([verdict, silent, form]).toEqual(['pass', [], 'in_kind']);
    const settled = of(outcomes, 'local_register_3y');
    expect(settled).toMatchObject({ outcome: 'refuse', version: 0, values: { local_register_years: '2' } });
    expect(settled.reason).toBe('家庭成员本市户籍最长 2 年');
    expect(settled.evidence).toMatchObject([
      { memberNo: 'A1-01', dataset: 'police.household_register', batchId: '1', rowNo: '1' },
    ]);
    // A part that does not hold: another does.
    expect(of(outcomes, 'tied_to_city')).toMatchObject({ outcome: 'pass', decides: 'refuse' });
    expect(of(outcomes, 'insurance_months').values).toEqual({ insurance_months_12: '10' });
    expect(of(outcomes, 'insured_here').outcome).toBe('pass');
    // 5,000 a month of one of two people.
    expect(of(outcomes, 'income_line').values).toEqual({ income_per_head: '30000' });
    expect(of(outcomes, 'no_home')).toMatchObject({ outcome: 'pass', datasets: ['A1-16', 'A1-17'] });
  });

  test('refuses with a reason in words, and doubts what it cannot see', async () => {
    const { verdict, outcomes } = await review({ applicationNo: 'A2', day: DAY, knownAt: FIRST });
    // Nothing is on record about Chen but that she applied: no register means that nobody knows.
    expect(verdict).toBe('doubt');
    expect(of(outcomes, 'local_register_3y').outcome).toBe('doubt');
    expect(of(outcomes, 'tied_to_city').outcome).toBe('doubt');
  });

  test('is a doubt, never a pass, where a data set has not answered', async () => {
    const { db } = api.platform.store;
    const arrived = (received_at: string) =>
      db.updateTable('delivery').set({ received_at }).where('dataset', '=', 'property.ownership').execute();
    await arrived(LATER);
    const before = await review({ applicationNo: 'A1', day: DAY, knownAt: FIRST });
    expect(before).toMatchObject({ verdict: 'doubt', silent: ['A1-16', 'A1-17'] });
    expect(of(before.outcomes, 'no_home')).toMatchObject({ outcome: 'doubt', silent: ['A1-16', 'A1-17'] });
    await arrived(FIRST);
  });

  test('applies what is meant for a programme to it, not to others, and doubts where nobody knows', async () => {
    const { warehouse } = api.platform;
    // Chen earns more than the line of public rental.
    await deliverStd(warehouse, 'social_insurance.enterprise_basic', 1, [
      withKnown('social_insurance.enterprise_basic')({
        ...{ insurance_no: 'S2', id_number: CHEN, insurance_state: 'insured', contribution_base: 9000 },
        ...{ insured_on: '2024-01-01' },
      }),
    ]);
    const income = async (programme?: string) => {
      const given = await review({ applicationNo: 'A2', day: DAY, knownAt: FIRST, programme });
      return { ...given, income: of(given.outcomes, 'income').outcome };
    };
    const { reviewId, ...refused } = await income('prh');
    expect(refused).toMatchObject({ programme: 'prh', income: 'refuse', verdict: 'refuse' });
    expect(await income('arh')).toMatchObject({ programme: 'arh', income: 'not_applicable' });
    expect(await income()).toMatchObject({ programme: '', income: 'doubt', verdict: 'doubt' });
    const { body } = await api.as('staff').post(`/api/eligibility/reviews/${reviewId}/reproduce`).send({});
    expect(againSchema.parse(body)).toMatchObject({ isSame: true, verdict: 'refuse' });
    await ask({ applicationNo: 'A2', programme: 'palace' }, 400);
  });

  test('asks only some agencies, and counts the calls', async () => {
    const { reviewId, outcomes } = await review({
      applicationNo: 'A3',
      day: DAY,
      knownAt: FIRST,
      analyses: ['property'],
    });
    expect(outcomes.map(({ rule }) => rule)).toEqual(['no_home', 'no_signing']);
    const { body } = await api.as('staff').get(`/api/eligibility/reviews/${reviewId}`).expect(200);
    const { calls } = z
      .object({ calls: z.array(z.object({ analysis: z.string(), calls: z.number() })) })
      .parse(body);
    expect(calls.filter((one) => one.calls > 0)).toEqual([{ analysis: 'property', calls: 1 }]);
  });

  test('names its people masked, whole only for a reason, and the files its rows came in', async () => {
    const { store } = api.platform;
    await store.db
      .insertInto('batch')
      .values({
        ...{
          batch_id: 1,
          delivery_id: 'social_insurance.enterprise_basic',
          state: 'loaded',
          finished_at: FIRST,
        },
        ...{ dataset: 'social_insurance.enterprise_basic', loaded_at: FIRST },
      })
      .execute();
    const { reviewId } = await review({ applicationNo: 'A1', day: DAY, knownAt: FIRST });
    const path = `/api/eligibility/reviews/${reviewId}`;
    const { body } = await api.as('leader').get(path).expect(200);
    expect(body).toMatchObject({
      members: [
        { memberNo: 'A1-01', name: '张*明', idNumber: '439***********0011', isApplicant: true },
        { memberNo: 'A1-02', name: '', idNumber: '439***********0028', isApplicant: false },
      ],
      sources: [{ batchId: 1, fileName: 'a.csv' }],
    });
    await api.as('staff').post(`${path}/reveal`).send({ reason: '' }).expect(400);
    await api.as('leader').post(`${path}/reveal`).send({ reason: '核对' }).expect(403);
    const shown = await api.as('staff').post(`${path}/reveal`).send({ reason: '核对到场人员' }).expect(200);
    expect(shown.body).toMatchObject({ members: [{ name: '张晓明', idNumber: ZHANG }, {}] });
    const audit = await store.db
      .selectFrom('audit_log')
      .select(['object', 'reason'])
      .where('action', '=', 'reveal')
      .execute();
    expect(audit).toEqual([{ object: `eligibility review ${reviewId}`, reason: '核对到场人员' }]);
  });

  test('is not for numbers nobody knew then, nor for those without the right', async () => {
    expect(await ask({ applicationNo: 'A9', day: DAY, knownAt: FIRST }, 404)).toMatchObject({
      code: 'not_found',
    });
    await ask({ applicationNo: 'A1', knownAt: '2026-10-01T00:00:00.000Z' }, 404);
    problemOf(
      await api.as('leader').post('/api/eligibility/reviews').send({ applicationNo: 'A1' }).expect(403),
    );
  });
});

test('an old answer is the same after corrections have come, and a new one is another', async () => {
  const { warehouse, store } = api.platform;
  const old = await review({ applicationNo: 'A1', day: DAY, knownAt: FIRST });
  // The household register corrects itself, a home turns up that was bought before, and a payment is delivered late.
  await deliverStd(warehouse, 'police.household_register', 2, [
    { id_number: ZHANG, is_local: 0, known_from: at(LATER), valid_from: DAY },
  ]);
  await deliverStd(warehouse, 'property.ownership', 2, [
    {
      ...{
        certificate_no: 'C1',
        owner_id_number: LI,
        property_nature: 'residence',
        floor_area: 80,
        district: '安澜区',
      },
      ...{ acquired_on: '2020-01-01', known_from: at(LATER), valid_from: DAY },
    },
  ]);
  await deliverStd(warehouse, 'social_insurance.enterprise_payment', 2, [
    { insurance_no: 'S1', id_number: ZHANG, pay_month: '2025-12-01', contribution_base: 9000 },
  ]);
  await warehouse.run(
    `INSERT INTO meta.batch (batch_id, dataset, loaded_at) VALUES (2, 'social_insurance.enterprise_payment', '${at(LATER)}')`,
  );
  const again = againSchema.parse(
    (await api.as('staff').post(`/api/eligibility/reviews/${old.reviewId}/reproduce`).send({}).expect(200))
      .body,
  );
  expect(again).toMatchObject({ isSame: true, verdict: 'pass' });
  const now = await review({ applicationNo: 'A1', day: DAY, knownAt: LATER });
  expect(now.verdict).toBe('refuse');
  expect(of(now.outcomes, 'no_home')).toMatchObject({
    outcome: 'refuse',
    reason: '名下住房 1 处，80 平方米',
    evidence: [{ memberNo: 'A1-02', date: '2020-01-01', batchId: '2' }],
  });
  expect(of(now.outcomes, 'local_register_3y').values).toEqual({ local_register_years: '0' });
  expect(of(now.outcomes, 'insurance_months').values).toEqual({ insurance_months_12: '11' });
  const stored = await store.db.selectFrom('eligibility_review').select('outcomes').execute();
  expect(JSON.stringify(stored)).not.toContain(ZHANG);
});

describe('a rule of staff', () => {
  const definition = {
    ...{ rule: 'local_register_3y', zh: '本市户籍满20年', kind: 'quantitative', analysis: 'police' },
    ...{
      measure: 'local_register_years',
      from: { is: 'at_least', value: 20 },
      reason: '户籍 {local_register_years} 年',
    },
  };
  const draft = (more: object, expected = 200) =>
    api
      .as('staff')
      .post('/api/eligibility/rules')
      .send({ definition: { ...definition, ...more }, reason: '市里的新口径' })
      .expect(expected);

  test('names what is there and nothing else', async () => {
    expect(problemOf(await draft({ measure: 'wealth' }, 400))).toMatchObject({ code: 'bad_request' });
    expect(problemOf(await draft({ measure: 'is_insured' }, 400))).toMatchObject({ code: 'bad_request' });
    await draft({ rule: 'ring', kind: 'combined', measure: undefined, from: undefined, all: ['ring'] }, 400);
    await draft({ from: { is: 'at_least', value: "20' or 1" } }, 400);
  });

  test('is tried on history, let in by a second person, and kept with the reviews it judged', async () => {
    const { warehouse, store } = api.platform;
    await holdings(warehouse);
    const { ruleId } = staffRuleSchema.parse((await draft({})).body);
    expect(
      problemOf(
        await api
          .as('staff')
          .post(`/api/eligibility/rules/${ruleId}/activate`)
          .send({ reason: '启用' })
          .expect(409),
      ),
    ).toMatchObject({
      code: 'conflict',
    });
    const trial = whatIfSchema.parse(
      (await api.as('staff').post(`/api/eligibility/rules/${ruleId}/try`).send({}).expect(200)).body,
    );
    // Wang has held a register for 16 years and nothing else: she was let in and would not be.
    expect(trial.history[0]).toMatchObject({
      occasion: 'application',
      ...{ households: 1, stricter: 1, milder: 0 },
      streets: [{ before: 'pass', after: 'refuse', street: '439901001', samples: ['…A3'] }],
    });
    const own = await api
      .as('staff')
      .post(`/api/eligibility/rules/${ruleId}/activate`)
      .send({ reason: '启用' });
    expect([own.status, problemOf(own)['code']]).toEqual([409, 'conflict']);
    await activateRule(api.platform, ruleId, { user: 'colleague', reason: '已核对' });
    const { verdict, outcomes } = await review({ applicationNo: 'A3', day: DAY, knownAt: LATER });
    expect([verdict, of(outcomes, 'local_register_3y').version]).toEqual(['refuse', 1]);
    expect((await eligibilityRules.events(store, ruleId)).map(({ state }) => state)).toEqual([
      'draft',
      'tried',
      'active',
    ]);
    await api
      .as('staff')
      .post(`/api/eligibility/rules/${ruleId}/retire`)
      .send({ reason: '撤回' })
      .expect(200);
    expect((await review({ applicationNo: 'A3', day: DAY, knownAt: LATER })).verdict).toBe('pass');
  });
});

test('applications nobody has decided: those whose last pre-review found something stand still', async () => {
  const listed = async (query: string) =>
    (await api.as('staff').get(`/api/eligibility/applications?${query}`).expect(200)).body as unknown;
  // A1 was refused by its last pre-review, A2 in doubt, and A3 is decided.
  expect(await listed('')).toMatchObject({
    ...{ total: 2, suspended: 2 },
    rows: [
      { applicationNo: 'A1', isSuspended: true, last: { verdict: 'refuse', handler: api.users.staff.user } },
      { applicationNo: 'A2', isSuspended: true, last: { verdict: 'doubt' } },
    ],
  });
  await review({ applicationNo: 'A1', day: DAY, knownAt: FIRST });
  expect(await listed('')).toMatchObject({
    ...{ total: 2, suspended: 1 },
    rows: [{ applicationNo: 'A1', isSuspended: false, last: { verdict: 'pass' } }, { applicationNo: 'A2' }],
  });
  expect(await listed('only=suspended')).toMatchObject({ total: 1, rows: [{ applicationNo: 'A2' }] });
  expect(await listed('only=suspended&offset=1')).toMatchObject({ total: 1, rows: [] });
});
