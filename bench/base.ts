/**
 * The base layer: cleaning and checking beside a plain `INSERT SELECT` of the same columns, the linkage of a million persons, and a day
 * that changes 0.5 % beside making everything anew: the standardising models, the entities made of them, the linkage, and all of it.
 * Ratios are of time on the wall in the same run, as the issue asks; those of CPU seconds of the process, in which the engine runs,
 * stand beside them. What a day costs in which one row changes is what it costs however little is new.
 */
import { z } from 'zod';
import { ensureRawTables } from '../ingestion/generate/raw-table.ts';
import { buildModels } from '../pipelines/dbt/build.ts';
import { loadProject } from '../pipelines/dbt/project.ts';
import { MODELS_DIRECTORY } from '../pipelines/runner.ts';
import { loadConfig } from '../warehouse/config.ts';
import { openPlatform, type Platform } from '../warehouse/platform.ts';
import { BASE_SETS, deliverPeople, deliverPayments, PEOPLE, PAYMENTS } from './base-rows.ts';
import { type Bench, type Measured, rounded, type Taken, taken } from './bench.ts';
import { DUPLICATES, measureGenerated, RECORDS } from './link.ts';

const LEAST_RATIO = 0.4;
const MOST_SHARE = 0.03;
/** One key of so many speaks on the day after. */
const CHANGED = 200;
/** Rows of each data set at scale 1: what a city of some millions has, and enough that planning statements is not what is measured. */
const ROWS = 4_000_000;
/** What is made of the two data sets, in the base layer. */
const ENTITIES = ['household_member', 'fund_month'];

const sum = (one: Taken, other: Taken): Taken => ({
  seconds: one.seconds + other.seconds,
  cpu: one.cpu + other.cpu,
});
const round = ({ seconds, cpu }: Taken): Taken => ({ seconds: rounded(seconds), cpu: rounded(cpu) });

export const bench: Bench = {
  name: 'base',
  summary:
    'cleaning and checking beside a plain insert, linkage of a million; a day of 0.5 % beside all of it',
  run: async ({ scale, home, say, seed, memory }) => {
    const rows = Math.max(2000, Math.round(ROWS * scale));
    const platform = await openPlatform(
      loadConfig({ ...process.env, ANJU_HOME: home, ANJU_LOG_LEVEL: 'silent' }),
    );
    try {
      await ensureRawTables(platform.warehouse);
      await platform.warehouse.run('CREATE DATABASE IF NOT EXISTS bench');
      say(`making ${rows} people and ${rows} payments`);
      await deliverPeople(platform, { from: 0, to: rows, step: 1, batch: 1, day: '2026-01-01' });
      await deliverPayments(platform, { from: 0, to: rows, step: 1, batch: 2, day: '2026-01-01' });
      const project = await loadProject(MODELS_DIRECTORY);
      const select = BASE_SETS.map((set) => `std_${set}`);
      const build = async (selected: string[], full = false): Promise<string[]> => {
        const results = await buildModels(platform, project, { asOf: '2026-01-02', select: selected, full });
        const failed = results.filter(({ status }) => status !== 'built' && status !== 'skipped');
        if (failed.length > 0)
          throw new Error(failed.map(({ name, reason }) => `${name}: ${reason}`).join('; '));
        return results.map(({ hash }) => hash);
      };
      say('the plain insert');
      const peer = await taken(() => plainInsert(platform));
      say('cleaning and checking');
      const full = await taken(() => build(select));
      const nothing = await taken(() => build(select));
      say('what the entities read besides, which is empty, and the entities');
      await build(ENTITIES.map((name) => `+${name}`));
      say('a day that changes 0.5 %');
      await deliverPeople(platform, { from: 0, to: rows, step: CHANGED, batch: 3, day: '2026-01-02' });
      await deliverPayments(platform, {
        from: rows,
        to: rows + rows / CHANGED,
        step: 1,
        batch: 4,
        day: '2026-01-02',
      });
      let byTheWay: string[] = [];
      const day = await taken(async () => {
        byTheWay = await build(select);
      });
      const entitiesDay = await taken(async () => {
        byTheWay.push(...(await build(ENTITIES)));
      });
      say('everything anew');
      let anew: string[] = [];
      const again = await taken(async () => {
        anew = await build(select, true);
      });
      const entitiesAgain = await taken(async () => {
        anew.push(...(await build(ENTITIES, true)));
      });
      const isSame = JSON.stringify(byTheWay) === JSON.stringify(anew);
      say('a day that changes a row');
      await deliverPeople(platform, { from: 7, to: 8, step: 1, batch: 5, day: '2026-01-03' });
      await deliverPayments(platform, {
        from: 2 * rows,
        to: 2 * rows + 1,
        step: 1,
        batch: 6,
        day: '2026-01-03',
      });
      const rowDay = await taken(() => build(select));
      const entitiesRowDay = await taken(() => build(ENTITIES));
      say('the linkage');
      const mib = memory.mib();
      const persons = { records: Math.max(2000, Math.round(RECORDS * scale)), duplicates: DUPLICATES };
      const linkage = await measureGenerated(platform, persons, { seed, memory, say });
      const { linked } = linkage;
      const linking = { seconds: linked.seconds, cpu: linked.cpuSeconds };
      const linkingDay = { seconds: linkage.day.seconds, cpu: linkage.day.cpuSeconds };
      const ratio = rounded(peer.seconds / full.seconds);
      const whole = sum(again, entitiesAgain);
      const shares = (some: Taken, of: Taken): { wall: number; cpu: number } => ({
        wall: rounded(some.seconds / of.seconds, 4),
        cpu: rounded(some.cpu / of.cpu, 4),
      });
      const share = shares(sum(sum(day, entitiesDay), linkingDay), sum(whole, linking));
      return {
        ours: {
          rows: 2 * rows,
          clean_and_check: {
            ...round(full),
            rows_per_second: Math.round((2 * rows) / full.seconds),
            ratio_cpu: rounded(peer.cpu / full.cpu),
          },
          nothing_new: round(nothing),
          day: { ...round(day), changed_share: 1 / CHANGED },
          full: round(again),
          entities: { day: round(entitiesDay), full: round(entitiesAgain), names: ENTITIES },
          day_share: shares(day, again),
          day_share_with_entities: shares(sum(day, entitiesDay), whole),
          linkage: {
            ...{ records: linked.records, precision: linked.precision, recall: linked.recall },
            ...{ day: round(linkingDay), full: round(linking), rss_mib: linkage.mib },
            day_share: shares(linkingDay, linking),
          },
          day_share_of_all: share,
          one_row: {
            ...round(sum(rowDay, entitiesRowDay)),
            share: shares(sum(rowDay, entitiesRowDay), whole),
          },
          is_same_as_full: isSame,
        },
        peer: { name: 'INSERT SELECT of the same columns, no cleaning, no check', ...round(peer) },
        ratio,
        rss_mib: Math.max(mib, linkage.mib),
        ok: isSame && ratio >= LEAST_RATIO && linkage.isAsAsked && share.wall <= MOST_SHARE,
      } satisfies Measured;
    } finally {
      await platform.close();
    }
  },
};

/** The same columns into tables of the same order, as they lie. */
async function plainInsert({ warehouse }: Platform): Promise<void> {
  for (const { table } of [PEOPLE, PAYMENTS]) {
    const options = { lane: 'batch', tag: 'bench insert' } as const;
    const copy = `bench.${table}`;
    await warehouse.run(`CREATE TABLE ${copy} AS raw.${table}`, options);
    await warehouse.run(`INSERT INTO ${copy} SELECT * FROM raw.${table}`, options);
    await warehouse.value(`SELECT toUInt32(count()) FROM ${copy}`, z.number(), options);
    await warehouse.run(`DROP TABLE ${copy}`, options);
  }
}
