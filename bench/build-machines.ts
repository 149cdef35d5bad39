/**
 * `anju bench build machines`: what grows with a city more than anything else, at its whole size. Readings of three meters and openings
 * of the door of 93,000 dwellings over 395 days (110 and 147 million rows at scale 1), made in the engine as landing leaves them in raw;
 * standardised and added up by the day by Anju, beside the same SQL by hand, and one more day of all four. No city is landed for it.
 */
import { z } from 'zod';
import { addDays } from '../domain/calendar.ts';
import { ensureRawTables } from '../ingestion/generate/raw-table.ts';
import { buildModels } from '../pipelines/dbt/build.ts';
import { loadProject } from '../pipelines/dbt/project.ts';
import { MODELS_DIRECTORY } from '../pipelines/runner.ts';
import { loadConfig } from '../warehouse/config.ts';
import { openPlatform, type Platform } from '../warehouse/platform.ts';
import { deliver, type MadeTable } from './base-rows.ts';
import { type BenchCall, type Measured, rounded, seconds } from './bench.ts';
import { byHand, statementsOf } from './build-bare.ts';
import { built, type Built, MOST_OVERHEAD, overhead, round } from './build-measured.ts';

const DWELLINGS = 93_000;
const DAYS = 395;
/** The day added after them lies in the middle of a month, for a first day has less to keep. */
const FIRST_DAY = '2025-10-17';
/** Days of a delivery, about a month. */
const DELIVERED_AT_ONCE = 30;
/** What a day may take of building everything. */
const MOST_SHARE = 0.03;
/** Up to this scale everything is built once more, to see that the day gave the same. */
const HELD_AGAINST_ALL = 0.1;
/** Openings of a door a day. */
const OPENINGS = 4;

/** A row a dwelling and day; a table of `dwellings` goes through all of them before the next day. */
const meterTable = (name: string, letter: string, fee: string, dwellings: number): MadeTable => {
  const day = `intDiv(number, ${dwellings})`;
  return {
    table: `utilities__${name}_reading`,
    key: ['表号', '抄表日期'],
    texts: {
      表号: `concat('${letter}99', leftPad(toString(1 + number % ${dwellings}), 8, '0'))`,
      抄表日期: `toString(addDays(toDate('${FIRST_DAY}'), ${day}))`,
      读数: `toString(toDecimal64(100 + number % 89 + 0.25 * ${day}, 2))`,
      用量: "'0.25'",
      [fee]: "'0.72'",
    },
  };
};

const doorTable = (dwellings: number): MadeTable => {
  const second = `21600 + number % ${OPENINGS} * 15000 + number % 14983`;
  const instant = `addSeconds(toDateTime('${FIRST_DAY} 00:00:00', 'Asia/Shanghai'), 86400 * intDiv(number, ${OPENINGS * dwellings}) + ${second})`;
  const dwelling = `leftPad(toString(1 + intDiv(number, ${OPENINGS}) % ${dwellings}), 8, '0')`;
  return {
    table: 'access_control__door_event',
    key: ['事件编号'],
    texts: {
      事件编号: "concat('EV', leftPad(toString(number), 10, '0'))",
      设备编号: `concat('MS99', ${dwelling})`,
      房屋编码: `concat('H4399', ${dwelling})`,
      人员卡号: `concat('K', ${dwelling})`,
      开门时间: `formatDateTime(${instant}, '%F %T')`,
      方向: "if(number % 2 = 0, '进', '出')",
      开门方式: "'刷卡'",
      是否登记人员: "if(number % 83 = 0, '否', '是')",
    },
  };
};

export async function runMachines({ scale, data, say, memory }: BenchCall): Promise<Measured> {
  const platform = await openPlatform(
    loadConfig({ ...process.env, ANJU_HOME: data, ANJU_PORT: '0', ANJU_LOG_LEVEL: 'silent' }),
  );
  try {
    await ensureRawTables(platform.warehouse);
    const tables = tablesOf(Math.max(10, Math.round(DWELLINGS * scale)));
    const making = rounded(await seconds(() => fill(platform, tables, say)));
    const project = await loadProject(MODELS_DIRECTORY);
    const known = DAYS + (await daysAdded(platform, tables));
    const asOf = addDays(FIRST_DAY, known);
    say('standardising and adding up by the day');
    memory.reset();
    const select = ['+meter_day', '+door_day'];
    const bring = (upTo: string, anew: boolean): Promise<Built> =>
      built(async () => ({
        models: await buildModels(platform, project, { asOf: upTo, select, full: anew }),
      }));
    const full = await bring(asOf, true);
    const peak = memory.mib();
    say('the same by hand');
    const statements = await statementsOf(platform, project, asOf, new Set(Object.keys(full.rows)));
    const bare = await byHand(platform, project, statements);
    say('one more day');
    await addDay(platform, tables, known);
    const day = await bring(addDays(asOf, 1), false);
    const anew = scale <= HELD_AGAINST_ALL ? await bring(addDays(asOf, 1), true) : undefined;
    const isSame = anew && JSON.stringify(anew.hashes) === JSON.stringify(day.hashes);
    const share = day.seconds / full.seconds;
    const failed = [...full.failed, ...day.failed];
    return {
      ours: {
        ...round(full),
        overhead: overhead(full, bare),
        rows: full.rows,
        day: {
          ...round(day),
          ...{ share: rounded(share, 4), share_cpu: rounded(day.cpu / full.cpu, 4) },
          ...{ models: day.states, slowest: day.slowest, is_same_as_full: isSame },
        },
        failed,
        slowest: full.slowest,
        making_seconds: making,
        mib_on_disk: await mibOnDisk(platform),
      },
      peer: { name: 'the same SQL sent by hand', ...round(bare.all), selects_alone: round(bare.selects) },
      ratio: rounded(bare.all.seconds / full.seconds),
      rss_mib: peak,
      ok:
        failed.length === 0 &&
        isSame !== false &&
        full.seconds <= bare.all.seconds * (1 + MOST_OVERHEAD) &&
        share <= MOST_SHARE,
    };
  } finally {
    await platform.close();
  }
}

interface Machines {
  made: MadeTable;
  /** Rows a day. */
  aDay: number;
}

const tablesOf = (dwellings: number): Machines[] => [
  { made: meterTable('water', 'W', '水费金额', dwellings), aDay: dwellings },
  { made: meterTable('electricity', 'E', '电费金额', dwellings), aDay: dwellings },
  { made: meterTable('gas', 'G', '燃气费金额', dwellings), aDay: dwellings },
  { made: doorTable(dwellings), aDay: dwellings * OPENINGS },
];
const MONTHS = Math.ceil(DAYS / DELIVERED_AT_ONCE);

async function lastBatch({ store }: Platform): Promise<number> {
  const known = await store.db.selectFrom('batch').select('batch_id').execute();
  return Math.max(0, ...known.map((batch) => Number(batch.batch_id)));
}

/** Deliveries of a month each; one that is there already is left as it is. */
async function fill(
  platform: Platform,
  tables: readonly Machines[],
  say: (line: string) => void,
): Promise<void> {
  const last = await lastBatch(platform);
  let batch = 0;
  for (const { made, aDay } of tables) {
    say(`${aDay * DAYS} rows of ${made.table}`);
    for (let first = 0; first < DAYS; first += DELIVERED_AT_ONCE) {
      batch += 1;
      if (batch <= last) continue;
      const end = Math.min(DAYS, first + DELIVERED_AT_ONCE);
      const rows = { from: first * aDay, to: end * aDay, step: 1, batch, day: addDays(FIRST_DAY, end) };
      await deliver(platform, made, rows);
    }
  }
}

/** Days behind the first ones, which earlier runs in this home added. */
const daysAdded = async (platform: Platform, tables: readonly Machines[]): Promise<number> =>
  Math.floor(((await lastBatch(platform)) - MONTHS * tables.length) / tables.length);

async function addDay(platform: Platform, tables: readonly Machines[], day: number): Promise<void> {
  let batch = await lastBatch(platform);
  for (const { made, aDay } of tables) {
    batch += 1;
    const rows = { from: day * aDay, to: (day + 1) * aDay, step: 1, batch, day: addDays(FIRST_DAY, day + 1) };
    await deliver(platform, made, rows);
  }
}

const mibOnDisk = ({ warehouse }: Platform): Promise<number> =>
  warehouse.value(
    'SELECT toUInt32(sum(bytes_on_disk) / 1048576) FROM system.parts WHERE active',
    z.number(),
    { lane: 'batch', tag: 'bench' },
  );
