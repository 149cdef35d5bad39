/**
 * The screens against the real `anju` with the sample city: what a leader reads is what the metrics API answers and what
 * the records behind it add up to; a clerk changes a case; an analyst sees no person. Nothing here is skipped: without a
 * platform this test fails.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import type { DrillAnswer, MetricRequest, MetricsAnswer } from '../../dashboards/src/api/types.ts';
import { show } from '../../dashboards/src/format.ts';
import { CITY } from '../../dashboards/src/screen/divisions.ts';
import { FACTS, ids, KPIS, overviewRequests, VACANCY } from '../../dashboards/src/screen/overview.ts';
import { type RunningAnju, startAnju } from '../support/anju.ts';
import { launchBrowser } from '../support/browser.ts';
import { READY } from './support.ts';

let anju: RunningAnju;
let browser: Browser;
let page: Page;
let answer: MetricsAnswer;
/** An identity or a mobile number in the clear. */
const PERSONAL = /[1-9]\d{16}[\dX]|\b1[3-9]\d{9}\b/;
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

/** A new browser session of the first user of a role, signed in through the page. */
async function signIn(role: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 } });
  const opened = await context.newPage();
  const { user, password } = anju.users.find((one) => one.role === role)!;
  await opened.goto(`${anju.url}/`);
  await opened.waitForSelector('.sign-in');
  opened.on('request', (request) => requests.push(request.url()));
  opened.on('pageerror', (error) => complaints.push(String(error)));
  // The first, refused call of someone not signed in, which the browser itself writes to the console, is behind us.
  opened.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await opened.fill('[name=user]', user);
  await opened.fill('[name=password]', password);
  await opened.click('[type=submit]');
  await opened.waitForSelector('.sign-in', { state: 'detached' });
  return opened;
}

beforeAll(async () => {
  [anju, browser] = await Promise.all([startAnju({ scale: 0.002, seed: 1 }), launchBrowser()]);
  page = await signIn('leader');
  await page.waitForSelector(READY);
  await page.waitForSelector('[data-panel="map"] svg text');
  answer = await metrics(overviewRequests(CITY));
}, 900_000);

afterAll(async () => {
  await browser?.close();
  await anju?.stop();
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

  test('a click leads into a district, whose numbers every panel then shows, a street, and up again', async () => {
    const first = page.locator('.map-keys a').first();
    const name = (await first.innerText()).split(' ')[0]!;
    await first.focus();
    await page.keyboard.press('Enter');
    await page.waitForSelector(`.breadcrumb >> text=${name}`);
    await page.waitForSelector('[data-map^="tiles-district"] svg text');
    const district = new URL(page.url()).searchParams.get('at')!;
    expect(rowsOf(ids.map('dwelling_total')).map((row) => row.keys['district'])).toContain(district);
    await page.waitForSelector('[data-pending]', { state: 'detached' });
    const inside = await metrics([
      { id: 'kpi', metric: 'dwelling_total', filters: { district } },
      ...VACANCY.map((metric) => ({ id: metric, metric, filters: { district } })),
    ]);
    const [total, ...vacant] = inside.results.map((result) => String(result.rows[0]!.value));
    expect(await page.locator(READY).getAttribute('data-value')).toBe(total);
    expect(await page.locator('.vacancy-row b').allInnerTexts()).toEqual(vacant);
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
    expect(await page.locator('[data-total]').getAttribute('data-total')).toBe(shown);
    expect(await page.locator('table').innerText()).not.toMatch(PERSONAL);
  });

  test('the panels show the API’s numbers', async () => {
    await page.goto(`${anju.url}/`);
    await page.waitForSelector(READY);
    await page.waitForSelector('[data-pending]', { state: 'detached' });
    const valueOf = (id: string) => String(rowsOf(id).at(-1)!.value);
    expect(await page.locator('.vacancy-row b').allInnerTexts()).toEqual(
      (await metrics(VACANCY.map((metric) => ({ id: metric, metric })))).results.map((result) =>
        String(result.rows[0]!.value),
      ),
    );
    const rules = rowsOf(ids.rules).map((row) => row.value ?? 0);
    expect(String(rules.reduce((sum, value) => sum + value, 0))).toBe(valueOf(ids.kpi('violation_cnt')));
    const drawn = await page.locator('[data-panel="violations"] svg text').allTextContents();
    // The eight with most findings have a bar.
    for (const value of rules.toSorted((a, b) => b - a).slice(0, 8)) expect(drawn).toContain(String(value));
    expect(complaints).toEqual([]);
  });
});

describe('the other people', () => {
  test('a clerk changes a complaint, and the history tells field, before, after, who and why', async () => {
    const clerk = await signIn('staff');
    expect(new URL(clerk.url()).pathname).toBe('/console');
    await clerk.getByRole('button', { name: '投诉' }).click();
    await clerk.waitForSelector('table[aria-label="投诉处理"]');
    await clerk.getByRole('button', { name: '查看' }).first().click();
    await clerk.waitForSelector('.form');
    const before = await clerk.inputValue('[name=answer]');
    await clerk.fill('[name=answer]', '已上门核实情况');
    await clerk.fill('[name=reason]', '回访更正');
    await clerk.getByRole('button', { name: '保存' }).click();
    await clerk.waitForSelector('text=已保存为');
    const change = clerk.locator('.history li').first();
    const who = anju.users.find(({ role }) => role === 'staff')!.user;
    expect(await change.innerText()).toContain(who);
    expect(await change.innerText()).toContain('回访更正');
    expect(await change.locator('tbody tr').allInnerTexts()).toEqual([
      `处理意见\t${before || '—'}\t已上门核实情况`,
    ]);
    await clerk.reload();
    await clerk.waitForSelector('.form');
    expect(await clerk.inputValue('[name=answer]')).toBe('已上门核实情况');
    expect(complaints).toEqual([]);
  });

  test('an analyst selects people and sees them masked', async () => {
    const analyst = await signIn('analyst');
    expect(new URL(analyst.url()).pathname).toBe('/sql');
    await analyst.fill('textarea', 'SELECT person_name, id_number, phone FROM base.person LIMIT 20');
    await analyst.keyboard.press('Control+Enter');
    await analyst.waitForSelector('tbody tr');
    expect(await analyst.locator('tbody tr').count()).toBe(20);
    const shown = await analyst.locator('tbody').innerText();
    expect(shown).toMatch(/\p{Script=Han}\*/u);
    expect(shown).not.toMatch(PERSONAL);
    expect(complaints).toEqual([]);
  });

  test.each([
    ['auditor', '/runs'],
    ['administrator', '/runs'],
  ])('%s lands on %s', async (role, path) => {
    const landed = await signIn(role);
    await landed.waitForSelector('tbody tr');
    expect(new URL(landed.url()).pathname).toBe(path);
    expect(complaints).toEqual([]);
  });
});
