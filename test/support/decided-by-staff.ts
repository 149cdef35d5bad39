/** Absences with notice and a shipped rule that staff change, over the small town: what is watched and found follows what was decided. */
import { expect } from '@jest/globals';
import { z } from 'zod';
import { presenceFiles, recordAbsence, withdrawAbsence } from '../../pipelines/alerts/absences.ts';
import { activateAlertRule, draftAlertRule, tryOutAlertRule } from '../../pipelines/alerts/manage.ts';
import { isSummed } from '../../pipelines/alerts/rule.ts';
import {
  shippedAlerts,
  staffAlertFiles,
  staffAlertRules,
  staffDefinitionSchema,
} from '../../pipelines/alerts/staff.ts';
import { buildModels } from '../../pipelines/dbt/build.ts';
import { loadProject } from '../../pipelines/dbt/project.ts';
import { MODELS_DIRECTORY } from '../../pipelines/models-directory.ts';
import type { TestPlatform } from './platform.ts';
import { AS_OF } from './small-town.ts';

export interface DecidedByStaff {
  /** Days of an absence with notice are not watched, nor those of holidays. */
  absences(): Promise<void>;
  /** A shipped rule is tried on what there is, let in by another, put to rest. */
  shippedRule(): Promise<void>;
}

export function decidedByStaff(platform: TestPlatform, projectPath: string): DecidedByStaff {
  const lines = async (sql: string): Promise<string[]> =>
    (await platform.warehouse.rows(sql, z.record(z.string(), z.unknown()))).map((each) =>
      Object.values(each).join(' '),
    );
  const buildAsDecided = async (): Promise<void> => {
    const made = [
      ...(await presenceFiles(platform.store)),
      ...(await staffAlertFiles(platform.store, MODELS_DIRECTORY)),
    ];
    const built = await buildModels(platform, await loadProject(projectPath, made), {
      asOf: AS_OF,
      select: [
        'told_absence',
        'household_absence',
        'mart_supervision__watch_dwelling',
        'mart_supervision__violation',
      ],
    });
    expect(built.filter(({ status }) => status !== 'built' && status !== 'skipped')).toEqual([]);
  };
  const roomsOf = (rule: string): Promise<string[]> =>
    lines(`SELECT room_no, level FROM mart_supervision.violation WHERE rule = '${rule}' ORDER BY room_no`);

  return {
    absences: async () => {
      const windowOf = (room: string): Promise<string[]> =>
        lines(
          `SELECT toString(window_from), watched_days, absent_days FROM mart_supervision.watch_dwelling WHERE room_no = '${room}'`,
        );
      // 30 days back from the 31st without National Day (1 to 7 October) and Mid-Autumn (25 to 27 September).
      expect(await windowOf('D2')).toEqual(['2026-09-22 30 0']);
      expect(await roomsOf('vacant_while_let')).toEqual(['D2 high']);
      const absence = {
        ...{ contractNo: 'C2', from: '2026-10-08', until: '2026-10-30' },
        ...{ reason: 'hospital' as const, evidenceNo: 'ZY-1' },
      };
      const by = { user: 'clerk', reason: '测试' };
      await expect(recordAbsence(platform, undefined, { ...absence, contractNo: 'C77' }, by)).rejects.toThrow(
        'no contract',
      );
      await expect(
        recordAbsence(platform, undefined, { ...absence, until: '2027-10-30' }, by),
      ).rejects.toThrow('1 to 183 days');
      const { absence_id } = await recordAbsence(platform, undefined, absence, by);
      await buildAsDecided();
      expect(await windowOf('D2')).toEqual(['2026-08-30 30 23']);
      expect(await windowOf('D1')).toEqual(['2026-09-22 30 0']);
      await withdrawAbsence(platform.store, undefined, absence_id, by);
      // Away today, empty before: while the notice lasts nothing is said, though thirty days were watched.
      const now = await recordAbsence(
        platform,
        undefined,
        { ...absence, from: '2026-10-25', until: '2026-10-31' },
        by,
      );
      await buildAsDecided();
      expect(await windowOf('D2')).toEqual(['2026-09-15 30 7']);
      expect(await roomsOf('vacant_while_let')).toEqual([]);
      await withdrawAbsence(platform.store, undefined, now.absence_id, by);
      // Away all the time there is anything to watch: nobody home means nothing.
      const long = await recordAbsence(
        platform,
        undefined,
        { ...absence, from: '2026-05-05', until: '2026-10-31' },
        by,
      );
      await buildAsDecided();
      expect(await roomsOf('vacant_while_let')).toEqual([]);
      await withdrawAbsence(platform.store, undefined, long.absence_id, by);
      await buildAsDecided();
      expect(await roomsOf('vacant_while_let')).toEqual(['D2 high']);
    },
    shippedRule: async () => {
      const { rules, subjects } = await shippedAlerts(MODELS_DIRECTORY);
      const original = rules.find(({ rule }) => rule === 'overlong_vacancy');
      if (!original || isSummed(original)) throw new Error('the shipped rule is another');
      const when = original.when.map((one) =>
        'measure' in one && one.measure === 'vacancy_days' ? { ...one, value: '90' } : one,
      );
      const definition = staffDefinitionSchema.parse({ rule: { ...original, when } });
      const writer = { user: 'writer', reason: '缩短时限' };
      const { ruleId } = await draftAlertRule(platform, { rules, subjects }, definition, writer);
      const reader = { user: 'reader', reason: '已核' };
      await expect(activateAlertRule(platform, { rules, subjects }, ruleId, reader)).rejects.toThrow(
        'not been tried',
      );
      const trial = await tryOutAlertRule(platform, { rules, subjects }, ruleId, writer, 2);
      expect(trial).toMatchObject({
        asOf: AS_OF,
        found: 2,
        levels: { high: 0, medium: 2, low: 0 },
        changes: [{ rule: 'overlong_vacancy', opens: 1, closes: 0, relevels: 0 }],
      });
      expect(trial.past.map(({ asOf }) => asOf)).toEqual(['2026-09-30', '2026-08-31']);
      expect(JSON.stringify(trial.samples)).not.toContain('D3');
      expect(await roomsOf('overlong_vacancy')).toEqual(['D3 medium']);
      await expect(activateAlertRule(platform, { rules, subjects }, ruleId, writer)).rejects.toThrow(
        'Whoever wrote',
      );
      await activateAlertRule(platform, { rules, subjects }, ruleId, reader);
      await buildAsDecided();
      expect(await roomsOf('overlong_vacancy')).toEqual(['D3 medium', 'D8 medium']);
      await staffAlertRules.rest(platform.store, ruleId, 'paused', reader);
      await buildAsDecided();
      expect(await roomsOf('overlong_vacancy')).toEqual(['D3 medium']);
      await staffAlertRules.retire(platform.store, ruleId, reader);
    },
  };
}
