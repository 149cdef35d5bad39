import type { ColumnType, Generated } from 'kysely';
import type { Json } from './ledger.ts';

interface DeviceProductTable {
  product: string;
  published: Json<unknown> | null;
  version: Generated<number>;
  published_at: Date | null;
  draft: Json<unknown> | null;
  updated_at: Generated<Date>;
  updated_by: string;
}

export type DeviceProtocol = 'mqtt' | 'http' | 'gateway';
export type DeviceState = 'enabled' | 'disabled' | 'retired';

export interface DeviceTable {
  device_id: string;
  product: string;
  name: Generated<string>;
  house_code: Generated<string>;
  place: Generated<string>;
  division_code: Generated<string>;
  protocol: DeviceProtocol;
  gateway_id: string | null;
  meter_no: Generated<string>;
  maker: Generated<string>;
  model: Generated<string>;
  /** YYYY-MM-DD */
  installed_on: string | null;
  token_hash: string | null;
  state: Generated<DeviceState>;
  last_seen_at: Date | null;
  is_online: Generated<boolean>;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
  updated_by: string;
}

interface DeviceExchangeTable {
  old_device_id: string;
  new_device_id: string;
  exchanged_at: ColumnType<Date, Date | string, never>;
  /** Decimal text. */
  final_reading: ColumnType<string, string | number, never>;
  initial_reading: ColumnType<string, string | number, never>;
  reason: Generated<string>;
  recorded_at: Generated<Date>;
  recorded_by: string;
}

interface DeviceSegmentTable {
  segment: number;
  messages: number;
  landed: number;
  loaded: number;
  duplicates: number;
  refused: number;
  events: number;
  /** Seconds since 1970. */
  quarters: Json<number[]>;
  loaded_at: Generated<Date>;
}

/** Migration 0055. */
export interface DeviceTables {
  device_product: DeviceProductTable;
  device: DeviceTable;
  device_exchange: DeviceExchangeTable;
  device_segment: DeviceSegmentTable;
}
