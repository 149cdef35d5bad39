/** Targets and thresholds staff set at run time: what holds, what is refused, what is kept of it, and that the shipped ones come back. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { goalFor, goalText, judge } from '../../dashboards/src/goals/judge.ts';
import type { Role } from '../../warehouse/operational/tables/identity.ts';
import { problemOf, type TestApi, testApi } from '../support/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());

const listSchema = z.object({
  metrics: z.array(
    z.object({
      ...{ name: z.string(), zh: z.string(), unit: z.string(), kind: z.string() },
      better: z.enum(['higher', 'lower', 'neutral']),
      target: z.number().optional(),
      thresholds: z.object({ warn: z.number(), alarm: z.number() }).optional(),
      isGoalSet: z.boolean(),
    }),
  ),
});
const metric = async (name: string) => {
  const { body } = await api.as('leader').get('/api/metrics').expect(200);
  const found = listSchema.parse(body).metrics.find((one) => one.name === name);
  if (!found) throw new Error(`there is no metric ${name}`);
  return found;
};
const set = (role: Role, name: string, goal: object) =>
  api
    .as(role)
    .put(`/api/metrics/${name}/goal`)
    .send({ target: null, thresholds: null, reason: '年度考核', ...goal });

test('what staff set holds at once, is kept with who and why, and the shipped goal comes back', async () => {
  const shipped = await metric('vacancy_rate');
  expect(shipped).toMatchObject({ isGoalSet: false });
  await set('staff', 'vacancy_rate', { target: 0.05, thresholds: { warn: 0.08, alarm: 0.1 } }).expect(200);
  await set('staff', 'vacancy_rate', { target: 0.06 }).expect(200);
  const after = await metric('vacancy_rate');
  expect(after).toMatchObject({ isGoalSet: true, target: 0.06 });
  expect(after.thresholds).toBeUndefined();
  await api
    .as('staff')
    .post('/api/metrics/vacancy_rate/goal/restore')
    .send({ reason: '口径调整' })
    .expect(200);
  expect(await metric('vacancy_rate')).toEqual(shipped);
  const { body } = await api.as('leader').get('/api/metrics/vacancy_rate/goals').expect(200);
  expect(body).toMatchObject({
    goals: [
      { isShipped: true, reason: '口径调整' },
      { isShipped: false, target: 0.06, thresholds: null, by: api.users.staff.user },
      { isShipped: false, target: 0.05, thresholds: { warn: 0.08, alarm: 0.1 }, reason: '年度考核' },
    ],
  });
  const kept = await api.as('auditor').get('/api/audit?action=metrics.goal.restore').expect(200);
  expect(kept.body).toMatchObject({ entries: [{ object: 'vacancy_rate', outcome: 'ok' }] });
});

test('thresholds against what is better, metrics nobody has and people who may not are refused', async () => {
  const wrong = await set('staff', 'vacancy_rate', { thresholds: { warn: 0.1, alarm: 0.05 } }).expect(400);
  expect(problemOf(wrong)).toMatchObject({ code: 'bad_request', where: { field: 'thresholds' } });
  await set('staff', 'dwelling_total', { thresholds: { warn: 2, alarm: 1 } }).expect(400);
  await set('staff', 'no_such_metric', { target: 1 }).expect(404);
  await set('leader', 'vacancy_rate', { target: 1 }).expect(403);
  expect(await metric('vacancy_rate')).toMatchObject({ isGoalSet: false });
});

test('a value is judged by thresholds, then by the target; a part of the city by shares alone', async () => {
  await set('staff', 'vacancy_rate', { target: 0.05, thresholds: { warn: 0.08, alarm: 0.1 } }).expect(200);
  const vacancy = await metric('vacancy_rate');
  expect([0.2, 0.1, 0.09, 0.08, 0.05, null].map((value) => judge(value, vacancy))).toEqual([
    ...['alarm', 'warn', 'warn', 'short', 'met', ''],
  ]);
  const collection = {
    ...vacancy,
    better: 'higher' as const,
    thresholds: { warn: 0.95, alarm: 0.9 },
    target: 0.98,
  };
  expect([0.8, 0.92, 0.96, 0.98].map((value) => judge(value, collection))).toEqual([
    ...['alarm', 'warn', 'short', 'met'],
  ]);
  expect(goalText(vacancy, 'zh')).toBe('目标 5.0%，预警 8.0%，告警 10.0%');
  expect(goalFor(vacancy, false)).toBe(vacancy);
  expect(goalFor(await metric('violation_cnt'), false)).toBeUndefined();
});
