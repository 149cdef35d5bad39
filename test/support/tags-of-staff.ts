/** The life of a tag of staff and of one given by hand, over the small town: drafted, tried, approved, told, retired; given, taken. */
import { expect } from '@jest/globals';
import { z } from 'zod';
import { buildModels } from '../../pipelines/dbt/build.ts';
import { loadProject } from '../../pipelines/dbt/project.ts';
import { MODELS_DIRECTORY } from '../../pipelines/models-directory.ts';
import { tagSchema } from '../../pipelines/tags/definition.ts';
import { givable, giveTag, takeTag } from '../../pipelines/tags/given.ts';
import { listHolders } from '../../pipelines/tags/holders.ts';
import { activateTag, draftTag, tryOutTag } from '../../pipelines/tags/manage.ts';
import { shippedWith, staffTagFiles, staffTags, tagsInForce } from '../../pipelines/tags/staff.ts';
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
