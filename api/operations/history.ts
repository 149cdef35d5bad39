import { z } from 'zod';
import { asOf as believed, beliefSchema, codesOf } from '../../pipelines/history/as-of.ts';
import { historyNames } from '../../pipelines/history/entities.ts';
import { audited } from '../audit.ts';
import { COMMAND, operation } from './operation.ts';

export const historyKey = z.string().min(1).max(64);
export const historyDay = z.iso.date();
export const historyInstant = z.iso.datetime({ offset: true });
export const asOfSchema = z.object({
  entity: z.enum(historyNames),
  key: z.string(),
  /** The code it is known by now, and all it has been known by: more than the key where people decided that several are one. */
  kept: z.string(),
  codes: z.array(z.string()),
  valid: z.string().nullable(),
  known: z.string(),
  rows: z.array(beliefSchema),
});

/** `anju as-of ENTITY KEY`: what was known of it at an instant. */
export const asOf = operation({
  params: z.object({
    entity: z.enum(historyNames),
    key: historyKey,
    valid: historyDay.optional(),
    known: historyInstant.optional(),
  }),
  result: asOfSchema,
  run: ({ store, warehouse }, { entity, key, valid, known = new Date().toISOString() }) =>
    audited(
      store,
      { user: COMMAND, action: 'history-read', object: `${entity}/${key}`, detail: { valid, known } },
      async () => ({
        entity,
        key,
        ...(await codesOf(warehouse, { entity, key })),
        valid: valid ?? null,
        known,
        rows: await believed(warehouse, { entity, key, valid, known }),
      }),
    ),
});
