/** Copies the register into the warehouse, where models join readings with it. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { homePaths } from '../../../warehouse/home.ts';
import type { Platform } from '../../../warehouse/platform.ts';
import { thingModelSchema } from '../thing-models/thing-model.ts';

const TYPES = {
  device_id: 'String',
  product: 'String',
  house_code: 'String',
  division_code: 'String',
  state: 'String',
  meter_kind: 'String',
  meter_no: 'String',
  register: 'String',
  capacity: 'Decimal(18, 6)',
  most_per_day: 'Decimal(18, 6)',
  replaces: 'String',
  opened_at: "Nullable(DateTime64(3, 'UTC'))",
  opening_reading: 'Nullable(Decimal(18, 6))',
  closed_at: "Nullable(DateTime64(3, 'UTC'))",
  closing_reading: 'Nullable(Decimal(18, 6))',
} as const;
const NAMES = Object.keys(TYPES);
const STRUCTURE = Object.entries(TYPES)
  .map(([name, type]) => `${name} ${type}`)
  .join(', ');

/** Exchanged as a whole, so that a reader sees the register before or after, never between. */
export async function mirrorRegister(platform: Platform): Promise<void> {
  const { warehouse, store, config } = platform;
  const rows = await store.db
    .selectFrom('device')
    .innerJoin('device_product', 'device_product.product', 'device.product')
    .leftJoin('device_exchange as closing', 'closing.old_device_id', 'device.device_id')
    .leftJoin('device_exchange as opening', 'opening.new_device_id', 'device.device_id')
    .select([
      'device.device_id',
      'device.product',
      'device.house_code',
      'device.division_code',
      'device.state',
      'device.meter_no',
      'device_product.published',
      'opening.old_device_id as replaces',
      'opening.exchanged_at as opened_at',
      'opening.initial_reading as opening_reading',
      'closing.exchanged_at as closed_at',
      'closing.final_reading as closing_reading',
    ])
    .orderBy('device.device_id')
    .execute();
  const lines = rows.map(({ published, opened_at, closed_at, replaces, ...row }) => {
    const meter = published === null ? undefined : thingModelSchema.parse(published).meter;
    return JSON.stringify({
      ...row,
      meter_kind: meter?.kind ?? '',
      register: meter?.register ?? '',
      capacity: String(meter === undefined ? 0 : 10 ** meter.digits),
      most_per_day: String(meter?.mostPerDay ?? 0),
      replaces: replaces ?? '',
      opened_at: opened_at?.toISOString() ?? null,
      closed_at: closed_at?.toISOString() ?? null,
    });
  });
  const { work } = homePaths(config.home);
  await mkdir(work, { recursive: true });
  const file = join(work, `${randomUUID()}.devices.jsonl`);
  const options = { lane: 'batch', tag: 'devices.mirror' } as const;
  try {
    await writeFile(file, lines.length === 0 ? '' : `${lines.join('\n')}\n`);
    await warehouse.run('CREATE OR REPLACE TABLE raw_stage.device AS raw.device', options);
    await warehouse.insertFile(
      'JSONEachRow',
      'raw_stage.device',
      NAMES,
      file,
      STRUCTURE,
      (source) => `SELECT ${NAMES.join(', ')} FROM ${source} SETTINGS date_time_input_format = 'best_effort'`,
      options,
    );
    await warehouse.run('EXCHANGE TABLES raw_stage.device AND raw.device', options);
    await warehouse.run('DROP TABLE raw_stage.device SYNC', options);
  } finally {
    await rm(file, { force: true });
  }
}
