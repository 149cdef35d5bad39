/** What is said of rows in quarantine, by HTTP and by the command alike. */
import { z } from 'zod';
import type { ActionResult, MaskOf } from '../ingestion/quarantine/index.ts';
import { elementMask, ITEM_STATES } from '../ingestion/quarantine/index.ts';
import { maskOfColumn } from '../pipelines/personal-columns.ts';

/** A column that names somebody is masked whatever its element says. */
export const maskOfField: MaskOf = (field) => {
  const byName = maskOfColumn(field.name);
  return byName === 'none' ? elementMask(field) : byName;
};

const name = z.string().max(128);
const number = z.coerce.number().int().nonnegative();
export const itemState = z.enum(ITEM_STATES);

export const filterSchema = z.object({
  dataset: name.optional(),
  owner: name.optional(),
  rule: name.optional(),
  field: z.string().max(500).optional(),
  state: itemState.optional(),
  batchId: number.optional(),
});

export const itemSchema = z.object({
  batchId: z.number(),
  rowNo: z.number(),
  dataset: z.string(),
  zh: z.string(),
  owner: z.string(),
  fileName: z.string(),
  rule: z.string(),
  ruleZh: z.string(),
  field: z.string(),
  column: z.string(),
  value: z.string(),
  message: z.string(),
  loadedAt: z.string(),
  state: itemState,
  author: z.string(),
});

export const detailSchema = itemSchema.extend({
  row: z.array(z.object({ name: z.string(), column: z.string(), value: z.string(), isMasked: z.boolean() })),
  text: z.string(),
  isReadable: z.boolean(),
  actions: z.array(
    z.object({
      actionId: z.number(),
      kind: z.string(),
      author: z.string(),
      reason: z.string(),
      at: z.string(),
      changes: z
        .array(
          z.object({
            field: z.string(),
            column: z.string(),
            ruleId: z.number(),
            ruleVersion: z.number(),
            before: z.string(),
            after: z.string(),
          }),
        )
        .describe('what cleaning rules changed, in order; masked'),
    }),
  ),
});

export const countSchema = z.object({
  dataset: z.string(),
  zh: z.string(),
  owner: z.string(),
  rule: z.string(),
  ruleZh: z.string(),
  field: z.string(),
  column: z.string(),
  open: z.number(),
  claimed: z.number(),
  mended: z.number(),
  accepted: z.number(),
  returned: z.number(),
  week: z.number().describe('waiting for at most 7 days'),
  month: z.number().describe('waiting for 8 to 30 days'),
  older: z.number().describe('waiting for more than 30 days'),
});

export const selectionSchema = z.object({
  batchId: number.optional(),
  rule: name.optional(),
  field: z.string().max(500).optional(),
  rowNos: z.array(number).min(1).max(1000).optional(),
});
export const correctionsSchema = z
  .record(z.string().max(200), z.string().max(4000))
  .describe('new texts by standard name or source column');
export const reasonSchema = z.string().trim().min(2).max(500);

export const actionSchema = z.object({
  actionId: z.number(),
  state: z.enum(['done', 'repeat']),
  rows: z.number(),
  left: z.record(z.string(), z.number()).describe('rows left as they are, by why'),
  deliveryId: z.string().nullable(),
});
/** Explicit, for `left` has only the verdicts that occurred. */
export const actionAnswer = ({ left, ...rest }: ActionResult): z.output<typeof actionSchema> => ({
  ...rest,
  left: Object.fromEntries(Object.entries(left)),
});
