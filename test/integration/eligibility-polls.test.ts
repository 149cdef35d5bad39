/** Polls of beneficiaries over rows written by hand: who was eligible and is no longer, per analysis, by plan; and what supervision watches of it. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { compileModel } from '../../pipelines/dbt/compile.ts';
import { loadProject } from '../../pipelines/dbt/project.ts';
import { isDue, pollWhenDue, type StoredPlan } from '../../pipelines/eligibility/plans.ts';
import { MODELS_DIRECTORY } from '../../pipelines/models-directory.ts';
import { problemOf, type TestApi } from '../support/api.ts';
import { at, DAY, eligibilityApi, holdings, LATER, LI, WANG } from '../support/eligibility-rows.ts';
import { deliverStd } from '../support/std-tables.ts';

const EVEN_LATER = '2026-11-06T00:00:00.000Z';
let api: TestApi;

beforeAll(async () => {
  api = await eligibilityApi();
  const { warehouse } = api.platform;
  await holdings(warehouse);
  await warehouse.run(`CREATE OR REPLACE TABLE mart_supervision.watch_household ENGINE = Memory AS
    SELECT *, object_key AS household_id, '' AS person_id, '' AS contract_no, '' AS enterprise_id, '' AS dwelling_id, '' AS house_code, '' AS building_no,
      '' AS unit_no, '' AS room_no, '' AS project_id, '' AS project_name, '' AS project_kind, '' AS allocation_kind, '' AS district_name,
      '' AS street_name, '' AS community_name FROM mart_supervision.watch_household`);
  await deliverStd(warehouse, 'property.ownership', 2, [
    {
      ...{ certificate_no: 'C1', owner_id_number: LI, property_nature: 'residence', floor_area: 80 },
      ...{ acquired_on: '2020-01-01', known_from: at(LATER), valid_from: DAY },
    },
  ]);
});
afterAll(() => api.close());

const found = z.looseObject({ pollId: z.number() });
describe('a poll', () => {
  const pollNow = async (more: object = {}) =>
    (
      await api
        .as('staff')
        .post('/api/eligibility/polls')
        .send({ day: DAY, reason: '月度轮询', ...more })
        .expect(200)
    ).body as unknown;

  test('finds who was eligible and is no longer, with the reasons', async () => {
    const { warehouse } = api.platform;
    expect(await pollNow()).toMatchObject({ households: 2, refused: 1, lost: 1, regained: 0 });
    const second = found.parse(await pollNow());
    expect(second).toMatchObject({ refused: 1, lost: 0 });
    await deliverStd(warehouse, 'property.net_signed_contract', 3, [
      {
        ...{ signing_no: 'N1', buyer_id_number: WANG, signing_state: 'signed', signed_on: '2026-10-20' },
        ...{ known_from: at(LATER), valid_from: DAY },
      },
    ]);
    const third = found.parse(await pollNow());
    expect(third).toMatchObject({ refused: 2, lost: 1 });
    const { body } = await api
      .as('staff')
      .get(`/api/eligibility/polls/${third.pollId}/households`)
      .expect(200);
    expect(body).toEqual({
      total: 1,
      households: [
        {
          name: 'A3 · 王*红 · 439***********0030',
          ...{ household: 'A3', houseCode: 'H-3', programme: 'prh', street: '439901001' },
          ...{ before: 'pass', verdict: 'refuse' },
          ...{ rules: ['no_signing'], reasons: ['进行中的网签 1 份'] },
        },
      ],
    });
    const { body: passed } = await api
      .as('staff')
      .get(`/api/eligibility/polls/${third.pollId}/households?only=all&verdict=pass`)
      .expect(200);
    expect(passed).toEqual({ total: 0, households: [] });
    expect(await pollNow({ scope: { district: '439902' } })).toMatchObject({ households: 0 });
  });

  test('of one analysis neither clears nor reopens what others found', async () => {
    const { warehouse } = api.platform;
    const project = await loadProject(MODELS_DIRECTORY);
    const node = project.nodes.get('mart_supervision__watch_eligibility');
    if (!node) throw new Error('there is no model of polled households');
    const watched = () =>
      warehouse.rows(
        `SELECT object_key, verdict, failed_rules, reasons, toString(refused_since) AS since
         FROM (${compileModel(project, node, { vars: project.vars, incremental: false })}) ORDER BY object_key`,
        z.object({
          ...{ object_key: z.string(), verdict: z.string(), failed_rules: z.number() },
          ...{ reasons: z.string(), since: z.string().nullable() },
        }),
        { tag: 'test' },
      );
    expect(await pollNow()).toMatchObject({ refused: 2 });
    const full = await watched();
    expect(full).toMatchObject([
      { object_key: 'A1', verdict: 'refuse', since: DAY },
      { object_key: 'A3', verdict: 'refuse', failed_rules: 1, reasons: '进行中的网签 1 份', since: DAY },
    ]);
    const partial = { refused: 0, lost: 0, regained: 0 };
    expect(await pollNow({ analyses: ['managed'] })).toMatchObject({ passed: 2, ...partial });
    expect(await watched()).toEqual(full);
    expect(await pollNow()).toMatchObject({ refused: 2, lost: 0, regained: 0 });
    // The signing ends: a poll that looks at it finds both as they are.
    await deliverStd(warehouse, 'property.net_signed_contract', 4, [
      {
        ...{ signing_no: 'N1', buyer_id_number: WANG, signing_state: 'revoked', signed_on: '2026-10-20' },
        ...{ known_from: at(EVEN_LATER), valid_from: DAY },
      },
    ]);
    expect(await pollNow({ analyses: ['property'] })).toMatchObject({ refused: 1, lost: 0, regained: 1 });
    expect((await watched()).map((one) => one.object_key)).toEqual(['A1']);
    // What another analysis finds stays while property alone is polled, and what property finds while the other is.
    await deliverStd(warehouse, 'housing_security.direct_managed_housing', 5, [
      {
        ...{ tenancy_no: 'M1', id_number: WANG, rented_on: '2026-01-01', benefit_state: 'active' },
        ...{ known_from: at(EVEN_LATER), valid_from: DAY },
      },
    ]);
    expect(await pollNow()).toMatchObject({ refused: 2, lost: 1, regained: 0 });
    const both = await watched();
    expect(both.map((one) => one.object_key)).toEqual(['A1', 'A3']);
    for (const analyses of [['property'], ['managed'], ['insurance', 'police']])
      expect(await pollNow({ analyses })).toMatchObject({ lost: 0, regained: 0 });
    expect(await watched()).toEqual(both);
    // Asked late about an earlier day, when one alone held something: it does not speak of today, only of since when.
    expect(await pollNow({ day: '2025-12-31' })).toMatchObject({ households: 1, refused: 1, lost: 1 });
    expect(await watched()).toEqual([{ ...both[0], since: '2025-12-31' }, both[1]]);
    expect(await pollNow()).toMatchObject({ refused: 2, lost: 0, regained: 0 });
  });

  test('is of who held something on its day, and of no day that has not come', async () => {
    expect(await pollNow({ day: '2024-12-31' })).toMatchObject({ households: 0 });
    expect(await pollNow({ day: '2026-04-30' })).toMatchObject({ households: 1 });
    expect(await pollNow({ day: '2026-05-01' })).toMatchObject({ households: 2 });
    const late = { day: '2999-01-01', reason: '月度轮询' };
    expect(
      problemOf(await api.as('staff').post('/api/eligibility/polls').send(late).expect(400)),
    ).toMatchObject({ code: 'bad_request' });
  });

  test('is worked out again as it was, whatever came since', async () => {
    const { warehouse } = api.platform;
    const again = async (pollId: number, body: object = {}, expected = 200) =>
      (await api.as('staff').post(`/api/eligibility/polls/${pollId}/reproduce`).send(body).expect(expected))
        .body as unknown;
    const old = found.parse(await pollNow());
    const soon = new Date(Date.now() + 1000).toISOString();
    await deliverStd(warehouse, 'property.ownership', 6, [
      {
        ...{ certificate_no: 'C9', owner_id_number: WANG, property_nature: 'residence', floor_area: 60 },
        ...{ acquired_on: '2020-01-01', known_from: at(soon), valid_from: DAY },
      },
    ]);
    // The household got smaller since: those who left were in it then.
    await deliverStd(warehouse, 'operations.household_member', 6, [
      {
        ...{ member_no: 'A1-02', application_no: 'A1', id_number: LI, kinship_code: '10', is_deleted: 1 },
        ...{ known_from: at(soon), valid_from: DAY },
      },
    ]);
    await expect(again(old.pollId)).resolves.toMatchObject({ isSame: true, households: 2, different: 0 });
    const one = z
      .object({ rows: z.array(z.looseObject({})) })
      .parse(await again(old.pollId, { household: 'A3' }));
    expect(one.rows).toMatchObject([
      {
        household: 'A3',
        name: 'A3 · 王*红 · 439***********0030',
        isSame: true,
        kept: 'refuse',
        verdict: 'refuse',
      },
    ]);
    await again(old.pollId, { household: 'A2' }, 404);
    await again(999_999, {}, 404);
    // What somebody changed in the answer itself is told.
    await warehouse.run(
      `ALTER TABLE eligibility.verdict UPDATE reasons = ['another'] WHERE poll_id = {poll:UInt64} AND household_id = 'A1' SETTINGS mutations_sync = 2`,
      { params: { poll: old.pollId } },
    );
    expect(await again(old.pollId)).toMatchObject({
      ...{ isSame: false, households: 2, different: 1 },
      rows: [
        { household: 'A1', isSame: false, keptReasons: ['another'] },
        { household: 'A3', isSame: true },
      ],
    });
  });

  test('from before analyses were kept counts as one of all of them', async () => {
    const { warehouse } = api.platform;
    await warehouse.run(`INSERT INTO eligibility.verdict (poll_id, day, household_id, verdict, failed, doubted) VALUES
      (900001, '2026-01-01', 'O1', 'refuse', ['no_home', 'nobody_dead'], ['still_tied']),
      (900001, '2026-01-01', 'O2', 'refuse', ['of_staff'], []), (900001, '2026-01-01', 'O3', 'doubt', ['nobody_dead'], []),
      (900001, '2026-01-01', 'O4', 'pass', [], [])`);
    const kept = await warehouse.rows(
      `SELECT household_id, arrayMap((analysis, its) -> concat(analysis, ' ', its), analyses, verdicts) AS said FROM eligibility.verdict
       WHERE poll_id = 900001 ORDER BY household_id`,
      z.object({ household_id: z.string(), said: z.array(z.string()) }),
      { tag: 'test' },
    );
    expect(kept.map(({ said }) => said.filter((one) => !one.endsWith(' pass')))).toEqual([
      ['insurance doubt', 'police doubt', 'property refuse'],
      ['insurance refuse'],
      ['police doubt'],
      [],
    ]);
  });

  test('follows plans: every so many days, within its hours', async () => {
    const plan = {
      zh: '每月',
      everyDays: 30,
      fromHour: 1,
      untilHour: 5,
      analyses: ['property'],
      scope: { programme: 'prh' },
    };
    await api.as('staff').post('/api/eligibility/plans').send({ plan, reason: '每月一次' }).expect(200);
    const night = new Date('2026-11-05T18:30:00.000Z');
    expect(await pollWhenDue(api.platform, '2026-10-31', new Date('2026-11-05T06:00:00.000Z'))).toEqual([]);
    expect(await pollWhenDue(api.platform, '2026-10-31', night)).toHaveLength(1);
    expect(await pollWhenDue(api.platform, '2026-11-05', night)).toEqual([]);
    const stored = { ...plan, isActive: true, planId: 1, lastDay: '2026-10-31', author: 'a' } as StoredPlan;
    expect(isDue(stored, '2026-11-30', night)).toBe(true);
    expect(isDue({ ...stored, isActive: false }, '2026-11-30', night)).toBe(false);
  });
});
