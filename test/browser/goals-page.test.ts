/** The page of targets and thresholds: set by whom it is given to, with a reason; read by others. */
import { expect, test } from '@jest/globals';
import { useBench } from './support.ts';

const bench = useBench();
const laptop = { viewport: { width: 1366, height: 768 } };
const LIST = '[aria-label="指标目标"] tbody';
const REASON = '[aria-label="理由（必填，留痕）"]';
const changes = () => bench.fixture.calls.filter(({ method }) => method !== 'GET');

test('staff set a target in percent, with a reason; the list shows it, and the shipped one comes back', async () => {
  bench.fixture.role = 'staff';
  const page = await bench.open('/goals', { ...laptop, waitFor: LIST });
  // Only what has a goal, until all is asked for.
  expect(await page.locator(`${LIST} tr`).count()).toBe(1);
  expect(await page.locator(LIST).innerText()).toMatch(
    /租金收缴率.*目标 98\.0%，预警 95\.0%，告警 90\.0%.*出厂/s,
  );
  await page.getByRole('button', { name: '全部指标' }).click();
  const row = page.locator(`${LIST} tr`, { hasText: '空置率' });
  await row.getByRole('button', { name: '查看' }).click();
  const form = page.locator('[data-goal-of="vacancy_rate"]');
  const save = form.getByRole('button', { name: '设定（立即生效）' });
  await form.locator('[name=target]').fill('5');
  await form.locator('[name=warn]').fill('8');
  await form.locator(REASON).fill('年度考核要求');
  // Thresholds are two or none.
  expect(await save.isDisabled()).toBe(true);
  await form.locator('[name=alarm]').fill('12.5');
  await save.click();
  await form.locator('[aria-label="设定记录"] tbody', { hasText: '年度考核要求' }).waitFor();
  expect(changes()).toEqual([
    {
      method: 'PUT',
      path: '/api/metrics/vacancy_rate/goal',
      body: { target: 0.05, thresholds: { warn: 0.08, alarm: 0.125 }, reason: '年度考核要求' },
      guarded: true,
    },
  ]);
  await row.filter({ hasText: '人工设定' }).waitFor();
  expect(await row.innerText()).toContain('目标 5.0%，预警 8.0%，告警 12.5%');
  expect(await form.locator('[aria-label="设定记录"] tbody').innerText()).toMatch(
    /staff.*5\.0%.*8\.0%.*12\.5%/s,
  );

  await form.locator(REASON).fill('考核结束');
  await form.getByRole('button', { name: '恢复出厂值' }).click();
  await row.filter({ hasNotText: '人工设定' }).waitFor();
  expect(changes().at(-1)).toMatchObject({
    path: '/api/metrics/vacancy_rate/goal/restore',
    body: { reason: '考核结束' },
  });
  expect(bench.complaints).toEqual([]);
});

test('what is neither more nor less desired takes a target and no thresholds', async () => {
  bench.fixture.role = 'staff';
  const page = await bench.open('/goals?all=1&metric=dwelling_total', {
    ...laptop,
    waitFor: '[data-goal-of="dwelling_total"]',
  });
  expect(await page.locator('[name=warn]').isDisabled()).toBe(true);
  expect(await page.locator('[name=target]').isEnabled()).toBe(true);
});

test.each(['leader', 'analyst', 'administrator'])(
  'a %s reads goals and has nothing to change them with',
  async (role) => {
    bench.fixture.role = role;
    const page = await bench.open('/goals?metric=rent_collection_rate', {
      ...laptop,
      waitFor: '[data-goal-of="rent_collection_rate"]',
    });
    await page.waitForSelector(LIST);
    expect(await page.locator(LIST).innerText()).toContain('目标 98.0%');
    expect(await page.locator('[data-goal-of] input, [data-goal-of] button').count()).toBe(0);
    expect(changes()).toEqual([]);
    expect(bench.complaints).toEqual([]);
  },
);
