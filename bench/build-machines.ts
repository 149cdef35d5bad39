/**
 * `anju bench build machines`: what grows with a city more than anything else, at its whole size. Readings of three meters and openings
 * of the door of 93,000 dwellings over 395 days (110 and 147 million rows at scale 1), made in the engine as landing leaves them in raw;
 * standardised and added up by the day by Anju, beside the same SQL by hand. No city is landed for it.
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
import { type BenchCall, type Measured, rounded, seconds, taken } from './bench.ts';
import { statementsOf, withBareClient } from './build-bare.ts';
import { built, MOST_OVERHEAD, overhead, round } from './build-measured.ts';

const DWELLINGS = 93_000;
const DAYS = 395;
const FIRST_DAY = '2025-10-02';
/** Days of a delivery, about a month. */
const DELIVERED_AT_ONCE = 30;
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
    const making = rounded(
      await seconds(() => fill(platform, Math.max(10, Math.round(DWELLINGS * scale)), say)),
    );
    const project = await loadProject(MODELS_DIRECTORY);
    const asOf = addDays(FIRST_DAY, DAYS);
    say('standardising and adding up by the day');
    memory.reset();
    const select = ['+meter_day', '+door_day'];
    const full = await built(async () => ({
      models: await buildModels(platform, project, { asOf, select, full: true }),
    }));
    const peak = memory.mib();
    say('the same by hand');
    const statements = await statementsOf(platform, project, asOf, new Set(Object.keys(full.rows)));
    const bare = await withBareClient(platform, project, (send) => taken(() => send(statements)));
    return {
      ours: {
        ...round(full),
        overhead: overhead(full, bare),
        rows: full.rows,
        failed: full.failed,
        slowest: full.slowest,
        making_seconds: making,
        mib_on_disk: await mibOnDisk(platform),
      },
      peer: { name: 'the same SELECTs sent by hand, nothing else', ...round(bare) },
      ratio: rounded(bare.seconds / full.seconds),
      rss_mib: peak,
      ok: full.failed.length === 0 && full.seconds <= bare.seconds * (1 + MOST_OVERHEAD),
    };
  } finally {
    await platform.close();
  }
}

/** Deliveries of a month each; one that is there already is left as it is. */
async function fill(platform: Platform, dwellings: number, say: (line: string) => void): Promise<void> {
  const tables = [
    { made: meterTable('water', 'W', '水费金额', dwellings), aDay: dwellings },
    { made: meterTable('electricity', 'E', '电费金额', dwellings), aDay: dwellings },
    { made: meterTable('gas', 'G', '燃气费金额', dwellings), aDay: dwellings },
    { made: doorTable(dwellings), aDay: dwellings * OPENINGS },
  ];
  const known = await platform.store.db.selectFrom('batch').select('batch_id').execute();
  const last = Math.max(0, ...known.map((batch) => Number(batch.batch_id)));
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

const mibOnDisk = ({ warehouse }: Platform): Promise<number> =>
  warehouse.value(
    'SELECT toUInt32(sum(bytes_on_disk) / 1048576) FROM system.parts WHERE active',
    z.number(),
    { lane: 'batch', tag: 'bench' },
  );
