/** Pages of those who look after data and cases: cleaning, quarantine, drift, alerts, devices, who is who, catalog, tags. */
import { describe, expect, test } from '@jest/globals';
import { useBench } from './support.ts';

const bench = useBench();
const laptop = { viewport: { width: 1366, height: 768 } };

describe('quarantine', () => {
  test('leads from the counts to a row, which is mended with a reason', async () => {
    const page = await bench.open('/quarantine', { ...laptop, waitFor: 'table' });
    await page.getByRole('button', { name: '查看' }).first().click();
    await page.waitForFunction(() => location.search.includes('rule=format'));
    await page.waitForSelector('[aria-label="对以上筛选的全部行"]');
    await page.goto(`${new URL(page.url()).origin}/quarantine?batchNo=7&row=3`);
    const mend = page.getByRole('button', { name: '修复入库' });
    await mend.waitFor();
    expect(await mend.isDisabled()).toBe(true);
    await page.fill('[aria-label="更正为 抄表日期"]', '2026-02-28');
    await page.fill('[aria-label="理由（必填，留痕）"]', '按抄表单改正');
    await mend.click();
    await page.waitForSelector('.notice-line');
    expect(bench.fixture.calls.find((call) => call.path === '/api/quarantine/mend')?.body).toEqual({
      dataset: 'utilities.water_reading',
      selection: { batchId: 7, rowNos: [3] },
      reason: '按抄表单改正',
      corrections: { reading_date: '2026-02-28' },
    });
    expect(bench.complaints).toEqual([]);
  });
});

describe('cleaning rules', () => {
  test('a word nobody knows becomes a draft, and a tried rule is let in with a reason', async () => {
    const page = await bench.open('/cleaning?show=unmapped', { ...laptop, waitFor: 'table' });
    await page.getByRole('button', { name: '编制规则' }).last().click();
    await page.waitForSelector('form[aria-label="编制规则"]');
    expect(await page.inputValue('textarea[name="words"]')).toBe('离婚状态 = 40');
    await page.fill('[name="reason"]', '民政口径');
    await page.getByRole('button', { name: '保存草稿' }).click();
    await page.waitForSelector('[data-changed="1318"]');
    expect(await page.locator('[data-let-in]').innerText()).toMatch(/有 61 行待处理.*将有 57 行/);
    const drafted = bench.fixture.calls.find(
      (call) => call.method === 'POST' && call.path === '/api/cleaning/rules',
    );
    expect(drafted?.body).toEqual({
      definition: {
        dataset: 'operations.household_member',
        action: { kind: 'map', field: 'marital_status', words: { 离婚状态: '40' } },
        order: 100,
      },
      reason: '民政口径',
    });
    const activate = page.getByRole('button', { name: '启用（下次运行起）' });
    expect(await activate.isDisabled()).toBe(true);
    await page.fill('section [aria-label="理由（必填，留痕）"]', '已核对');
    await activate.click();
    await page.waitForFunction(
      () =>
        document.querySelector<HTMLInputElement>('section [aria-label="理由（必填，留痕）"]')?.value === '',
    );
    expect(bench.fixture.calls.find((call) => call.path.endsWith('/activate'))?.body).toEqual({
      reason: '已核对',
    });
    expect(bench.complaints).toEqual([]);
  });
});

describe('who is who', () => {
  test('a pair is decided by keys with a reason, taken back, and shown whole only with one', async () => {
    const page = await bench.open('/identity', { ...laptop, waitFor: '[aria-label="证据"]' });
    await page.getByText('支持（极强）').first().waitFor();
    expect(await page.locator('[aria-label="待判定的对"] li').count()).toBe(3);
    // Without a reason nothing is decided: the key leads to the field.
    await page.keyboard.press('s');
    await page.waitForFunction(() =>
      document.activeElement?.getAttribute('aria-label')?.startsWith('判定理由'),
    );
    await page.keyboard.type('同一户，字形不同');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: '查看明文' }).click();
    await page.getByText('張偉明').waitFor();
    await page.keyboard.press('s');
    await page.waitForFunction(() => document.querySelectorAll('[aria-label="待判定的对"] li').length === 2);
    const posted = (end: string) =>
      bench.fixture.calls.find((call) => call.method === 'POST' && call.path === `/api/identity/${end}`)
        ?.body;
    const key = { entity: 'person', a: 'operations.household_member:id_number:01', b: 'person:9f' };
    expect(posted('decisions')).toEqual({
      ...key,
      verdict: 'same',
      reason: '同一户，字形不同',
      remember: false,
    });
    expect(posted('pair/reveal')).toEqual({ ...key, reason: '同一户，字形不同' });
    await page.getByRole('button', { name: /撤销上一判定/ }).click();
    await page.waitForFunction(() => document.querySelectorAll('[aria-label="待判定的对"] li').length === 3);
    await page.getByRole('tab', { name: '疑似同一房屋' }).click();
    await page.getByText('阀门厂宿舍').waitFor();
    expect(await page.locator('[aria-label="关联规则"]').innerText()).toContain('地址 不成立：小区 不一致');
    expect(await page.locator('.identity-because').innerText()).toContain('双方各自指向不同对象');
    await page.getByText('以往判定与变更').click();
    await page.getByText('拆分 1a → 2b').waitFor();
    await page.getByRole('tab', { name: '疑似同一家庭' }).click();
    await page.getByText('没有待判定的对').waitFor();
    expect(bench.complaints).toEqual([]);
  });
});

describe('drift', () => {
  test('shows what changed in which delivery and the change proposed, and takes an answer with its reason', async () => {
    const page = await bench.open('/drift', { ...laptop, waitFor: 'table' });
    expect(await page.locator('tbody').innerText()).toMatch(/抄表员\s+新增列/);
    expect(await page.locator('tbody').innerText()).toContain('仅记录 · 该列专门约定');
    await page.getByRole('button', { name: '查看' }).click();
    await page.waitForSelector('[data-proposal]');
    const proposal = await page.locator('[data-proposal]').innerText();
    expect(proposal).toContain('增加可缺列');
    expect(proposal).toContain('31 (water_20261001.csv, 250 行)');
    const accept = page.getByRole('button', { name: '接受变更', exact: true });
    expect(await accept.isDisabled()).toBe(true);
    await page.fill('[aria-label="理由（必填，留痕）"]', '水司已来函说明');
    await accept.click();
    await page.waitForSelector('.notice-line');
    const asked = bench.fixture.calls.find((call) => call.path.endsWith('/accept'));
    expect(asked).toMatchObject({ method: 'POST', guarded: true, body: { reason: '水司已来函说明' } });
    expect(bench.complaints).toEqual([]);
  });
});

describe('alerts', () => {
  test('shows what rules found, how right each has been, and takes a case from hand to hand', async () => {
    const page = await bench.open('/alerts', { ...laptop, waitFor: 'table' });
    expect(await page.locator('tbody').innerText()).toMatch(/重大\s+疑似转租/);
    expect(await page.locator('tbody').innerText()).toContain('3栋2单元1102室');
    await page.getByRole('button', { name: '查看' }).click();
    await page.waitForSelector('[data-case]');
    expect(await page.locator('[data-case]').innerText()).toContain('0.9852');
    const receive = page.getByRole('button', { name: '签收', exact: true });
    expect(await receive.isDisabled()).toBe(true);
    await page.fill('[aria-label="理由（必填，留痕）"]', '已联系街道');
    await receive.click();
    await page.waitForFunction(() =>
      document.querySelector('[data-case] h2')?.textContent?.includes('已签收'),
    );
    const asked = bench.fixture.calls.find((call) => call.path.endsWith('/act'));
    expect(asked).toMatchObject({
      guarded: true,
      body: { action: 'receive', note: '已联系街道', version: 1 },
    });
    await page.getByRole('button', { name: '规则', exact: true }).click();
    await page.waitForFunction(() => document.querySelector('tbody')?.textContent?.includes('90.0 %'));
    await page.getByRole('button', { name: '编辑', exact: true }).click();
    await page.fill('[aria-label="非登记人员开门天数 天"]', '25');
    await page.fill('[aria-label="理由（必填，留痕）"]', '放宽');
    await page.getByRole('button', { name: '保存草稿', exact: true }).click();
    await page.waitForSelector('[data-version="tried"] [data-found="41"]');
    const draft = bench.fixture.calls.find(
      ({ method, path }) => method === 'POST' && path === '/api/alerts/rules',
    );
    expect(draft).toMatchObject({
      guarded: true,
      body: { reason: '放宽', definition: { rule: { when: [{ is: 'at_least', value: '25' }] } } },
    });
    expect(bench.complaints).toEqual([]);
  });
});

describe('devices', () => {
  test('shows who is online, thresholds and refusals; a device with its readings gets a new credential', async () => {
    const page = await bench.open('/devices', { ...laptop, waitFor: '[aria-label="物联设备"] tbody' });
    expect(await page.locator('[data-online]').getAttribute('data-online')).toBe('1');
    expect(await page.locator('[aria-label="近 7 天越限与事件"] tbody').innerText()).toContain('9.5');
    expect(await page.locator('[aria-label="近 7 天拒收消息"] tbody').innerText()).toContain(
      'unknown_property',
    );
    await page.getByRole('button', { name: '查看' }).first().click();
    await page.waitForSelector('[aria-label="最近读数"] tbody');
    expect(await page.locator('[aria-label="最近读数"] tbody').innerText()).toContain('123.4');
    await page.getByRole('button', { name: '重置凭据' }).click();
    await page.waitForSelector('.notice-line code');
    expect(await page.locator('.notice-line code').innerText()).toBe('new-token');
    expect(bench.complaints).toEqual([]);
  });
});

describe('the catalog', () => {
  test('leads from a word to an entry: late or not, how good, columns with their lineage, what it is made of', async () => {
    const page = await bench.open('/catalog', { ...laptop, waitFor: 'table' });
    await page.fill('main [type=search]', '水表');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 1);
    expect(await page.locator('tbody').innerText()).toContain('逾期 11 天');
    await page.getByRole('button', { name: '查看' }).click();
    await page.waitForSelector('[data-basis="own"] .heatmap');
    expect(await page.locator('[data-late="true"]').innerText()).toContain('2026-10-17 · 逾期 11 天');
    expect(await page.locator('[aria-label="更新时限"] tbody').innerText()).toMatch(
      /3 · 目录 1\s+逾期 11 天/,
    );
    await page.getByRole('link', { name: 'mart_supervision.violation' }).click();
    await page.waitForSelector('[data-basis="datasets"]');
    expect(await page.locator('[aria-label="字段"] tbody').innerText()).toContain('GB/T 37346-2019');
    await page.locator('[aria-label="字段"] tbody tr', { hasText: 'house_code' }).getByRole('button').click();
    await page.waitForSelector('[data-lineage="house_code"] [aria-label="由何而来"] tbody');
    expect(await page.locator('[aria-label="由何而来"] tbody').innerText()).toContain(
      'raw.utilities__water_reading.房屋编码',
    );
    await page.getByRole('link', { name: 'violation_cnt' }).waitFor();
    const shot = process.env.ANJU_SHOT_CATALOG;
    if (shot) await page.screenshot({ path: shot, fullPage: true });
    expect(bench.complaints).toEqual([]);
  });

  test('traces a row by a key that stays out of the address, and the row of a case of alert at once', async () => {
    const entry = '/catalog?of=model&name=mart_supervision.violation';
    const page = await bench.open(entry, { ...laptop, waitFor: '[data-trace]' });
    await page.selectOption('[aria-label="主键字段"]', 'house_code');
    await page.fill('[aria-label="值"]', 'H-0001');
    await page.getByRole('button', { name: '行级溯源' }).click();
    await page.waitForSelector('[data-trace="1"]');
    expect(await page.locator('[aria-label="来源文件与行"] tbody').innerText()).toMatch(
      /water_20261017\.csv\s+7\s+3, 4/,
    );
    expect(page.url()).not.toContain('H-0001');
    const certificate = page.getByRole('link', { name: '到达凭证' });
    expect(await certificate.getAttribute('href')).toBe('/runs?show=deliveries&delivery=d1');
    const traced = () => bench.fixture.calls.filter(({ path }) => path === '/api/lineage/rows');
    expect(traced()[0]).toMatchObject({
      guarded: true,
      body: { model: 'mart_supervision.violation', key: { house_code: 'H-0001' } },
    });
    await page.goto(`${new URL(page.url()).origin}/alerts`);
    await page.getByRole('button', { name: '查看' }).click();
    await page.getByRole('link', { name: '溯源' }).click();
    await page.waitForSelector('[data-trace="1"]');
    expect(
      traced()
        .slice(1)
        .map(({ body }) => body),
    ).toEqual([{ model: 'mart_supervision.violation', key: { violation_id: 'a'.repeat(32) } }]);
    expect(bench.complaints).toEqual([]);
  });
});

describe('tags', () => {
  test('are combined into a list of holders, and a predictive one says how right it was', async () => {
    const page = await bench.open('/tags', { ...laptop, waitFor: '[aria-label="数据标签"] tbody' });
    expect(await page.locator('[aria-label="数据标签"] tbody tr').count()).toBe(2);
    const row = (zh: string) => page.locator('[aria-label="数据标签"] tbody tr', { hasText: zh });
    await row('年满60').getByRole('button').click();
    await page.waitForSelector('[data-holders] tbody');
    expect(await page.locator('[data-precision]').count()).toBe(0);
    await row('预计下季欠租').getByRole('button').click();
    await page.waitForSelector('[data-precision="0.6"]');
    expect(await page.locator('[data-precision]').innerText()).toMatch(/60\.0 %[\s\S]*80\.0 %[\s\S]*3\.3 %/);
    expect(await page.locator('[aria-label="拥有者"] tbody').innerText()).toMatch(
      /徐\*[\s\S]*年满60、预计下季欠租/,
    );
    const asked = bench.fixture.calls.filter(({ path }) => path === '/api/tags/holders').at(-1)?.body;
    expect(asked).toEqual({ subject: 'person', all: ['elderly', 'arrears_foreseen'], limit: 50, offset: 0 });
    await page.getByRole('button', { name: '房源', exact: true }).click();
    await page.waitForFunction(() => document.querySelectorAll('[data-holders]').length === 0);
    expect(await page.locator('[aria-label="数据标签"] tbody tr').count()).toBe(1);
    expect(bench.complaints).toEqual([]);
  });

  test('a draft of staff is written with a reason and tried', async () => {
    const page = await bench.open('/tags', { ...laptop, waitFor: '[data-making] tbody' });
    const draft = page.getByRole('button', { name: '起草', exact: true });
    await page.fill('[data-making] textarea', '{"off":"elderly"}');
    expect(await draft.isDisabled()).toBe(true);
    await page.fill('[data-making] [aria-label="理由（必填，留痕）"]', '本市不用');
    const posted = (path: string) =>
      page.waitForResponse((one) => one.request().method() === 'POST' && one.url().endsWith(path));
    const drafted = posted('/api/tags/versions');
    await draft.click();
    await drafted;
    const tried = posted('/api/tags/versions/3/try');
    await page.getByRole('button', { name: '试算', exact: true }).click();
    await tried;
    const post = bench.fixture.calls.find(
      ({ method, path }) => method === 'POST' && path === '/api/tags/versions',
    );
    expect(post).toMatchObject({
      guarded: true,
      body: { definition: { off: 'elderly' }, reason: '本市不用' },
    });
    expect(bench.complaints).toEqual([]);
  });
});
