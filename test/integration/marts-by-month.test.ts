/** The marts by the month (`vacancy_month`, `meter_month`): which months a change writes again, and that increments are what building all gives. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildModels } from '../../pipelines/dbt/build.ts';
import type { ModelResult } from '../../pipelines/dbt/build.ts';
import { loadProject } from '../../pipelines/dbt/project.ts';
import { handMadeTown, type HandMadeTown, linesOf } from '../support/hand-made-town.ts';
import { AS_OF, smallTown } from '../support/small-town.ts';
import { changeStd, deliverStd } from '../support/std-tables.ts';

let project: HandMadeTown['project'];
let platform: HandMadeTown['platform'];

const build = async (full = false): Promise<ModelResult[]> =>
  buildModels(platform, await loadProject(project.path), {
    ...{ asOf: AS_OF, full },
    select: ['+mart_supervision__vacancy_month', '+mart_energy__meter_month'],
  });
const lines = (sql: string): Promise<string[]> => linesOf(platform, sql);

beforeAll(async () => {
  ({ platform, project } = await handMadeTown(smallTown));
  await build();
}, 200_000);
afterAll(async () => {
  await platform.close();
  await project.dispose();
});

describe('marts by the month', () => {
  test('an older month is written again when what its rows are made of changes, and only then', async () => {
    const monthsOf = async (table: string): Promise<Map<string, string>> =>
      new Map(
        (await lines(`SELECT DISTINCT month, inputs_hash FROM ${table} ORDER BY month`)).map((line) => {
          const [month = '', hash = ''] = line.split(' ');
          return [month, hash];
        }),
      );
    const both = async () => ({
      vacancy: await monthsOf('mart_supervision.vacancy_month'),
      energy: await monthsOf('mart_energy.meter_month'),
    });
    const content = (): Promise<string[]> =>
      lines(
        `SELECT (SELECT groupBitXor(cityHash64(tuple(*))) FROM mart_supervision.vacancy_month) AS vacancy,
                (SELECT groupBitXor(cityHash64(tuple(*))) FROM mart_energy.meter_month) AS energy`,
      );
    /** Months written again for a change. */
    const writtenAgain = async (change: () => Promise<void>) => {
      const before = await both();
      await change();
      await build();
      const after = await both();
      const changed = (table: 'vacancy' | 'energy'): string[] =>
        [...after[table]].flatMap(([month, hash]) => (before[table].get(month) === hash ? [] : [month]));
      return { vacancy: changed('vacancy'), energy: changed('energy') };
    };
    const again = await build();
    expect(again.filter((result) => result.status !== 'skipped')).toEqual([]);
    const [september, october] = ['2026-09-01', '2026-10-01'];
    const terminated = await writtenAgain(() =>
      changeStd(
        platform.warehouse,
        'operations.contract',
        "terminated_on = '2026-09-10' WHERE contract_no = 'C3'",
      ),
    );
    expect(terminated).toEqual({ vacancy: [september], energy: [] });
    expect(
      await lines(
        "SELECT toString(month), let_days FROM mart_supervision.vacancy_month WHERE room_no = 'D3' ORDER BY month",
      ),
    ).toEqual(['2026-09-01 10', '2026-10-01 0']);
    // What October used is told against September.
    const read = await writtenAgain(() =>
      deliverStd(platform.warehouse, 'utilities.electricity_reading', 2, [
        {
          meter_no: 'E-D1',
          reading_date: '2026-09-25',
          reading: 112,
          usage: 6,
          _business_date: '2026-10-31',
        },
      ]),
    );
    expect(read).toEqual({ vacancy: [september], energy: [september, october] });
    const opened = await writtenAgain(() =>
      deliverStd(platform.warehouse, 'access_control.door_event', 2, [
        {
          ...{ event_no: 'late', house_code: 'H-D9', happened_at: '2026-09-24 03:00:00.000' },
          ...{ direction: 'in', is_registered: 1, _business_date: '2026-10-31' },
        },
      ]),
    );
    expect(opened).toEqual({ vacancy: [september], energy: [] });
    const renamed = await writtenAgain(() =>
      changeStd(platform.warehouse, 'operations.dwelling', "building_no = '2' WHERE dwelling_no = 'D5'"),
    );
    expect(renamed).toEqual({ vacancy: [september, october], energy: [september, october] });
    const increments = await content();
    await build(true);
    expect(await content()).toEqual(increments);
  }, 240_000);
});
