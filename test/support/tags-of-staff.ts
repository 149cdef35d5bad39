/** The life of a tag of staff and of one given by hand, over the small town: drafted, tried, approved, told, retired; given, taken. */
import { expect } from '@jest/globals';
import { z } from 'zod';
import { buildModels } from '../../pipelines/dbt/build.ts';
import { loadProject } from '../../pipelines/dbt/project.ts';
import { MODELS_DIRECTORY } from '../../pipelines/models-directory.ts';
import { checkPredictive } from '../../pipelines/tags/check.ts';
import { tagSchema } from '../../pipelines/tags/definition.ts';
import { givable, giveTag, takeTag } from '../../pipelines/tags/given.ts';
import { listHolders } from '../../pipelines/tags/holders.ts';
import { activateTag, draftTag, tryOutTag } from '../../pipelines/tags/manage.ts';
import {
  type ShippedTags,
  shippedWith,
  staffTagFiles,
  staffTags,
  tagsInForce,
} from '../../pipelines/tags/staff.ts';
import type { TestPlatform } from './platform.ts';
import { AS_OF } from './small-town.ts';

export async function tagsOfStaff(platform: TestPlatform, projectPath: string): Promise<void> {
  const lines = async (sql: string): Promise<string[]> =>
    (await platform.warehouse.rows(sql, z.record(z.string(), z.unknown()))).map((each) =>
      Object.values(each).join(' '),
    );
  const shipped = await shippedWith(MODELS_DIRECTORY);
  const writer = { user: 'writer', reason: '试行' };
  const everywhere = { sql: '1', params: {} };
  const tag = tagSchema.parse({
    tag: 'no_water',
    zh: '不用水',
    subject: 'dwelling',
    theme: 'service',
    topic: 'quality',
    purpose: '排查',
    kind: 'model',
    when: [{ measure: 'water_usage_30', is: 'at_most', value: 0 }],
    evidence: '用水 {water_usage_30} 立方米',
  });
  const { ruleId } = await draftTag(platform, shipped, { tag }, writer);
  const trial = await tryOutTag(platform, shipped, ruleId, writer);
  expect(trial.holders).toBeGreaterThan(0);
  expect(trial).toMatchObject({ comes: trial.holders, goes: 0, clashes: 0 });
  await expect(activateTag(platform, ruleId, writer)).rejects.toThrow('Whoever wrote');
  await activateTag(platform, ruleId, { user: 'reader', reason: '已核' });

  await foresightIsMeasured(platform, shipped);

  const [dwelling] = await lines(
    `SELECT object_key FROM mart_supervision.watch_dwelling WHERE room_no = 'D3'`,
  );
  const key = dwelling ?? '';
  const about = givable(await tagsInForce(platform.store, shipped), shipped.subjects, 'renovation_planned');
  await expect(giveTag(platform, about, { keys: [key, 'nobody'] }, everywhere, writer)).rejects.toThrow(
    '1 of 2 keys',
  );
  const elsewhere = { sql: "district_code = 'elsewhere'", params: {} };
  await expect(giveTag(platform, about, { keys: [key] }, elsewhere, writer)).rejects.toThrow('unknown');
  await giveTag(platform, about, { keys: [key], until: AS_OF }, everywhere, writer);
  const buildTags = async (asOf = AS_OF) => {
    const told = await loadProject(projectPath, await staffTagFiles(platform.store, MODELS_DIRECTORY));
    const built = await buildModels(platform, told, { asOf, select: ['tag_given', 'mart_tag__holder'] });
    expect(built.filter(({ status }) => !['built', 'skipped'].includes(status))).toEqual([]);
  };
  await buildTags();
  const question = { subject: 'dwelling' as const, none: [], limit: 10, offset: 0 };
  const both = await listHolders(platform, { ...question, all: ['no_water'] }, everywhere);
  expect(both.total).toBe(trial.holders);
  const planned = await listHolders(platform, { ...question, all: ['renovation_planned'] }, everywhere);
  expect(planned.rows.map((one) => one.key)).toEqual([key]);
  expect((await listHolders(platform, { ...question, all: ['no_water'] }, elsewhere)).total).toBe(0);
  expect(
    (
      await listHolders(
        platform,
        { ...question, all: ['renovation_planned'], none: ['renovation_planned'] },
        everywhere,
      )
    ).total,
  ).toBe(0);
  expect(await takeTag(platform, about, [key], everywhere, writer)).toBe(1);
  await staffTags.retire(platform.store, ruleId, writer);
  await buildTags();
  expect(
    await lines(`SELECT count() FROM mart_tag.holder WHERE tag IN ('no_water', 'renovation_planned')`),
  ).toEqual(['0']);
}

/** What a predictive tag foresaw, counted once more by hand over the same past. */
async function foresightIsMeasured({ warehouse }: TestPlatform, shipped: ShippedTags): Promise<void> {
  const tag = shipped.tags.find((one) => one.tag === 'arrears_foreseen');
  if (tag === undefined) throw new Error('no tag arrears_foreseen');
  const number = z.coerce.number();
  const past = await warehouse.rows(
    `SELECT open_bills, oldest_open_days, last_bill_open, late_bills_12, open_bills_after FROM mart_tag.rent_watch
     WHERE open_bills < 3 AND open_bills_after IS NOT NULL`,
    z.object({
      ...{ open_bills: number, oldest_open_days: number, last_bill_open: number, late_bills_12: number },
      open_bills_after: number,
    }),
  );
  const isTold = (one: (typeof past)[number]): boolean =>
    (one.open_bills >= 1 ? 20 : 0) +
      (one.open_bills >= 2 ? 30 : 0) +
      (one.oldest_open_days >= 30 ? 20 : 0) +
      (one.last_bill_open === 0 ? -25 : 0) +
      (one.late_bills_12 < 2 ? -10 : 0) >=
    40;
  const told = past.filter(isTold);
  const came = past.filter((one) => one.open_bills_after >= 3);
  const hits = told.filter((one) => one.open_bills_after >= 3);
  expect(past.length).toBeGreaterThan(0);
  const check = await checkPredictive(warehouse, shipped, tag);
  expect(check).toMatchObject({
    ...{ objects: past.length, told: told.length, came: came.length, hits: hits.length },
    baseRate: came.length / past.length,
  });
  expect(check.months.reduce((sum, month) => sum + month.objects, 0)).toBe(past.length);
  const fact = shipped.tags.find(({ kind }) => kind === 'fact');
  if (fact) await expect(checkPredictive(warehouse, shipped, fact)).rejects.toThrow('foresees nothing');
}
