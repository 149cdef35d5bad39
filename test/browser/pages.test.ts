import { describe, expect, test } from '@jest/globals';
import { useBench } from './support.ts';

const bench = useBench();
const laptop = { viewport: { width: 1366, height: 768 } };

describe('the records behind a number', () => {
  test('shows the number, its records masked, and pages through them', async () => {
    const path = '/drill?metric=violation_cnt&district=439901&rule=a,b&period=2026-10&grain=month';
    const page = await bench.open(path, { ...laptop, waitFor: 'table' });
    expect(await page.locator('[data-drill-value]').getAttribute('data-drill-value')).toBe('437');
    expect(await page.locator('[data-total]').getAttribute('data-total')).toBe('437');
    expect(await page.locator('tbody tr').count()).toBe(50);
    await page.getByRole('button', { name: '下一页' }).click();
    await page.waitForFunction(() => document.querySelector('.pager')?.textContent?.includes('51–100'));
    const asked = bench.fixture.calls.filter((call) => call.path === '/api/metrics/drill').at(-1)?.body;
    expect(asked).toEqual({
      metric: 'violation_cnt',
      filters: { district: '439901', rule: ['a', 'b'] },
      period: '2026-10',
      grain: 'month',
      limit: 50,
      offset: 50,
    });
    expect(bench.complaints).toEqual([]);
  });
});

describe('the SQL workbench', () => {
  test('runs a statement, shows a refusal with its remedy, and hands out a file', async () => {
    const page = await bench.open('/sql', { ...laptop, waitFor: 'textarea', acceptDownloads: true });
    await page.fill('textarea', 'SELECT 1');
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('table');
    expect(await page.locator('tbody tr').count()).toBe(2);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: '下载 CSV' }).click();
    expect((await download).suggestedFilename()).toBe('anju.csv');
    await page.fill('textarea', 'DROP TABLE x');
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('.failure');
    expect(await page.locator('.failure').innerText()).toMatch(/只允许查询语句[\s\S]*请使用 SELECT/);
    expect(bench.fixture.calls.filter((call) => call.path === '/api/sql').every((call) => call.guarded)).toBe(
      true,
    );
  });
});

describe('the console', () => {
  test('finds a record, changes it under its version, and shows its history', async () => {
    const page = await bench.open('/console', { ...laptop, waitFor: 'table' });
    await page.fill('[type=search]', 'A2026000007');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 1);
    await page.getByRole('button', { name: '查看' }).click();
    await page.waitForSelector('.form');
    expect(await page.locator('[aria-label="变更历史"] tbody tr').count()).toBe(1);
    await page.fill('[name=applicantName]', '李四');
    await page.getByRole('button', { name: '保存' }).click();
    await page.waitForSelector('.form', { state: 'detached' });
    const put = bench.fixture.calls.find((call) => call.method === 'PUT');
    expect(put).toMatchObject({ path: '/api/applications/A2026000007', guarded: true });
    expect(put?.body).toMatchObject({ applicantName: '李四', appliedOn: '2026-09-01', version: 1 });
  });

  test('makes a new record from the fields the API names', async () => {
    const page = await bench.open('/console?no=', { ...laptop, waitFor: '.form' });
    expect(await page.locator('.form label').allInnerTexts()).toEqual([
      '申请人 *',
      expect.stringContaining('申请状态'),
      '申请日期',
    ]);
    await page.fill('[name=applicantName]', '王五');
    await page.getByRole('button', { name: '保存' }).click();
    await page.waitForSelector('.form', { state: 'detached' });
    const post = bench.fixture.calls.find(
      (call) => call.method === 'POST' && call.path === '/api/applications',
    );
    expect(post?.body).toEqual({ applicantName: '王五' });
  });
});

test('deliveries, runs with their steps, and quality', async () => {
  const page = await bench.open('/runs', { ...laptop, waitFor: 'table' });
  expect(await page.locator('th').allInnerTexts()).toContain('隔离行');
  await page.getByRole('button', { name: '运行', exact: true }).click();
  await page.getByRole('button', { name: '查看' }).click();
  await page.waitForSelector('text=base.person');
  await page.getByRole('button', { name: '质量检查' }).click();
  await page.waitForSelector('text=unique');
  expect(bench.complaints).toEqual([]);
});

test('an unknown address says so', async () => {
  const page = await bench.open('/nowhere', { ...laptop, waitFor: 'h1' });
  expect(await page.locator('h1').innerText()).toBe('没有这个页面');
});

test('the plain pages load no chart library', async () => {
  await bench.open('/sql', { ...laptop, waitFor: 'textarea' });
  expect(bench.requests.some((url) => /\/Sql-.*\.js$/.test(url))).toBe(true);
  expect(bench.requests.filter((url) => /\/Screen-.*\.js$/.test(url))).toEqual([]);
});
