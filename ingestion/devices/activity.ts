/** What staff look at of devices: what they last said, thresholds they crossed, messages that were refused. */
import { z } from 'zod';
import type { Platform } from '../../warehouse/platform.ts';

export const eventSchema = z.object({
  deviceId: z.string(),
  event: z.string(),
  property: z.string(),
  level: z.enum(['info', 'warning', 'alarm']),
  value: z.string(),
  threshold: z.string(),
  at: z.string(),
});
export const refusalCountSchema = z.object({
  /** A day in China. */
  day: z.string(),
  deviceId: z.string(),
  rule: z.string(),
  field: z.string(),
  messages: z.coerce.number(),
});
export const lastReadingSchema = z.object({ property: z.string(), value: z.string(), at: z.string() });

export const overviewSchema = z.object({
  enabled: z.number(),
  online: z.number(),
  /** Newest first. */
  events: z.array(eventSchema),
  /** Of the last seven days, most first. */
  refusals: z.array(refusalCountSchema),
});
export const activitySchema = overviewSchema.omit({ enabled: true, online: true }).extend({
  /** The newest of each property, as far as it is rolled up. */
  readings: z.array(lastReadingSchema),
});

/** Days looked back: what is older is for analysts. */
const DAYS = 7;
const MOST = 100;
const instant = (column: string): string => `formatDateTime(${column}, '%Y-%m-%dT%H:%i:%SZ')`;
const options = { lane: 'interactive', tag: 'devices.activity' } as const;

/** @returns counts of the register, and what happened on all devices lately */
export async function deviceOverview(platform: Platform): Promise<z.output<typeof overviewSchema>> {
  const counted = await platform.store.db
    .selectFrom('device')
    .select(({ fn, eb }) => [
      fn.countAll<number>().as('enabled'),
      fn.count<number>(eb.case().when('is_online', '=', true).then(1).end()).as('online'),
    ])
    .where('state', '=', 'enabled')
    .executeTakeFirstOrThrow();
  return {
    enabled: Number(counted.enabled),
    online: Number(counted.online),
    events: await events(platform, null),
    refusals: await refusals(platform, null),
  };
}

/** @returns what one device said last, crossed, and was refused */
export async function deviceActivity(
  platform: Platform,
  deviceId: string,
): Promise<z.output<typeof activitySchema>> {
  const readings = await platform.warehouse.rows(
    `SELECT property, toString(argMax(last, (period, version))) AS value, ${instant('argMax(last_time, (period, version))')} AS at
     FROM raw.device_day WHERE device_id = {device:String} GROUP BY property ORDER BY property`,
    lastReadingSchema,
    { ...options, params: { device: deviceId } },
  );
  return { readings, events: await events(platform, deviceId), refusals: await refusals(platform, deviceId) };
}

const only = (device: string | null): string => (device === null ? '' : 'AND device_id = {device:String}');
const given = (device: string | null) => (device === null ? options : { ...options, params: { device } });

const events = ({ warehouse }: Platform, device: string | null): Promise<z.output<typeof eventSchema>[]> =>
  warehouse.rows(
    `SELECT device_id AS deviceId, event, property, toString(happened.level) AS level,
       toString(happened.value) AS value, toString(happened.threshold) AS threshold, ${instant('event_time')} AS at
     FROM raw.device_event AS happened WHERE event_time >= now() - INTERVAL ${DAYS} DAY ${only(device)}
     ORDER BY event_time DESC LIMIT ${MOST}`,
    eventSchema,
    given(device),
  );

const refusals = (
  { warehouse }: Platform,
  device: string | null,
): Promise<z.output<typeof refusalCountSchema>[]> =>
  warehouse.rows(
    `SELECT toString(refused.day) AS day, device_id AS deviceId, rule, field, sum(refused.messages) AS messages
     FROM meta.device_refusal_count AS refused WHERE refused.day >= today() - ${DAYS} ${only(device)}
     GROUP BY refused.day, device_id, rule, field ORDER BY messages DESC, day DESC, deviceId LIMIT ${MOST}`,
    refusalCountSchema,
    given(device),
  );
