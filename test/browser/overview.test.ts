import { describe, expect, test } from '@jest/globals';
import { clickUntil, query, READY, refresh, textAt, useBench } from './support.ts';

const bench = useBench();
const PANELS = [
  'supply',
  'applications',
  'subsidies',
  'map',
  'violations',
  'vacancy',
  'rent',
  'ranking',
  'ticker',
];

describe('the overview', () => {
  test('shows every panel and head number from one batch call, and asks nothing of other hosts', async () => {
    const page = await bench.open('/');
    for (const panel of PANELS) expect(await page.locator(`[data-panel="${panel}"]`).count()).toBe(1);
    expect(await page.locator('.kpi').count()).toBe(6);
    expect(await page.locator(READY).getAttribute('data-value')).toBe('38,462');
    expect(await page.locator('.skeleton').count()).toBe(0);
    expect(await page.locator('[data-panel="ranking"] li').count()).toBe(10);
    expect(await page.locator('.map-note').innerText()).toContain('示意图');
    expect(bench.fixture.batches).toHaveLength(1);
    expect(bench.requests.filter((url) => !url.startsWith(bench.fixture.url))).toEqual([]);
    expect(bench.complaints).toEqual([]);
  });

  test('reads Chinese in the bundled font', async () => {
    const page = await bench.open('/');
    const loaded = await page.evaluate(
      () =>
        [...document.fonts].filter((face) => face.family.includes('Noto Sans SC') && face.status === 'loaded')
          .length,
    );
    expect(loaded).toBeGreaterThan(5);
    expect(await page.evaluate(() => document.fonts.check('16px "Noto Sans SC"', '住房保障决策分析'))).toBe(
      true,
    );
  });

  test('a click on a district puts it into the address and filters every panel; Esc goes up again', async () => {
    const page = await bench.open('/');
    const before = await page.locator(READY).getAttribute('data-value');
    await clickUntil(
      page,
      () => textAt(page, 'map', '临江区'),
      (address) => address.searchParams.has('at'),
    );
    await page.waitForSelector('.breadcrumb >> text=临江区');
    expect(query(page).get('at')).toBe('439903');
    await page.waitForFunction(
      ({ selector, old }) => document.querySelector(selector)?.getAttribute('data-value') !== old,
      { selector: READY, old: before },
    );
    expect(bench.fixture.batches).toHaveLength(2);
    const last = bench.fixture.batches[1]!;
    expect(last.every((asked) => asked.filters?.['district'] === '439903')).toBe(true);
    expect(last.find((asked) => asked.id === 'map.vacancy_rate')?.dimensions).toEqual(['street']);
    await textAt(page, 'map', '裕南街道');
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => !location.search.includes('at='));
    await textAt(page, 'map', '临江区');
    await page.goBack();
    await page.waitForSelector('.breadcrumb >> text=临江区');
  });

  test('an address opens a street, whose communities are tiles', async () => {
    const page = await bench.open('/?at=439903002&metric=occupancy_rate');
    await textAt(page, 'map', '枫林社区');
    expect(await page.locator('.breadcrumb').innerText()).toMatch(/全市[\s\S]*临江区[\s\S]*裕南街道/);
    expect(await page.locator('[data-panel="map"] [aria-pressed="true"]').innerText()).toBe('入住率');
    const asked = bench.fixture.batches[0]!.find((one) => one.id === 'map.occupancy_rate');
    expect(asked).toMatchObject({ dimensions: ['community'], filters: { street: '439903002' } });
  });

  test('numbers and chart items lead to the records behind them', async () => {
    const page = await bench.open('/?at=439901');
    await page.locator('a.kpi', { hasText: '空置率' }).click();
    await page.waitForSelector('table');
    expect(page.url()).toContain('/drill?metric=vacancy_rate&district=439901');
    expect(bench.fixture.calls.at(-1)?.path).not.toContain('query');
    await page.goBack();
    await page.waitForSelector('[data-panel="violations"] svg text');
    await clickUntil(
      page,
      async () => {
        const label = await textAt(page, 'violations', '租金拖欠');
        return { x: label.x, y: label.y - 24 };
      },
      (address) => address.pathname === '/drill',
    );
    expect(query(page).get('rule')).toBe('arrears');
    expect(query(page).get('district')).toBe('439901');
  });

  test('the keyboard alone is enough', async () => {
    const page = await bench.open('/');
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(() => location.search.includes('metric=arrears_rate'));
    await page.locator('.map-keys a').nth(1).focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => location.search.includes('at=439902'));
    expect(query(page).get('metric')).toBe('arrears_rate');
  });

  test('English and the light theme', async () => {
    const page = await bench.open('/');
    await page.getByRole('button', { name: 'English' }).click();
    expect(await page.locator('h1').innerText()).toBe('Public Housing Decision Overview');
    await page.getByRole('button', { name: 'Light' }).click();
    expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe('light');
    await page.reload();
    await page.waitForSelector(READY);
    expect(await page.locator('h1').innerText()).toBe('Public Housing Decision Overview');
  });
});

describe('a wall that runs for months', () => {
  test('asks every minute while it is seen, and not while it is hidden', async () => {
    const page = await bench.open('/', { waitFor: '' });
    await page.clock.install();
    await page.reload();
    await page.waitForSelector(READY);
    const start = bench.fixture.batches.length;
    const answered = page.waitForResponse((response) => response.url().includes('/api/metrics/query'));
    await page.clock.fastForward(61_000);
    await answered;
    expect(bench.fixture.batches).toHaveLength(start + 1);
    await page.evaluate(() => Object.defineProperty(document, 'hidden', { value: true, configurable: true }));
    await page.clock.runFor(130_000);
    expect(bench.fixture.batches).toHaveLength(start + 1);
    await page.evaluate(() =>
      Object.defineProperty(document, 'hidden', { value: false, configurable: true }),
    );
    await refresh(page);
    expect(bench.fixture.batches).toHaveLength(start + 2);
  });

  test('fifty rounds of opening and leaving leave no chart behind', async () => {
    const page = await bench.open('/');
    const go = (path: string) =>
      page.evaluate((to) => {
        history.pushState(null, '', to);
        dispatchEvent(new PopStateEvent('popstate'));
      }, path);
    const most = await page.evaluate(() => window.anjuCharts?.() ?? -1);
    expect(most).toBeGreaterThanOrEqual(6);
    for (let round = 0; round < 50; round++) {
      await go('/sign-in');
      await page.waitForFunction(() => window.anjuCharts?.() === 0);
      await go('/');
      await page.waitForFunction((count) => window.anjuCharts?.() === count, most);
    }
    await go('/sign-in');
    await page.waitForSelector('.sign-in');
    expect(await page.evaluate(() => window.anjuCharts?.())).toBe(0);
    expect(bench.complaints).toEqual([]);
  });
});
