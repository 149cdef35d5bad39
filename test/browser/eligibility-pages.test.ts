/** Pages of eligibility and credit: a pre-review with its reasons and rows, a poll, a rule tried and let in; a score that adds up, a black list. */
import { describe, expect, test } from '@jest/globals';
import { useBench } from './support.ts';

const bench = useBench();
const laptop = { viewport: { width: 1366, height: 768 } };
const REASON = '[aria-label="理由（必填，留痕）"]';
const posted = (path: string) =>
  bench.fixture.calls.find((call) => call.method === 'POST' && call.path === path);
const lastOf = (path: string) => bench.fixture.calls.filter((call) => call.path === path).at(-1);

describe('eligibility', () => {
  test('leads from who waits to the verdict, each rule’s reason and the rows of files it stands on', async () => {
    const page = await bench.open('/eligibility', { ...laptop, waitFor: '[data-waiting] tbody' });
    expect(await page.locator('[data-waiting] tbody').innerText()).toMatch(/A1 · 张\*明.*挂起/s);
    await page.locator('[data-waiting]').getByRole('button', { name: '查看' }).click();
    await page.waitForSelector('[data-review="refuse"] [aria-label="逐条规则"] tbody');
    await page.waitForFunction(() =>
      document.querySelector('[aria-label="逐条规则"] tbody')?.textContent?.includes('H16'),
    );
    expect(await page.locator('[aria-label="逐条规则"] tbody').innerText()).toContain(
      '名下住房 1 处，80 平方米',
    );
    await page.waitForFunction(() =>
      document.querySelector('[data-silent]')?.textContent?.includes('房产基本信息'),
    );
    await page.getByRole('button', { name: '来源 1' }).click();
    const certificate = page.getByRole('link', { name: '到达凭证' });
    await certificate.waitFor();
    expect(await certificate.getAttribute('href')).toBe('/runs?show=deliveries&delivery=d9');
    expect(bench.complaints).toEqual([]);
  });

  test('shows people whole only for a reason, and works an answer out again', async () => {
    const page = await bench.open('/eligibility?application=A1&review=5', {
      ...laptop,
      waitFor: '[aria-label="家庭成员"] tbody',
    });
    expect(await page.locator('[aria-label="家庭成员"] tbody').innerText()).toContain('李*');
    const reveal = page.getByRole('button', { name: '查看明文' });
    expect(await reveal.isDisabled()).toBe(true);
    await page.fill(REASON, '核对到场人员');
    await reveal.click();
    await page.getByText('439901198502020028').waitFor();
    expect(posted('/api/eligibility/reviews/5/reveal')).toMatchObject({
      guarded: true,
      body: { reason: '核对到场人员' },
    });
    await page.getByRole('button', { name: '按当时所知重算' }).click();
    await page.waitForSelector('[data-same="true"]');
    expect(bench.complaints).toEqual([]);
  });

  test('polls beneficiaries with a reason and goes on to a household', async () => {
    const page = await bench.open('/eligibility?show=polls', {
      ...laptop,
      waitFor: '[aria-label="轮询"] tbody',
    });
    await page.selectOption('[aria-label="全部保障方式"]', 'prh');
    await page.fill(REASON, '月度轮询');
    await page.getByRole('button', { name: '发起轮询' }).click();
    await page.waitForSelector('[data-poll="3"] tbody');
    expect(posted('/api/eligibility/polls')?.body).toEqual({
      scope: { programme: 'prh' },
      reason: '月度轮询',
    });
    await page.locator('[data-poll]').getByRole('button', { name: '不符合', exact: true }).click();
    await page.waitForFunction(() => location.search.includes('verdict=refuse'));
    await page.locator('[data-poll]').getByRole('button', { name: '查看' }).click();
    await page.waitForFunction(() => location.search.includes('application=A1'));
    await page.waitForSelector('[aria-label="该申请的预审"] tbody');
    expect(bench.complaints).toEqual([]);
  });

  test('finds reviews and polled households by what people know of them, never through the address', async () => {
    const page = await bench.open('/eligibility', { ...laptop, waitFor: '[data-reviews="1"] tbody' });
    const number = '439901198001010011';
    const of = page.locator('[data-reviews]');
    await of.getByLabel('申请人证件号码').fill(number);
    await of.getByLabel('街道代码(9位)').fill('439901001');
    await of.getByLabel('各项分析状态').selectOption({ label: '社保 · 在保' });
    const told = page.waitForResponse((answer) => answer.url().endsWith('/api/eligibility/reviews/find'));
    await of.getByRole('button', { name: '查找' }).click();
    await told;
    expect(lastOf('/api/eligibility/reviews/find')?.body).toEqual({
      ...{ idNumber: number, street: '439901001', analysis: 'insurance', state: 'insured' },
      ...{ limit: 20, offset: 0 },
    });
    await page.goto(new URL('/eligibility?show=polls&poll=3', page.url()).href);
    await page.waitForSelector('[data-poll="3"] tbody');
    await page.locator('[data-poll]').getByLabel('保障房号').fill('H-1');
    await page.locator('[data-poll]').getByLabel('证件号码').fill(number);
    await page.locator('[data-poll]').getByRole('button', { name: '查找' }).click();
    await page.waitForFunction(() => location.search.includes('of=all'));
    await page.getByRole('button', { name: '按当时所知重算' }).click();
    await page.waitForSelector('[data-same="true"]');
    expect(lastOf('/api/eligibility/polls/3/find')?.body).toEqual({
      ...{ idNumber: number, houseCode: 'H-1', only: 'all', limit: 50, offset: 0 },
    });
    expect([page.url(), ...bench.requests].filter((url) => url.includes(number))).toEqual([]);
    expect(bench.complaints).toEqual([]);
  });

  test('changes a threshold as a draft, shows who would change, and is let in with a reason', async () => {
    const page = await bench.open('/eligibility?show=rules', {
      ...laptop,
      waitFor: '[aria-label="现行规则"] tbody',
    });
    await page.getByRole('button', { name: '改动' }).first().click();
    await page.fill('input[name="to"]', '50000');
    await page.fill(`form ${REASON}`, '新口径');
    await page.getByRole('button', { name: '保存草稿' }).click();
    await page.waitForSelector('[data-version="draft"]');
    expect(posted('/api/eligibility/rules')?.body).toMatchObject({
      reason: '新口径',
      definition: { rule: 'income_line', to: { is: 'at_most', value: 50_000 } },
    });
    await page.getByRole('button', { name: '试算影响' }).click();
    await page.waitForSelector('[data-version="tried"] [data-stricter="6"]');
    expect(await page.locator('[aria-label="受影响的家庭"] tbody').innerText()).toContain('…0007');
    const approve = page.getByRole('button', { name: '审核启用' });
    expect(await approve.isDisabled()).toBe(true);
    await page.fill(`[data-version] ${REASON}`, '已核对');
    await approve.click();
    await page.waitForSelector('[data-version="active"]');
    expect(bench.complaints).toEqual([]);
  });
});

describe('credit', () => {
  test('ranks, shows the entries a score is the sum of, and takes a listing to a second person', async () => {
    const page = await bench.open('/credit', { ...laptop, waitFor: '[aria-label="信用榜"] tbody' });
    await page.locator('[aria-label="信用榜"]').getByRole('button', { name: '查看' }).click();
    await page.waitForSelector('[data-party="A1"] [data-sum="79.00"]');
    await page.fill(`[data-party] ${REASON}`, '转租属实');
    await page.getByRole('button', { name: '列入黑名单 (1)' }).click();
    await page.waitForSelector('[aria-label="黑名单"] tbody');
    expect(posted('/api/credit/blacklist')).toMatchObject({
      guarded: true,
      body: { party: 'tenant', partyId: 'A1', cases: ['c'.repeat(32)], reason: '转租属实' },
    });
    const agree = page.getByRole('button', { name: '同意移出' });
    expect(await agree.isDisabled()).toBe(true);
    await page.fill(REASON, '已核实改正');
    await agree.click();
    await page.waitForFunction(() =>
      document.querySelector('[aria-label="黑名单"] tbody')?.textContent?.includes('已移出'),
    );
    expect(bench.complaints).toEqual([]);
  });

  test('takes an indicator from what is in force through a draft and its effect to being let in', async () => {
    const page = await bench.open('/credit?show=indicators', {
      ...laptop,
      waitFor: '[aria-label="现行指标"] tbody',
    });
    expect(await page.locator('[aria-label="现行指标"] tbody').innerText()).toContain('case:sublet -20');
    await page.locator('[aria-label="现行指标"]').getByRole('button', { name: '编辑' }).click();
    const written = page.locator('[aria-label="指标定义(JSON)"]');
    await written.fill((await written.inputValue()).replace('"rule"', '-30'));
    await page.fill(`[data-making] ${REASON}`, '加重');
    await page.getByRole('button', { name: '起草' }).click();
    await page.waitForSelector('[data-version="draft"]');
    expect(posted('/api/credit/indicators')).toMatchObject({
      body: { definition: { indicator: { indicator: 'tenant_sublet', points: -30 } }, reason: '加重' },
    });
    await page.getByRole('button', { name: '试算影响' }).click();
    await page.waitForSelector('[data-version="tried"] [data-lower="3"]');
    expect(await page.locator('[data-lower]').innerText()).toContain('B→C 2');
    await page.fill(`[data-version] ${REASON}`, '已核');
    await page.getByRole('button', { name: '审核启用' }).click();
    await page.waitForSelector('[data-version="active"]');
    expect(bench.complaints).toEqual([]);
  });

  test('both pages read in English and in the light', async () => {
    const page = await bench.open('/credit', { ...laptop, waitFor: '[aria-label="信用榜"] tbody' });
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('button', { name: 'Light' }).click();
    await page.waitForSelector('[aria-label="Best first"] tbody');
    await page.getByRole('link', { name: 'Eligibility', exact: true }).click();
    await page.waitForSelector('[data-waiting] [aria-label="Under review"] tbody');
    expect(await page.locator('[data-waiting] tbody').innerText()).toContain('in review · Suspended');
    expect(bench.complaints).toEqual([]);
  });
});
