import { describe, expect, test } from '@jest/globals';
import { READY, refresh, useBench } from './support.ts';

const bench = useBench();
const today = () => new Date().toISOString().slice(0, 10);

describe('what the overview says when the data is not well', () => {
  test('a failed metric keeps its last value, marked 旧数据, and recovers', async () => {
    const page = await bench.open('/');
    const value = () => page.locator('.vacancy-row', { hasText: '按门禁' }).locator('b').innerText();
    const before = await value();
    expect(before).toBe('5,072');
    bench.fixture.failing.add('vacant_by_doors_cnt');
    await refresh(page);
    const badge = page.locator('[data-panel="vacancy"] .old-badge');
    await badge.waitFor();
    expect(await badge.innerText()).toContain('旧数据');
    expect(await badge.getAttribute('title')).toContain('vacant_by_doors_cnt');
    expect(await value()).toBe(before);
    expect(await page.locator('.old-badge').count()).toBe(1);
    bench.fixture.failing.clear();
    await badge.click();
    await badge.waitFor({ state: 'detached' });
  });

  test('with the whole warehouse gone nothing goes blank', async () => {
    const page = await bench.open('/');
    bench.fixture.failing.add('*');
    await refresh(page);
    await page.waitForSelector('[data-panel="map"] .old-badge');
    expect(await page.locator('.panel .old-badge').count()).toBe(8);
    expect(await page.locator('.kpi .old-mark').count()).toBe(6);
    expect(await page.locator('.ticker .old-badge').count()).toBe(1);
    expect(await page.locator(READY).getAttribute('data-value')).toBe('38,462');
    expect(await page.locator('.skeleton, .notice').count()).toBe(0);
  });

  test('a first load that fails says why and offers to try again', async () => {
    bench.fixture.failing.add('*');
    const page = await bench.open('/', { waitFor: '[data-panel="map"] .notice' });
    expect(await page.locator('.panel .notice').count()).toBe(8);
    expect(await page.locator('[data-panel="rent"] .notice').innerText()).toContain('数据仓库正忙');
    bench.fixture.failing.clear();
    await page.locator('[data-panel="map"] .notice button').click();
    await page.waitForSelector('[data-panel="map"] svg text');
    expect(await page.locator('.notice').count()).toBe(0);
  });

  test("a failure in a newly opened district does not show the city's numbers as its own", async () => {
    const page = await bench.open('/');
    bench.fixture.failing.add('rent_due_amount').add('rent_paid_amount').add('rent_collection_rate');
    await page.locator('.map-keys a').first().focus();
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-panel="rent"] .notice');
    expect(await page.locator('[data-panel="rent"] .chart').count()).toBe(0);
  });

  test('no rows is said in words, no value is a dash and never zero', async () => {
    bench.fixture.empty.add('violation_cnt');
    const page = await bench.open('/');
    expect(await page.locator('[data-panel="violations"] .notice').innerText()).toContain('暂无数据');
    expect(await page.locator('[data-kpi="violation_cnt"] [data-value]').getAttribute('data-value')).toBe(
      '—',
    );
  });

  test('data older than promised is called stale, with its age; fresh data is not', async () => {
    bench.fixture.asOf = '2026-01-05';
    const old = await bench.open('/');
    expect(await old.locator('.stale-badge').innerText()).toMatch(/数据陈旧 · \d+ 天/);
    expect(await old.locator('.as-of').innerText()).toContain('2026-01-05');
    bench.fixture.asOf = today();
    const fresh = await bench.open('/');
    expect(await fresh.locator('.as-of').innerText()).toContain(today());
    expect(await fresh.locator('.stale-badge').count()).toBe(0);
  });

  test('without a session the way leads over the sign-in page and back', async () => {
    bench.fixture.signedIn = false;
    const page = await bench.open('/?at=439901', { waitFor: '.sign-in' });
    await page.fill('[name=user]', 'leader');
    await page.fill('[name=password]', 'wrong');
    await page.click('[type=submit]');
    await page.waitForSelector('.failure');
    expect(await page.locator('.failure').innerText()).toContain('用户名或密码不正确');
    await page.fill('[name=password]', 'correct horse');
    await page.click('[type=submit]');
    await page.waitForSelector(READY);
    expect(page.url()).toContain('/?at=439901');
    const signIn = bench.fixture.calls.filter((call) => call.path === '/api/sign-in');
    expect(signIn.every((call) => call.guarded)).toBe(true);
  });

  test('a next address of another host is not followed', async () => {
    const page = await bench.open('/sign-in?next=//example.org/', { waitFor: '.sign-in' });
    await page.fill('[name=user]', 'leader');
    await page.fill('[name=password]', 'correct horse');
    await page.click('[type=submit]');
    await page.waitForSelector(READY);
    expect(page.url()).toBe(`${bench.fixture.url}/`);
  });

  test('those who want no motion get none', async () => {
    const duration = async (reducedMotion: 'reduce' | 'no-preference') => {
      const page = await bench.open('/', { reducedMotion });
      return page
        .locator('.flip-wheel')
        .first()
        .evaluate((wheel) => getComputedStyle(wheel).transitionDuration);
    };
    expect(await duration('reduce')).toBe('0s');
    expect(await duration('no-preference')).not.toBe('0s');
  });
});
