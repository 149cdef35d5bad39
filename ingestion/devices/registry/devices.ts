/** The register of devices in the operational store: added, changed, retired, exchanged. Who did it is kept by the caller's audit. */
import type { Selectable } from 'kysely';
import { z } from 'zod';
import { AppError } from '../../../domain/errors.ts';
import { errorCode } from '../../../warehouse/error-code.ts';
import type { OperationalStore } from '../../../warehouse/operational/store.ts';
import type { DeviceTable } from '../../../warehouse/operational/tables/devices.ts';
import { LARGEST_VALUE } from '../log/record.ts';
import { hashToken, makeToken } from './credential.ts';

export const deviceIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, 'letters, digits, dots, dashes and underscores, at most 64');
const text = z.string().max(128).default('');

/** What a person may say of a device. */
export const deviceInputSchema = z.strictObject({
  deviceId: deviceIdSchema,
  product: z.string().min(1).max(40),
  name: text,
  /** 房屋编码 of the dwelling it serves; '' for a device in common parts. */
  houseCode: text,
  place: text,
  divisionCode: z
    .string()
    .regex(/^(\d{6}|\d{9}|\d{12})?$/, 'a division code of 6, 9 or 12 digits, or empty')
    .default(''),
  /** `gateway`: it has no voice of its own. */
  protocol: z.enum(['mqtt', 'http', 'gateway']).default('mqtt'),
  gatewayId: deviceIdSchema.nullable().default(null),
  meterNo: text,
  maker: text,
  model: text,
  installedOn: z.iso.date().nullable().default(null),
});
export type DeviceInput = z.output<typeof deviceInputSchema>;
export const deviceChangeSchema = deviceInputSchema
  .omit({ deviceId: true, product: true })
  .extend({ state: z.enum(['enabled', 'disabled', 'retired']).default('enabled') });
export type DeviceChange = z.output<typeof deviceChangeSchema>;

export const deviceSchema = deviceInputSchema.extend({
  state: z.enum(['enabled', 'disabled', 'retired']),
  isOnline: z.boolean(),
  lastSeenAt: z.string().nullable(),
  updatedAt: z.string(),
  updatedBy: z.string(),
});
export type Device = z.output<typeof deviceSchema>;

export const exchangeSchema = z.strictObject({
  newDeviceId: deviceIdSchema,
  /** Instant with its offset. */
  exchangedAt: z.iso.datetime({ offset: true }),
  finalReading: z.number().min(0).max(LARGEST_VALUE),
  initialReading: z.number().min(0).max(LARGEST_VALUE),
  reason: text,
});
export type Exchange = z.output<typeof exchangeSchema>;

const FOREIGN_KEY = '23503';

/** Adds a device. @returns its token, which is nowhere else; null for one that speaks through a gateway */
export async function addDevice(
  store: OperationalStore,
  input: DeviceInput,
  by: string,
): Promise<{ token: string | null }> {
  const token = input.protocol === 'gateway' ? null : makeToken();
  checkGateway(input);
  const added = await store.db
    .insertInto('device')
    .values({
      device_id: input.deviceId,
      product: input.product,
      ...columnsOf(input),
      token_hash: token === null ? null : hashToken(token),
      updated_by: by,
    })
    .onConflict((conflict) => conflict.column('device_id').doNothing())
    .returning('device_id')
    .executeTakeFirst()
    .catch(explainReference);
  if (added === undefined)
    throw new AppError('conflict', `The device ${input.deviceId} exists already.`, {
      where: { field: 'deviceId' },
    });
  return { token };
}

/** Changes everything but its id and product, its state included. A retired device stays in the register with its history (I-07). */
export async function changeDevice(
  store: OperationalStore,
  deviceId: string,
  change: DeviceChange,
  by: string,
): Promise<Device> {
  checkGateway({ ...change, deviceId });
  const row = await store.db
    .updateTable('device')
    .set({
      ...columnsOf(change),
      state: change.state,
      ...(change.state === 'enabled' ? {} : { is_online: false }),
      updated_at: new Date(),
      updated_by: by,
    })
    .where('device_id', '=', deviceId)
    .returningAll()
    .executeTakeFirst()
    .catch(explainReference);
  return deviceOf(row ?? missing(deviceId));
}

/** A new token; the old one ends with it. */
export async function renewToken(
  store: OperationalStore,
  deviceId: string,
  by: string,
): Promise<{ token: string }> {
  const token = makeToken();
  const row = await store.db
    .updateTable('device')
    .set({ token_hash: hashToken(token), updated_at: new Date(), updated_by: by })
    .where('device_id', '=', deviceId)
    .returning('device_id')
    .executeTakeFirst();
  if (row === undefined) missing(deviceId);
  return { token };
}

/** A meter replaced by another (E3-5): the old one is retired, both registers are kept for the usage on the day. */
export async function exchangeDevice(
  store: OperationalStore,
  oldDeviceId: string,
  exchange: Exchange,
  by: string,
): Promise<void> {
  await store.db.transaction().execute(async (trx) => {
    const both = await trx
      .selectFrom('device')
      .selectAll()
      .where('device_id', 'in', [oldDeviceId, exchange.newDeviceId])
      .forUpdate()
      .execute();
    const old = both.find((row) => row.device_id === oldDeviceId) ?? missing(oldDeviceId);
    const next = both.find((row) => row.device_id === exchange.newDeviceId) ?? missing(exchange.newDeviceId);
    if (old.product !== next.product)
      throw new AppError('bad_request', 'A device is exchanged for one of the same product.', {
        where: { field: 'newDeviceId' },
      });
    const kept = await trx
      .insertInto('device_exchange')
      .values({
        old_device_id: oldDeviceId,
        new_device_id: exchange.newDeviceId,
        exchanged_at: exchange.exchangedAt,
        final_reading: exchange.finalReading,
        initial_reading: exchange.initialReading,
        reason: exchange.reason,
        recorded_by: by,
      })
      .onConflict((conflict) => conflict.doNothing())
      .returning('old_device_id')
      .executeTakeFirst();
    if (kept === undefined)
      throw new AppError('conflict', 'One of the two was exchanged already.', {
        where: { field: 'newDeviceId' },
      });
    await trx
      .updateTable('device')
      .set({ state: 'retired', is_online: false, updated_at: new Date(), updated_by: by })
      .where('device_id', '=', oldDeviceId)
      .execute();
    // The new one stands where the old one stood.
    await trx
      .updateTable('device')
      .set({ house_code: old.house_code, place: old.place, division_code: old.division_code, updated_by: by })
      .where('device_id', '=', exchange.newDeviceId)
      .where('house_code', '=', '')
      .execute();
  });
}

export interface DeviceFilter {
  product?: string;
  state?: Device['state'];
  houseCode?: string;
  online?: boolean;
  /** Beginning of an id. */
  search?: string;
  /** The last id of the page before. */
  after?: string;
  limit: number;
}

export async function listDevices(store: OperationalStore, filter: DeviceFilter): Promise<Device[]> {
  let query = store.db.selectFrom('device').selectAll().orderBy('device_id').limit(filter.limit);
  if (filter.product !== undefined) query = query.where('product', '=', filter.product);
  if (filter.state !== undefined) query = query.where('state', '=', filter.state);
  if (filter.houseCode !== undefined) query = query.where('house_code', '=', filter.houseCode);
  if (filter.online !== undefined) query = query.where('is_online', '=', filter.online);
  if (filter.search !== undefined)
    query = query.where('device_id', 'like', `${filter.search.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`);
  if (filter.after !== undefined) query = query.where('device_id', '>', filter.after);
  return (await query.execute()).map(deviceOf);
}

export async function findDevice(store: OperationalStore, deviceId: string): Promise<Device> {
  const row = await store.db
    .selectFrom('device')
    .selectAll()
    .where('device_id', '=', deviceId)
    .executeTakeFirst();
  return deviceOf(row ?? missing(deviceId));
}

const columnsOf = (input: Omit<DeviceInput, 'deviceId' | 'product'>) => ({
  name: input.name,
  house_code: input.houseCode,
  place: input.place,
  division_code: input.divisionCode,
  protocol: input.protocol,
  gateway_id: input.gatewayId,
  meter_no: input.meterNo,
  maker: input.maker,
  model: input.model,
  installed_on: input.installedOn,
});

const deviceOf = (row: Selectable<DeviceTable>): Device => ({
  deviceId: row.device_id,
  product: row.product,
  name: row.name,
  houseCode: row.house_code,
  place: row.place,
  divisionCode: row.division_code,
  protocol: row.protocol,
  gatewayId: row.gateway_id,
  meterNo: row.meter_no,
  maker: row.maker,
  model: row.model,
  installedOn: row.installed_on,
  state: row.state,
  isOnline: row.is_online,
  lastSeenAt: row.last_seen_at?.toISOString() ?? null,
  updatedAt: row.updated_at.toISOString(),
  updatedBy: row.updated_by,
});

function checkGateway(input: { deviceId: string; protocol: string; gatewayId: string | null }): void {
  const complaint =
    input.protocol === 'gateway' && input.gatewayId === null
      ? 'A device that speaks through a gateway needs one.'
      : input.gatewayId === input.deviceId
        ? 'A device is not its own gateway.'
        : null;
  if (complaint !== null) throw new AppError('bad_request', complaint, { where: { field: 'gatewayId' } });
}

function explainReference(error: unknown): never {
  if (errorCode(error) !== FOREIGN_KEY) throw error;
  throw new AppError('bad_request', 'There is no such product or gateway.', {
    where: { field: 'product, gatewayId' },
    fix: '`anju device products` lists the products.',
    cause: error,
  });
}

function missing(deviceId: string): never {
  throw new AppError('not_found', `There is no device ${deviceId}.`);
}
