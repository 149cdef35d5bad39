/** Suppliers over rows written by hand: what the marts count, which rules fire and which near misses do not, what it costs, and black lists. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { violationModelSql } from '../../pipelines/alerts/compile.ts';
import { rulesOf } from '../../pipelines/alerts/shipped.ts';
import { loadSubjects } from '../../pipelines/alerts/subjects.ts';
import { blacklist, list, remove } from '../../pipelines/credit/blacklist.ts';
import { buildModels } from '../../pipelines/dbt/build.ts';
import { loadProject } from '../../pipelines/dbt/project.ts';
import { csvText } from '../../pipelines/dbt/seed.ts';
import { MODELS_DIRECTORY } from '../../pipelines/models-directory.ts';
import { objectNames } from '../../pipelines/object-names.ts';
import { handMadeTown, type HandMadeTown, linesOf } from '../support/hand-made-town.ts';
import { AS_OF, smallTown } from '../support/small-town.ts';
import { changeStd, type StdRow } from '../support/std-tables.ts';

const OPERATOR = '91439900MA00000011';
let project: HandMadeTown['project'];
let platform: HandMadeTown['platform'];

const supplier = (no: string, state: string): StdRow => ({
  ...{ supplier_no: no, credit_code: `9143990${no}MA0000000${no.slice(1)}`, supplier_name: `供应商${no}` },
  ...{ supplier_category: 'equipment', applied_on: '2024-05-01', supplier_state: state },
  approved_on: state === 'rejected' ? null : '2024-06-01',
});
const product = (no: string, of: string, state: string): StdRow => ({
  ...{ product_no: no, supplier_no: of, product_name: `产品${no}`, product_category: 'smart_lock' },
  ...{ product_state: state, published_on: '2026-01-10' },
  delisted_on: state === 'removed' ? '2026-10-01' : null,
});
let made = 0;
const cooperation = (of: string, state: string, due: string, completed: string | null = null): StdRow => ({
  ...{
    cooperation_no: `C${++made}`,
    supplier_no: of,
    buyer_credit_code: OPERATOR,
    cooperation_kind: 'product',
  },
  ...{ formed_on: '2025-12-01', confirmed_on: '2025-12-05', due_on: due, completed_on: completed },
  ...{ amount: '100.00', cooperation_state: state },
});
const rating = (of: number, stars: string, on: string, party = 'supplier'): StdRow => ({
  ...{ evaluation_no: `E${of}${party}`, cooperation_no: `C${of}`, evaluated_party: party },
  ...{ rated_on: on, rating: stars },
});
const complaint = (no: string, of: string, on: string, state = 'confirmed'): StdRow => ({
  ...{ complaint_no: no, product_no: of, complained_on: on, product_complaint_state: state },
});
const blocked = (no: string, on: string): StdRow => ({
  ...{ demand_no: no, buyer_credit_code: OPERATOR, published_on: on, demand_state: 'blocked' },
});

const ecology: Record<string, StdRow[]> = {
  'ecology.supplier': [
    supplier('S1', 'approved'),
    supplier('S2', 'blacklisted'),
    supplier('S3', 'approved'),
    supplier('S4', 'rejected'),
  ],
  'ecology.product': [
    product('P-1', 'S1', 'published'),
    product('P-2', 'S2', 'published'),
    product('P-3', 'S3', 'removed'),
  ],
  'ecology.cooperation': [
    // C1 to C5 within half a year, of which the last came a day late.
    ...[1, 2, 3, 4].map(() => cooperation('S1', 'completed', '2026-08-10', '2026-08-10')),
    cooperation('S1', 'completed', '2026-08-10', '2026-08-11'),
    cooperation('S1', 'confirmed', '2026-10-01'),
    ...[7, 8, 9].map(() => cooperation('S1', 'completed', '2026-02-01', '2026-02-01')),
    // C10 to C12: two of three broken.
    cooperation('S2', 'broken', '2026-06-01'),
    cooperation('S2', 'broken', '2026-06-01'),
    cooperation('S2', 'completed', '2026-06-01', '2026-06-01'),
    // C13, a week late to the day: not late enough for a rule.
    cooperation('S3', 'confirmed', '2026-10-24'),
  ],
  'ecology.evaluation': [
    ...[1, 2, 3].map((of) => rating(of, '2', '2026-08-20')),
    ...[7, 8, 9].map((of) => rating(of, '5', '2026-02-05')),
    rating(1, '5', '2026-08-21', 'buyer'),
  ],
  'ecology.product_complaint': [
    ...['2026-08-15', '2026-09-01', '2026-10-01'].map((on, i) => complaint(`Q${i}`, 'P-1', on)),
    ...['2026-09-01', '2026-09-02'].map((on, i) => complaint(`R${i}`, 'P-3', on)),
    complaint('R3', 'P-3', '2026-09-03', 'unfounded'),
  ],
  'ecology.demand': [blocked('D1', '2026-01-01'), blocked('D2', '2026-05-01'), blocked('D3', '2026-09-01')],
};

const lines = (sql: string): Promise<string[]> => linesOf(platform, sql);

beforeAll(async () => {
  ({ platform, project } = await handMadeTown({ ...smallTown, ...ecology }));
  await changeStd(
    platform.warehouse,
    'operations.project',
    `operator_credit_code = '${OPERATOR}' WHERE project_no = 'P1'`,
  );
  const decided = {
    path: 'seeds/decided_case.csv',
    content: csvText(
      [
        'decision',
        'case_id',
        'rule',
        'rule_zh',
        'object_kind',
        'object_key',
        'enterprise_id',
        'since',
        'decided_on',
      ],
      [
        [
          '1',
          'c'.repeat(32),
          'product_complaints',
          '产品频繁投诉',
          'product',
          'P-1',
          'e1',
          '2026-08-15',
          '2026-10-10',
        ],
      ],
    ),
  };
  // Of the rules those this is about: the others look at half of the platform.
  const rules = (await rulesOf(MODELS_DIRECTORY)).filter(
    ({ rule, family }) => family === 'supplier' || rule === 'buyer_repeat_violation',
  );
  const violations = {
    path: 'marts/supervision/generated/mart_supervision__violation.sql',
    content: violationModelSql(rules, await loadSubjects(MODELS_DIRECTORY)),
  };
  const built = await buildModels(platform, await loadProject(project.path, [decided, violations]), {
    asOf: AS_OF,
    select: [
      ...['supplier', 'product', 'demand', 'cooperation'].map((name) => `+mart_ecology__${name}`),
      ...['+mart_supervision__violation', '+mart_credit__score', 'mart_credit__entry'],
    ],
  });
  expect(built.filter(({ status }) => status !== 'built')).toEqual([]);
});
afterAll(async () => {
  await platform.close();
  await project.dispose();
});

test('the marts say what suppliers offer, delivered and were said of', async () => {
  expect(
    await lines(
      `SELECT supplier_no, is_in_force, published_products, cooperations, completed, completed_in_time, ratings, good_ratings,
         toString(rating), complaints_180 FROM mart_ecology.supplier ORDER BY supplier_no`,
    ),
  ).toEqual(['S1 1 1 9 8 7 6 3 3.5 3', 'S2 0 1 3 1 1 0 0  0', 'S3 1 0 1 0 0 0 0  2', 'S4 0 0 0 0 0 0 0  0']);
  expect(
    await lines(
      "SELECT count(), countIf(is_in_time), countIf(rating != '') FROM mart_ecology.cooperation WHERE cooperation_state = 'completed'",
    ),
  ).toEqual(['9 8 6']);
  expect(
    await lines('SELECT product_no, complaints, confirmed_complaints FROM mart_ecology.product ORDER BY 1'),
  ).toEqual(['P-1 3 3', 'P-2 0 0', 'P-3 3 2']);
});

test('rules about suppliers, products and buyers name those who did it and nobody who only looks so', async () => {
  const rules = (kinds: string): Promise<string[]> =>
    lines(
      `SELECT rule, object_key, level FROM mart_supervision.violation WHERE object_kind IN (${kinds}) ORDER BY rule, object_key`,
    );
  expect(await rules("'supplier', 'product'")).toEqual([
    'product_complaints P-1 medium',
    'supplier_delivery_delay S1 low',
    'supplier_performance_abnormal S2 medium',
    'supplier_quality_complaint_rate S1 medium',
    'supplier_reputation_drop S1 low',
    'supplier_violation S2 high',
  ]);
  const [operator] = await lines(
    `SELECT enterprise_id FROM base.enterprise WHERE credit_code = '${OPERATOR}'`,
  );
  expect(
    await lines(
      "SELECT object_key, evidence_zh FROM mart_supervision.violation WHERE rule = 'buyer_repeat_violation'",
    ),
  ).toEqual([`${operator} 近一年有 3 条采购需求被屏蔽`]);
});

test('credit of suppliers: deliveries, ratings, products taken off and decided cases; who was refused has none', async () => {
  expect(
    await lines(
      "SELECT party_id, toString(score), enterprise_name FROM mart_credit.score WHERE party_kind = 'supplier' ORDER BY party_id",
    ),
    // S1: twice late (-4), three bad ratings (-6), three good ones (+1.5), a decided case about its product (-5).
  ).toEqual(['S1 86.5 供应商S1', 'S2 90 供应商S2', 'S3 93 供应商S3']);
});

test('a supplier is listed for decided cases only, and comes off by two people', async () => {
  const { store, warehouse } = platform;
  const entry = { party: 'supplier' as const, partyId: 'S2', cases: ['d'.repeat(32)] };
  await expect(list(store, entry, { user: 'li', reason: '屡次违约' })).rejects.toMatchObject({
    code: 'conflict',
  });
  await store.db
    .insertInto('alert_case')
    .values({
      ...{ violation_id: 'd'.repeat(32), rule: 'supplier_violation', rule_zh: '供应商违规经营' },
      ...{ family: 'supplier', level: 'high', object_kind: 'supplier', object_key: 'S2', project_id: '' },
      ...{ enterprise_id: '', district_code: '', street_code: '', community_code: '', place_zh: '' },
      ...{ evidence_zh: '', since: '2026-10-01', first_found: '2026-10-01', last_found: '2026-10-01' },
      ...{ due_on: '2026-10-31', found_run: 'r', cleared_on: null, escalated_on: null },
    })
    .execute();
  await store.db
    .insertInto('alert_case_event')
    .values([
      { violation_id: 'd'.repeat(32), kind: 'found', author: 'run' },
      {
        violation_id: 'd'.repeat(32),
        kind: 'close',
        author: 'zhang',
        since: '2026-10-01',
        enterprise_id: '',
      },
    ])
    .execute();
  const { entryId } = await list(store, entry, { user: 'li', reason: '屡次违约' });
  await remove(store, entryId, { user: 'li', reason: '已整改' });
  await expect(remove(store, entryId, { user: 'li', reason: '已整改' })).rejects.toMatchObject({
    code: 'conflict',
  });
  await remove(store, entryId, { user: 'wang', reason: '同意' });
  expect(await blacklist(store, { standing: true })).toEqual([]);
  const nameOf = await objectNames(warehouse, [
    { kind: 'supplier', key: 'S2' },
    { kind: 'product', key: 'P-1' },
    { kind: 'credit_party', key: 'supplier:S3' },
  ]);
  expect([
    nameOf({ kind: 'supplier', key: 'S2' }),
    nameOf({ kind: 'product', key: 'P-1' }),
    nameOf({ kind: 'credit_party', key: 'supplier:S3' }),
  ]).toEqual(['供应商S2', '产品P-1', '供应商S3']);
});
