/**
 * A thing model (物模型, 002:6945) says what devices of a product measure, tell and can be told. It is data: shipped ones are
 * beside this file, staff add others while the platform runs, and a changed one counts from its publication on (002:6949).
 */
import { z } from 'zod';
import { LARGEST_VALUE } from '../log/record.ts';

const NAME = /^[a-z][a-z0-9_]{0,39}$/;
const name = z.string().regex(NAME, 'lower-case letters, digits and underscores; a letter first');
const title = z.string().min(1).max(64);
const amount = z.number().min(-LARGEST_VALUE).max(LARGEST_VALUE);

export const propertySchema = z
  .strictObject({
    name,
    zh: title,
    /** '' for a bare number. */
    unit: z.string().max(16).default(''),
    /** `boolean` is kept as 0 and 1, a `code` as the number its word stands for. */
    type: z.enum(['number', 'integer', 'boolean', 'code']).default('number'),
    codes: z.record(z.string().min(1).max(40), z.int().min(0).max(65_535)).optional(),
    /** A value outside is refused: the device cannot have measured it. */
    min: amount.optional(),
    max: amount.optional(),
    /** A value outside is kept, and is an event. */
    low: amount.optional(),
    high: amount.optional(),
    level: z.enum(['warning', 'alarm']).default('warning'),
  })
  .refine((one) => one.type !== 'code' || Object.keys(one.codes ?? {}).length > 0, 'a code needs its words')
  .refine((one) => (one.min ?? -Infinity) <= (one.max ?? Infinity), 'min is above max')
  .refine((one) => (one.low ?? -Infinity) <= (one.high ?? Infinity), 'low is above high');
export type Property = z.output<typeof propertySchema>;

const eventSchema = z.strictObject({
  name,
  zh: title,
  level: z.enum(['info', 'warning', 'alarm']).default('info'),
});

const commandSchema = z.strictObject({
  name,
  zh: title,
  parameters: z
    .array(z.strictObject({ name, zh: title, type: z.enum(['number', 'integer', 'boolean', 'text']) }))
    .max(32)
    .default([]),
});

const isUnique = (list: { name: string }[]): boolean =>
  new Set(list.map((one) => one.name)).size === list.length;

export const thingModelSchema = z
  .strictObject({
    product: z
      .string()
      .regex(/^[a-z][a-z0-9-]{1,39}$/, 'lower-case letters, digits and dashes; a letter first'),
    zh: title,
    /** Where the requirement names it: `DEV-13, 002:9589`. */
    reference: z.string().max(80).default(''),
    properties: z.array(propertySchema).max(256).refine(isUnique, 'two properties have one name'),
    events: z.array(eventSchema).max(256).refine(isUnique, 'two events have one name').default([]),
    commands: z.array(commandSchema).max(256).refine(isUnique, 'two commands have one name').default([]),
    /** A device silent for this long, `missedBeats` times over, is offline (002:6983 gives no number). */
    heartbeatSeconds: z.int().min(1).max(604_800).default(3600),
    missedBeats: z.int().min(1).max(100).default(3),
    /** For meters: the property that is the register, and what VEE needs to know of it. */
    meter: z
      .strictObject({
        kind: z.enum(['water', 'electricity', 'gas']),
        register: name,
        /** Digits before the point: after 99 999 a register of five shows 0 again. */
        digits: z.int().min(1).max(9),
        /** More than this in a day is a spike. */
        mostPerDay: z.number().positive(),
      })
      .optional(),
  })
  .refine(
    (model) =>
      model.meter === undefined || model.properties.some((one) => one.name === model.meter?.register),
    'the register is none of the properties',
  );
export type ThingModel = z.output<typeof thingModelSchema>;
export type ThingModelInput = z.input<typeof thingModelSchema>;
