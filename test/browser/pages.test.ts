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

describe('search', () => {
  test('finds from the top bar, keeps the words out of the address, and shows values for a reason', async () => {
    bench.fixture.role = 'staff';
    const page = await bench.open('/console', { ...laptop, waitFor: '[role="search"] input' });
    await page.fill('[role="search"] input', '徐 安澜');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-found="HT202600000268"]');
    expect(page.url()).not.toContain('?');
    expect(await page.locator('.found b').allInnerTexts()).toEqual(['徐*丽', '徐*敏']);
    const shot = process.env.ANJU_SHOT_SEARCH;
    if (shot) await page.screenshot({ path: shot });
    await page.getByRole('button', { name: '人员' }).click();
    await page.waitForFunction(() => document.querySelectorAll('.found > li').length === 1);
    await page.fill('[aria-label="理由（必填，留痕）"]', '核对证件号码');
    await page.getByRole('button', { name: '查看原值' }).click();
    await page.getByText('439905198010201582').waitFor();
    const asked = bench.fixture.calls.filter((call) => call.path === '/api/search').at(-1)?.body;
    expect(asked).toEqual({ words: '徐 安澜', limit: 50, entities: ['person'], reason: '核对证件号码' });
    expect(bench.complaints).toEqual([]);
  });
});

describe('data quality', () => {
  test('leads from the agencies to the rows behind a rule, and writes to the agency', async () => {
    const page = await bench.open('/quality', { ...laptop, waitFor: '[aria-label="责任单位排名"]' });
    const cell = page.locator('[aria-label="责任单位排名"] tbody tr').first().locator('td').nth(1);
    expect([await cell.innerText(), await cell.getAttribute('data-score')]).toEqual(['87.50', 'a']);
    await page.locator('[aria-label="责任单位排名"] button').first().click();
    await page.waitForFunction(() => location.search.includes('owner='));
    await page.locator('[aria-label="数据集得分"] button').first().click();
    await page.locator('[aria-label="违反的规则"] button').first().click();
    await page.waitForSelector('[aria-label="问题行（已脱敏）"]');
    const asked = bench.requests.find((url) => url.includes('/api/quality/rows'));
    expect(asked).toMatch(/dataset=utilities.water_reading&rule=negative&field=fee/);
    await page.getByRole('button', { name: '问题函' }).click();
    await page.fill('input[name="from"]', '2026-10-01');
    await page.fill('input[name="to"]', '2026-10-31');
    const written = page.waitForResponse((answer) => answer.request().method() === 'POST');
    await page.getByRole('button', { name: '起草问题函' }).click();
    await written;
    const body = bench.fixture.calls.find((call) => call.method === 'POST')?.body;
    expect(body).toEqual({ owner: '供水公司', from: '2026-10-01', to: '2026-10-31' });
    expect(bench.complaints).toEqual([]);
  });

  test('leads from gaps and overlaps by kind and agency to the rows they are about', async () => {
    const page = await bench.open('/quality?show=intervals', {
      ...laptop,
      waitFor: '[aria-label="按类别和责任单位"]',
    });
    await page.locator('[aria-label="按类别和责任单位"] button').first().click();
    await page.waitForFunction(() => location.search.includes('rule=contracts_overlap'));
    expect(await page.locator('[aria-label="按类别和责任单位"] tbody tr').count()).toBe(1);
    await page.locator('[aria-label="期限与归属矛盾"] button').first().click();
    await page.waitForSelector('[data-interval="HT2"] [aria-label="合同 HT2"]');
    expect(await page.locator('[aria-label="合同 HT2"]').innerText()).toContain('张*');
    expect(bench.requests.find((url) => url.includes('/api/quality/intervals?owner='))).toMatch(
      /rule=contracts_overlap/,
    );
    expect(bench.fixture.calls.find((call) => call.path === '/api/quality/intervals/rows')?.body).toEqual({
      ...{ subjectKind: 'contract', subjectNo: 'HT2', otherNo: 'HT1' },
    });
    expect(bench.complaints).toEqual([]);
  });
});

describe('the console', () => {
  const record = (no: string) => `/console?show=complaints&no=${no}`;
  const puts = () => bench.fixture.calls.filter((call) => call.method === 'PUT');

  test('lists by number or name and state, page by page', async () => {
    const page = await bench.open('/console?show=complaints', { ...laptop, waitFor: 'table' });
    expect(await page.locator('tbody tr').count()).toBe(50);
    await page.getByRole('link', { name: '下一页' }).click();
    await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 14);
    await page.selectOption('select[aria-label="状态"]', 'handling');
    await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 32);
    expect(await page.locator('tbody').innerText()).not.toContain('已受理');
    await page.fill('main [type=search]', '投诉人7');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 1);
    await page.getByRole('button', { name: '查看' }).click();
    await page.waitForSelector('.form');
    expect(await page.inputValue('[name=complaint_no]')).toBe('TS000000007');
    expect(bench.complaints).toEqual([]);
  });

  test('the form follows the schema: controls, words of codes, states that may follow, personal marks', async () => {
    const page = await bench.open(record('TS000000002'), { ...laptop, waitFor: '.form' });
    expect(await page.locator('[name=complaint_state] option').allTextContents()).toEqual([
      '',
      '已受理',
      '处理中',
      '不予受理',
    ]);
    expect(await page.locator('[name=complained_at]').getAttribute('type')).toBe('datetime-local');
    expect(await page.locator('[name=answered_on]').getAttribute('type')).toBe('date');
    expect(await page.locator('[name=complaint_no]').isEditable()).toBe(false);
    expect(await page.locator('.personal').count()).toBe(2);
  });

  test('a change goes under the version read, with its reason, and stands in the history field by field', async () => {
    const page = await bench.open(record('TS000000004'), { ...laptop, waitFor: '.form' });
    await page.getByRole('button', { name: '保存' }).click();
    await page.waitForSelector('text=没有任何改动');
    await page.selectOption('[name=complaint_state]', 'handling');
    await page.fill('[name=reason]', '已派单');
    await page.getByRole('button', { name: '保存' }).click();
    const newest = page.locator('[data-version="2"]');
    await newest.waitFor();
    expect(await newest.innerText()).toMatch(/staff[\s\S]*已派单/);
    expect(await newest.locator('tbody tr').allInnerTexts()).toEqual(['处理状态\t已受理\t处理中']);
    expect(puts()).toMatchObject([{ path: '/api/complaints/TS000000004', guarded: true }]);
    // What nobody touched goes back as it came, milliseconds included.
    expect(puts()[0]?.body).toMatchObject({
      version: 1,
      reason: '已派单',
      record: { complaint_state: 'handling', complained_at: '2026-09-01 08:00:00.123+08:00' },
    });
  });

  test('a refused value is named at its field', async () => {
    const page = await bench.open(record('TS000000006'), { ...laptop, waitFor: '.form' });
    await page.fill('[name=phone]', 'abc');
    await page.getByRole('button', { name: '保存' }).click();
    await page.waitForSelector('#problem-phone');
    expect(await page.locator('[name=phone]').getAttribute('aria-invalid')).toBe('true');
    expect(await page.locator('.failure').count()).toBe(0);
    expect(await page.inputValue('[name=phone]')).toBe('abc');
  });

  test('a conflict offers to reload, keeping what was typed on top of what the other changed', async () => {
    const page = await bench.open(record('TS000000008'), { ...laptop, waitFor: '.form' });
    await page.fill('[name=answer]', '已回访');
    bench.fixture.changeMeanwhile('TS000000008', {
      complaint_no: 'TS000000008',
      complainant_name: '投诉人8',
      phone: '13911112222',
      complained_at: '2026-09-01 08:00:00.123+08:00',
      complaint_state: 'handling',
    });
    await page.getByRole('button', { name: '保存' }).click();
    await page.getByRole('button', { name: '载入最新版本并保留我的改动' }).click();
    await page.waitForSelector('[data-version="2"]');
    expect(await page.inputValue('[name=answer]')).toBe('已回访');
    expect(await page.inputValue('[name=phone]')).toBe('13911112222');
    await page.getByRole('button', { name: '保存' }).click();
    await page.waitForSelector('[data-version="3"]');
    expect(puts().at(-1)?.body).toMatchObject({
      version: 2,
      record: { phone: '13911112222', answer: '已回访' },
    });
  });

  test('deleting takes a reason', async () => {
    const page = await bench.open(record('TS000000010'), { ...laptop, waitFor: '.form' });
    page.on('dialog', (dialog) => void dialog.accept());
    await page.getByRole('button', { name: '删除' }).click();
    await page.waitForSelector('.field-problem');
    await page.fill('[name=reason]', '重复登记');
    await page.getByRole('button', { name: '删除' }).click();
    await page.waitForSelector('table[aria-label="投诉处理"]');
    const call = bench.fixture.calls.find(({ method }) => method === 'DELETE');
    expect(call).toMatchObject({
      path: '/api/complaints/TS000000010?version=1',
      body: { reason: '重复登记' },
      guarded: true,
    });
  });

  test('a new record begins in the first state and opens under the number it was given', async () => {
    const page = await bench.open(record(''), { ...laptop, waitFor: '.form' });
    expect(await page.inputValue('[name=complaint_state]')).toBe('received');
    await page.fill('[name=phone]', '13912345678');
    await page.fill('[name=complained_at]', '2026-11-01T09:30:00');
    await page.getByRole('button', { name: '保存' }).click();
    await page.waitForSelector('[data-version="1"]');
    expect(page.url()).toContain('no=TS20261101-7K2M4F');
    const post = bench.fixture.calls.find((call) => call.method === 'POST');
    expect(post?.body).toMatchObject({
      record: { complaint_no: '', complained_at: '2026-11-01 09:30:00.000+08:00' },
    });
  });
});

describe('each role', () => {
  test.each([
    ['leader', '/', []],
    [
      'analyst',
      '/sql',
      [
        '一张图',
        '指标目标',
        '数据标签',
        '清洗规则',
        '数据质量',
        '数据目录',
        '来源变化',
        'SQL 工作台',
        '运行与质量',
      ],
    ],
    [
      'staff',
      '/console',
      [
        '一张图',
        '指标目标',
        '业务办理',
        '数据标签',
        '隔离数据',
        '清洗规则',
        '身份比对',
        '数据质量',
        '数据目录',
        '汇聚任务',
        '来源变化',
        '物联设备',
        '运行与质量',
      ],
    ],
    ['auditor', '/runs', ['数据质量', '数据目录', '来源变化', '运行与质量', '审计日志']],
    [
      'administrator',
      '/runs',
      ['一张图', '指标目标', '数据质量', '数据目录', '来源变化', '运行与质量', '用户管理'],
    ],
  ])('%s lands on %s and has the menu of what it may use', async (role, home, menu) => {
    bench.fixture.role = role;
    bench.fixture.signedIn = false;
    const page = await bench.open('/', { waitFor: '.sign-in' });
    await page.fill('[name=user]', role);
    await page.fill('[name=password]', 'correct horse');
    await page.click('[type=submit]');
    await page.waitForSelector('.sign-in', { state: 'detached' });
    expect(new URL(page.url()).pathname).toBe(home);
    if (home !== '/') {
      await page.waitForSelector('.page-head nav a');
      expect(await page.locator('.page-head nav a').allInnerTexts()).toEqual(menu);
    }
  });

  test('is told of a page that is not for it, and led from the overview to its own', async () => {
    bench.fixture.role = 'auditor';
    const page = await bench.open('/users', { waitFor: 'h1' });
    expect(await page.locator('h1').innerText()).toBe('您的角色不能查看这个页面');
    await page.goto(`${bench.fixture.url}/`);
    await page.waitForFunction(() => location.pathname === '/runs');
    expect(bench.fixture.batches).toEqual([]);
  });

  test('the audit log and the users', async () => {
    const page = await bench.open('/audit', { waitFor: 'table' });
    expect(await page.locator('tbody').innerText()).toContain('complaint-change');
    await page.getByRole('link', { name: '用户管理' }).click();
    await page.waitForSelector('text=李经办');
    expect(bench.complaints).toEqual([]);
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
