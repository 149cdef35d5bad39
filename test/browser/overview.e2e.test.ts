/**
 * The big screen against the real `anju` with the sample city: what a leader reads is what the metrics API answers, and
 * what the records behind it add up to. Nothing here is skipped: without a platform this test fails.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import type { DrillAnswer, MetricRequest, MetricsAnswer } from '../../dashboards/src/api/types.ts';
import { show } from '../../dashboards/src/format.ts';
import { CITY } from '../../dashboards/src/screen/divisions.ts';
import { FACTS, ids, KPIS, overviewRequests, VACANCY } from '../../dashboards/src/screen/overview.ts';
import { launchBrowser } from '../support/browser.ts';
import { READY } from './support.ts';

/** What `test/support/anju.ts` gives: a served platform with the sample city, and a leader's generated credentials. */
interface RunningAnju {
  url: string;
  leader: { user: string; password: string };
  close(): Promise<void>;
}
type StartAnju = (options: { scale: number }) => Promise<RunningAnju>;

/** The name in a variable until the file is there; then this becomes a plain import. */
const HELPER = '../support/anju.ts';
let anju: RunningAnju;
let browser: Browser;
let page: Page;
let answer: MetricsAnswer;
const requests: string[] = [];
const complaints: string[] = [];

/** Asks the API from within the page: with its cookie, and under its content policy. */
const ask = <T>(path: string, body: unknown) =>
  page.evaluate(
    async ({ to, sent }) => {
      const headers = { 'Content-Type': 'application/json', 'X-Anju-Request': '1' };
      const response = await fetch(to, { method: 'POST', headers, body: JSON.stringify(sent) });
      if (!response.ok) throw new Error(`${to}: ${response.status} ${await response.text()}`);
      return (await response.json()) as unknown;
    },
    { to: path, sent: body },
  ) as Promise<T>;
const metrics = (asked: MetricRequest[]) => ask<MetricsAnswer>('/api/metrics/query', { requests: asked });
const rowsOf = (id: string) => answer.results.find((result) => result.id === id)!.rows;

beforeAll(async () => {
  const { startAnju } = (await import(HELPER)) as { startAnju: StartAnju };
  [anju, browser] = await Promise.all([startAnju({ scale: 0.02 }), launchBrowser()]);
  page = await (await browser.newContext({ viewport: { width: 1920, height: 1080 } })).newPage();
  page.on('request', (request) => requests.push(request.url()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(`${anju.url}/`);
  await page.waitForSelector('.sign-in');
  // The first, refused call of someone not signed in is written to the console by the browser itself.
  complaints.length = 0;
  await page.fill('[name=user]', anju.leader.user);
  await page.fill('[name=password]', anju.leader.password);
  await page.click('[type=submit]');
  await page.waitForSelector(READY);
  await page.waitForSelector('[data-panel="map"] svg text');
  answer = await metrics(overviewRequests(CITY));
}, 600_000);

afterAll(async () => {
  await browser?.close();
  await anju?.close();
});

describe('the overview of the sample city', () => {
  test('every metric it asks for is answered with rows', () => {
    const without = answer.results.filter((result) => result.error || result.rows.length === 0);
    expect(without.map((result) => [result.id, result.error?.detail])).toEqual([]);
  });

  test('is whole: no failed, old, empty or loading panel, no complaint, nothing from elsewhere', async () => {
    expect(await page.locator('.notice, .old-badge, .old-mark, .skeleton').count()).toBe(0);
    expect(await page.locator('.ticker li a').count()).toBeGreaterThan(0);
    expect(await page.locator('.as-of b').innerText()).toBe(answer.asOf);
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith(anju.url) && !url.startsWith('blob:'))).toEqual([]);
  });

  test.each(KPIS)('$metric on the screen is the API’s number', async (kpi) => {
    const result = answer.results.find((one) => one.id === ids.kpi(kpi.metric))!;
    const expected = show(result.rows.at(-1)!.value, result.unit, 'zh', kpi.noun.zh).text;
    expect(await page.locator(`[data-kpi="${kpi.metric}"] [data-value]`).getAttribute('data-value')).toBe(
      expected,
    );
  });

  test('districts add up to the city, and the map names each', async () => {
    const total = rowsOf(ids.kpi('dwelling_total'))[0]!.value;
    const districts = rowsOf(ids.map('dwelling_total'));
    expect(districts.reduce((sum, row) => sum + (row.value ?? 0), 0)).toBe(total);
    const drawn = await page.locator('[data-panel="map"] svg text').allTextContents();
    for (const row of districts) expect(drawn).toContain(row.labels['district']);
  });

  test.each([...KPIS, ...FACTS, ...VACANCY.map((metric) => ({ metric }))])(
    'the records behind $metric have its value',
    async ({ metric, ...spec }) => {
      const monthly = 'monthly' in spec && spec.monthly === true;
      const [result] = (
        await metrics([{ id: 'one', metric, ...(monthly ? { grain: 'month', orderBy: 'period' } : {}) }])
      ).results;
      const row = result!.rows.at(-1)!;
      const when = monthly ? { period: row.period, grain: 'month' } : {};
      const drill = await ask<DrillAnswer>('/api/metrics/drill', { metric, ...when, limit: 1, offset: 0 });
      expect(drill.value).toBe(row.value);
    },
  );

  test('a click leads into a district, a street, and up again', async () => {
    const first = page.locator('.map-keys a').first();
    const name = (await first.innerText()).split(' ')[0]!;
    await first.focus();
    await page.keyboard.press('Enter');
    await page.waitForSelector(`.breadcrumb >> text=${name}`);
    await page.waitForSelector('[data-map^="tiles-district"] svg text');
    await page.locator('.map-keys a').first().focus();
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-map^="tiles-street"] svg text');
    await page.waitForSelector('[data-pending]', { state: 'detached' });
    expect(await page.locator('.old-badge, .old-mark').count()).toBe(0);
    await page.keyboard.press('Escape');
    await page.waitForSelector('[data-map^="tiles-district"]');
    await page.keyboard.press('Escape');
    await page.waitForSelector('[data-map^="tiles-city"]');
  });

  test('the records of a number open from the screen, masked', async () => {
    await page.locator('a.kpi', { hasText: '房源总套数' }).click();
    await page.waitForSelector('table');
    const shown = await page.locator('[data-drill-value]').getAttribute('data-drill-value');
    expect(Number(shown)).toBe(rowsOf(ids.kpi('dwelling_total'))[0]!.value);
    expect(await page.locator('table').innerText()).not.toMatch(/[1-9]\d{16}[\dX]|1[3-9]\d{9}/);
  });
});
