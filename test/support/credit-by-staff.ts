/** Decisions of people and indicators of staff over the small town: what was decided costs what indicators and rules in force say. */
import { expect } from '@jest/globals';
import { z } from 'zod';
import { shippedAlerts, staffAlertRules, staffDefinitionSchema } from '../../pipelines/alerts/staff.ts';
import { decidedCaseFiles } from '../../pipelines/credit/decided.ts';
import { activateIndicator, draftIndicator, tryOutIndicator } from '../../pipelines/credit/manage.ts';
import {
  shippedCredit,
  staffCreditFiles,
  staffIndicators,
  staffIndicatorSchema,
} from '../../pipelines/credit/staff.ts';
import { buildModels } from '../../pipelines/dbt/build.ts';
import { loadProject } from '../../pipelines/dbt/project.ts';
import { MODELS_DIRECTORY } from '../../pipelines/models-directory.ts';
import type { TestPlatform } from './platform.ts';
import { AS_OF } from './small-town.ts';

const MODELS = [
  'credit_indicator',
  'credit_rule',
  'decided_case',
  'settled_case',
  'mart_credit__entry',
  'mart_credit__score',
];
const writer = { user: 'writer', reason: '测试' };
const reader = { user: 'reader', reason: '已核' };

/** @param operator credit code of the enterprise that runs the compound of the small town */
export async function creditByStaff(
  platform: TestPlatform,
  projectPath: string,
  operator: string,
): Promise<void> {
  const { store, warehouse } = platform;
  const lines = async (sql: string): Promise<string[]> =>
    (await warehouse.rows(sql, z.record(z.string(), z.unknown()))).map((each) =>
      Object.values(each).join(' '),
    );
  const build = async (): Promise<void> => {
    const made = [...(await decidedCaseFiles(store)), ...(await staffCreditFiles(store, MODELS_DIRECTORY))];
    const built = await buildModels(platform, await loadProject(projectPath, made), {
      asOf: AS_OF,
      select: MODELS,
    });
    expect(built.filter(({ status }) => status !== 'built' && status !== 'skipped')).toEqual([]);
  };
  const [enterprise = ''] = await lines(
    `SELECT enterprise_id FROM base.enterprise WHERE credit_code = '${operator}'`,
  );
  expect(enterprise).not.toBe('');
  const found = async (letter: string, rule: string, kind: string, key: string, days: string[]) => {
    const violation_id = letter.repeat(32);
    await store.db
      .insertInto('alert_case')
      .values({
        ...{ violation_id, rule, rule_zh: rule, family: 'contract', level: 'high', object_kind: kind },
        ...{
          object_key: key,
          project_id: 'P1',
          enterprise_id: enterprise,
          district_code: '',
          street_code: '',
        },
        ...{
          community_code: '',
          place_zh: '',
          evidence_zh: '',
          since: '2026-09-20',
          first_found: '2026-10-01',
        },
        ...{
          last_found: '2026-10-01',
          due_on: '2026-10-31',
          found_run: 'r',
          cleared_on: null,
          escalated_on: null,
        },
      })
      .execute();
    for (const [nth, day] of days.entries())
      await store.db
        .insertInto('alert_case_event')
        .values([
          { violation_id, kind: nth === 0 ? 'found' : 'found_again', author: 'run' },
          {
            ...{
              violation_id,
              kind: 'close',
              author: 'zhang',
              since: '2026-09-20',
              enterprise_id: enterprise,
            },
            at: new Date(`${day}T02:00:00Z`),
          },
        ])
        .execute();
  };
  const costs = (): Promise<string[]> =>
    lines(
      `SELECT party_kind, indicator, splitByChar('-', event_key)[1] AS id, toFloat64(points) AS points FROM mart_credit.entry
       WHERE is_case ORDER BY id, happened_on`,
    ).then((all) => all.map((line) => line.replaceAll(/([a-f])\1{31}/g, '$1')));

  // Twice decided costs twice; what the landlord did costs the landlord, though it is about a dwelling; a rule of staff's own costs too.
  await found('a', 'contract_mismatch', 'contract', 'C2', ['2026-10-10', '2026-10-20']);
  await found('b', 'rent_over_limit', 'dwelling', 'nobody', ['2026-10-12']);
  await found('c', 'pets', 'contract', 'C2', ['2026-10-14']);
  await build();
  const shippedCosts = [
    'tenant tenant_untruthful a -10',
    'tenant tenant_untruthful a -10',
    'enterprise enterprise_letting b -5',
  ];
  expect(await costs()).toEqual(shippedCosts);

  const { rules } = await shippedAlerts(MODELS_DIRECTORY);
  const mismatch = rules.find(({ rule }) => rule === 'contract_mismatch');
  const own = { ...mismatch, rule: 'pets', zh: '违规饲养', credit_points: 7 };
  for (const rule of [{ ...mismatch, credit_points: 15 }, own]) {
    const draft = await staffAlertRules.draft(store, staffDefinitionSchema.parse({ rule }), writer);
    await staffAlertRules.keepTrial(store, draft, {} as never, writer);
    await staffAlertRules.activate(store, draft, reader);
  }
  await build();
  expect(await costs()).toEqual([
    'tenant tenant_untruthful a -15',
    'tenant tenant_untruthful a -15',
    'enterprise enterprise_letting b -5',
    'tenant tenant_other_violation c -7',
  ]);

  // Another version of a shipped indicator, and one of staff's own beside it.
  const shipped = await shippedCredit(MODELS_DIRECTORY);
  const original = shipped.credit.indicators.find(({ indicator }) => indicator === 'tenant_untruthful');
  const pets = {
    ...{ indicator: 'pets', zh: '饲养宠物', party: 'tenant', of: ['case:pets'] },
    ...{ points: -3, most: 5, days: 30 },
  };
  const refused = (definition: object, field: string) =>
    expect(
      draftIndicator(platform, shipped, staffIndicatorSchema.parse(definition), writer),
    ).rejects.toMatchObject({ code: 'bad_request', where: { field } });
  await refused({ indicator: { ...pets, of: ['case:sublet'] } }, 'indicator.of');
  await refused({ indicator: { ...pets, of: ['case:cats'] } }, 'indicator.of');
  await refused({ indicator: { ...pets, of: ['late_repair'] } }, 'indicator.of');
  await refused({ indicator: { ...pets, of: ['late_bill'], points: 'rule' } }, 'indicator.points');
  await refused({ indicator: { ...original, party: 'enterprise' } }, 'indicator.party');
  await refused({ off: 'pets' }, 'off');
  const changed = { indicator: { ...original, points: -1 } };
  for (const definition of [changed, { indicator: pets }]) {
    const { ruleId } = await draftIndicator(
      platform,
      shipped,
      staffIndicatorSchema.parse(definition),
      writer,
    );
    await expect(activateIndicator(platform, shipped, ruleId, reader)).rejects.toThrow('not been tried');
    const trial = await tryOutIndicator(platform, shipped, ruleId, writer);
    expect(trial).toMatchObject(
      definition === changed
        ? {
            asOf: AS_OF,
            entries: 2,
            parties: 1,
            points: -2,
            higher: 1,
            lower: 0,
            grades: [{ parties: 1 }],
          }
        : { entries: 1, parties: 1, points: -3 },
    );
    await expect(activateIndicator(platform, shipped, ruleId, writer)).rejects.toThrow('Whoever wrote');
    await activateIndicator(platform, shipped, ruleId, reader);
  }
  // What was tried is not there before a run.
  expect((await costs())[0]).toBe('tenant tenant_untruthful a -15');
  await build();
  expect(await costs()).toEqual([
    'tenant tenant_untruthful a -1',
    'tenant tenant_untruthful a -1',
    'enterprise enterprise_letting b -5',
    'tenant pets c -3',
  ]);

  // Taken out again, the rule of staff's own retired besides: what was decided of it still costs what it said last.
  for (const { ruleId } of await staffIndicators.list(store, { state: 'active' }))
    await staffIndicators.retire(store, ruleId, reader);
  for (const { ruleId } of await staffAlertRules.list(store, { state: 'active' }))
    await staffAlertRules.retire(store, ruleId, reader);
  await build();
  expect(await costs()).toEqual([...shippedCosts, 'tenant tenant_other_violation c -7']);
}
