/** What a sender declares in a control file beside the delivery, compared with what was counted. */
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { certificateOf } from '../../ingestion/certificate/issue.ts';
import { verifyPath } from '../../ingestion/certificate/verify.ts';
import type { DatasetInput } from '../../ingestion/contract.ts';
import { saveContract } from '../../ingestion/contracts/home.ts';
import { landFile, landInbox } from '../../ingestion/landing/index.ts';
import { homePaths } from '../../warehouse/home.ts';
import { putInInbox } from '../support/deliveries.ts';
import { testPlatform, type TestPlatform } from '../support/platform.ts';

let platform: TestPlatform;
beforeAll(async () => {
  platform = await testPlatform();
  for (const [dataset, controls] of [
    ['lenient', { refuse: 'rows' }],
    ['strict', { refuse: 'all', manifest: 'required' }],
  ] as const)
    await saveContract(platform.config, contract(dataset, controls));
});
afterAll(() => platform.close());

const contract = (dataset: string, controls: DatasetInput['controls']): DatasetInput => ({
  ...{
    source: 'fees',
    dataset,
    zh: '缴费',
    reference: 'test',
    owner: '测试局',
    grain: 'a payment',
    legalBasis: 'test',
  },
  ...{
    key: ['no'],
    load: { strategy: 'append', cursor: 'paid_on' },
    cadence: 'daily',
    latenessDays: 1,
    level: 2,
  },
  delivery: { shape: 'csv', encoding: 'utf-8' },
  controls,
  fields: [
    { name: 'no', source: '编号', element: 'identifier', required: true, onInvalid: 'reject' },
    { name: 'amount', source: '金额(万元)', element: 'money', unit: 'wan_yuan' },
    { name: 'paid_on', source: '日期', element: 'date' },
  ],
});
const csv = (...rows: string[]): string => `编号,金额(万元),日期\n${rows.join('\n')}\n`;
let files = 0;
/** Puts both into the inbox under a name of their own and lands them from there. */
async function land(dataset: string, content: string, control: unknown) {
  files += 1;
  const name = `f${files}_20260102.csv`;
  const path = await putInInbox(platform, `fees.${dataset}`, name, content);
  const text = typeof control === 'string' ? control : JSON.stringify(control);
  await putInInbox(platform, `fees.${dataset}`, `${name}.manifest.json`, text);
  const result = await landFile(platform, { path, dataset: `fees.${dataset}` });
  const { certificate } = await certificateOf(platform, result.deliveryId);
  return { result, certificate, controls: certificate.findings?.controls };
}

test('what agrees is in the certificate, declared and counted, with the contract’s version', async () => {
  const content = csv('A1,1.5,2026-01-01', 'A2,0.25,2026/1/2');
  const { certificate } = await land('lenient', content, {
    sha256: createHash('sha256').update(content).digest('hex').toUpperCase(),
    bytes: Buffer.byteLength(content),
    rows: 2,
    totals: { '金额(万元)': '1.75' },
    dates: { from: '20260101', to: '2026-01-02' },
    sender: '水务公司',
  });
  expect(certificate).toMatchObject({
    outcome: 'loaded',
    contractVersion: 1,
    findings: {
      declared: { rows: 2, sender: '水务公司' },
      controls: [
        { item: 'rows', declared: '2', counted: '2', agrees: true },
        { item: 'total', column: '金额(万元)', declared: '1.75', counted: '17500', agrees: true },
        { item: 'dates', column: '日期', counted: '2026-01-01 – 2026-01-02', agrees: true },
      ],
    },
  });
});

test('another total or date is told, and refused only where the contract says so', async () => {
  const content = csv('B1,1.5,2026-01-01', 'B2,0.25,2026-01-02');
  const control = { totals: { '金额(万元)': '2' }, dates: { from: '2026-01-01', to: '2026-01-31' } };
  const told = await land('lenient', content, control);
  expect(told.controls).toMatchObject([
    { item: 'total', declared: '2', counted: '17500', agrees: false },
    { item: 'dates', agrees: false },
  ]);
  expect(told.certificate.notes).toEqual([expect.stringContaining('金额'), expect.stringContaining('dates')]);
  const refused = await land('strict', content, control);
  expect(refused.certificate).toMatchObject({
    outcome: 'refused',
    refusal: { rule: 'declared_total', column: '金额(万元)', declared: '2', counted: '17500' },
  });
});

test('with rows set aside nobody can tell whether a total is wrong', async () => {
  const content = csv('C1,1.5,2026-01-01', ',0.5,2026-01-02');
  const { controls } = await land('strict', content, { rows: 2, totals: { '金额(万元)': 2 } });
  expect(controls).toMatchObject([{ agrees: true }, { item: 'total', agrees: null }]);
});

test.each([
  ['fewer rows', 'declared_rows', { rows: 3 }],
  ['other bytes', 'declared_content', { sha256: '0'.repeat(64) }],
  ['a word nobody knows', 'bad_manifest', { row: 1 }],
  ['no JSON', 'bad_manifest', '{'],
])('%s: refused (%s)', async (_, rule, control) => {
  const { certificate } = await land('lenient', csv(`D${files},1,2026-01-01`), control);
  expect(certificate).toMatchObject({ outcome: 'refused', refusal: { rule } });
});

test('a file waits for its control file where the contract asks for one; both leave the inbox together', async () => {
  const inbox = join(homePaths(platform.config.home).inbox, 'fees', 'strict');
  for (const left of await readdir(inbox)) expect(left).toMatch(/^f[0-9]/);
  const select = ({ dataset }: { dataset: string }): boolean => dataset === 'strict';
  await landInbox(platform, { select });
  await putInInbox(platform, 'fees.strict', 'late.csv', csv('E1,1,2026-01-01'));
  expect(await landInbox(platform, { select })).toEqual([]);
  await putInInbox(platform, 'fees.strict', 'late.csv.manifest.json', '{"rows": 1}');
  expect(await landInbox(platform, { select })).toMatchObject([{ loaded: 1 }]);
  expect(await readdir(inbox)).toEqual([]);
  await putInInbox(platform, 'fees.strict', 'short.csv', csv('E2,1,2026-01-01'));
  await putInInbox(platform, 'fees.strict', 'short.csv.manifest.json', '{"rows": 2}');
  expect(await landInbox(platform, { select })).toMatchObject([{ refused: 1 }]);
  expect(await readdir(inbox)).toEqual([]);
  const checked = await verifyPath(join(platform.config.objectStore, 'landing'));
  expect(checked.flatMap(({ problems }) => problems)).toEqual([]);
});
