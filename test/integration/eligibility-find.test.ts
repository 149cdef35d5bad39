/** Finding pre-reviews and polled households by what people know of them: by whom, within their divisions, masked, and with no number kept anywhere. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { STATES } from '../../pipelines/eligibility/states.ts';
import { problemOf, type TestApi } from '../support/api.ts';
import {
  at,
  DAY,
  eligibilityApi,
  FIRST,
  holdings,
  LATER,
  LI,
  WANG,
  ZHANG,
} from '../support/eligibility-rows.ts';
import { deliverStd } from '../support/std-tables.ts';

let api: TestApi;
let pollId = 0;

beforeAll(async () => {
  api = await eligibilityApi();
  const { warehouse } = api.platform;
  await holdings(warehouse);
  await deliverStd(warehouse, 'property.ownership', 2, [
    {
      ...{ certificate_no: 'C1', owner_id_number: LI, property_nature: 'residence', floor_area: 80 },
      ...{ acquired_on: '2020-01-01', known_from: at(FIRST), valid_from: DAY },
    },
  ]);
  for (const applicationNo of ['A1', 'A2', 'A3'])
    await api
      .as('staff')
      .post('/api/eligibility/reviews')
      .send({ applicationNo, day: DAY, knownAt: LATER })
      .expect(200);
  const { body } = await api
    .as('staff')
    .post('/api/eligibility/polls')
    .send({ day: DAY, reason: '月度轮询' })
    .expect(200);
  ({ pollId } = z.looseObject({ pollId: z.number() }).parse(body));
});
afterAll(() => api.close());

const confined = (scope: string) =>
  api.platform.store.db.updateTable('app_user').set({ scope_division: scope }).execute();
const audits = () =>
  api.platform.store.db
    .selectFrom('audit_log')
    .selectAll()
    .where('action', '=', 'eligibility.find')
    .execute();

describe('pre-reviews', () => {
  const ask = async (body: object, role: 'staff' | 'leader' = 'staff', expected = 200) =>
    api.as(role).post('/api/eligibility/reviews/find').send(body).expect(expected);
  const reviews = z.object({
    total: z.number(),
    reviews: z.array(z.looseObject({ applicationNo: z.string(), name: z.string() })),
  });
  const found = async (body: object) => {
    const { total, reviews: rows } = reviews.parse((await ask(body)).body);
    expect(total).toBe(rows.length);
    return rows.map(({ applicationNo }) => applicationNo).sort();
  };

  test('are found by application, street, verdict and the applicant’s number however it is written', async () => {
    await expect(found({})).resolves.toEqual(['A1', 'A2', 'A3']);
    await expect(found({ applicationNo: 'A2' })).resolves.toEqual(['A2']);
    await expect(found({ verdict: 'refuse' })).resolves.toEqual(['A1']);
    await expect(found({ street: '439901001' })).resolves.toEqual(['A1', 'A2', 'A3']);
    await expect(found({ street: '439901002' })).resolves.toEqual([]);
    await expect(found({ idNumber: ` ${ZHANG.slice(0, 6)} ${ZHANG.slice(6)}` })).resolves.toEqual(['A1']);
    await expect(found({ idNumber: WANG, verdict: 'refuse' })).resolves.toEqual([]);
    // Of the applicant, and whole.
    await expect(found({ idNumber: LI })).resolves.toEqual([]);
    await expect(found({ idNumber: ZHANG.slice(0, 10) })).resolves.toEqual([]);
    const page = reviews.parse((await ask({ limit: 2, offset: 2 })).body);
    expect([page.total, page.reviews.map(({ applicationNo }) => applicationNo)]).toEqual([3, ['A1']]);
  });

  test('are found by what an analysis found', async () => {
    const by = (analysis: string, state?: string) => found({ analysis, state });
    await expect(by('insurance')).resolves.toEqual(['A1', 'A2', 'A3']);
    await expect(by('insurance', 'insured')).resolves.toEqual(['A1']);
    await expect(by('insurance', 'not_insured')).resolves.toEqual(['A2', 'A3']);
    await expect(by('property', 'home')).resolves.toEqual(['A1']);
    await expect(by('property', 'no_home')).resolves.toEqual(['A2', 'A3']);
    await expect(by('police', 'unregistered')).resolves.toEqual(['A2']);
    await expect(by('managed', 'not_renting')).resolves.toEqual(['A1', 'A2', 'A3']);
    await expect(by('civil_affairs', 'not_married')).resolves.toEqual(['A1', 'A2', 'A3']);
    for (const [analysis, states] of Object.entries(STATES))
      for (const state of Object.keys(states)) await by(analysis, state);
    expect(problemOf(await ask({ analysis: 'fund', state: 'insured' }, 'staff', 400))['code']).toBe(
      'bad_request',
    );
    await ask({ state: 'insured' }, 'staff', 400);
  });

  test('are masked, of one’s division, by numbers only for who may see them, and no number is kept', async () => {
    const answer = await ask({ idNumber: WANG });
    expect(reviews.parse(answer.body).reviews[0]?.name).toBe('A3 · 王*红 · 439***********0030');
    expect(answer.text).not.toContain(WANG);
    expect(problemOf(await ask({ idNumber: WANG }, 'leader', 403))['code']).toBe('forbidden');
    expect((await ask({ verdict: 'refuse' }, 'leader')).body).toMatchObject({ total: 1 });
    await confined('439902');
    await expect(found({})).resolves.toEqual([]);
    await expect(found({ idNumber: WANG })).resolves.toEqual([]);
    await confined('439901001');
    await expect(found({ idNumber: WANG })).resolves.toEqual(['A3']);
    await confined('');
    const kept = await audits();
    expect(kept).toContainEqual(
      expect.objectContaining({
        outcome: 'refused',
        object: 'reviews',
        detail: expect.objectContaining({ by: ['idNumber'] }) as unknown,
      }),
    );
    expect(JSON.stringify(kept)).not.toContain(WANG);
  });
});

describe('polled households', () => {
  const ask = async (body: object, role: 'staff' | 'leader' = 'staff', expected = 200) =>
    api.as(role).post(`/api/eligibility/polls/${pollId}/find`).send(body).expect(expected);
  const found = async (body: object) => {
    const { households } = z
      .object({ households: z.array(z.looseObject({ household: z.string() })) })
      .parse((await ask(body)).body);
    return households.map(({ household }) => household);
  };

  test('are found by name, number, application and dwelling', async () => {
    await expect(found({})).resolves.toEqual(['A1', 'A3']);
    await expect(found({ name: '晓明' })).resolves.toEqual(['A1']);
    await expect(found({ name: '晓红' })).resolves.toEqual([]);
    // Of anybody in the household.
    await expect(found({ idNumber: LI })).resolves.toEqual(['A1']);
    await expect(found({ applicationNo: 'A3' })).resolves.toEqual(['A3']);
    await expect(found({ houseCode: 'H-3' })).resolves.toEqual(['A3']);
    await expect(found({ houseCode: 'H-3', verdict: 'refuse' })).resolves.toEqual([]);
    await expect(found({ houseCode: "H-3' OR 1" })).resolves.toEqual([]);
    await expect(found({ only: 'lost' })).resolves.toEqual(['A1']);
  });

  test('are masked, of one’s division, by numbers only for who may see them', async () => {
    const answer = await ask({ idNumber: WANG });
    expect(answer.body).toMatchObject({
      total: 1,
      households: [{ name: 'A3 · 王*红 · 439***********0030', houseCode: 'H-3' }],
    });
    expect(answer.text).not.toContain(WANG);
    expect(problemOf(await ask({ idNumber: WANG }, 'leader', 403))['code']).toBe('forbidden');
    await confined('439902');
    await expect(found({ idNumber: WANG })).resolves.toEqual([]);
    const again = await api
      .as('staff')
      .post(`/api/eligibility/polls/${pollId}/reproduce`)
      .send({ household: 'A3' })
      .expect(404);
    expect(problemOf(again)['code']).toBe('not_found');
    await confined('439901');
    await expect(found({ idNumber: WANG })).resolves.toEqual(['A3']);
    await confined('');
  });
});
