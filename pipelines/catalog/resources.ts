/** The resource catalogue (信息资源目录表, 002:10293-10374): 80 items, each held somewhere or with the reason why not. */
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { csvRows } from '../standards/mapping.ts';

const COLUMNS = [
  ...['ordinal', 'class', 'resource', 'owner', 'update', 'attribute', 'format'],
  ...['sharing_type', 'sharing_method', 'held', 'reason'],
] as const;

const itemSchema = z
  .object({
    ordinal: z.coerce.number().int().positive(),
    class: z.string().min(1),
    resource: z.string().min(1),
    owner: z.string().min(1),
    update: z.enum(['每天', '每周']),
    attribute: z.string().min(1),
    format: z.string(),
    sharing_type: z.enum(['无条件共享', '有条件共享', '不予共享']),
    sharing_method: z.string(),
    /** `base.table.column`, `metric.name`, or ''. */
    held: z.string().regex(/^(?:base\.[a-z_]+\.[a-z_]+|metric\.[a-z_]+)?$/),
    reason: z.string(),
  })
  .refine(({ held, reason }) => (held === '') !== (reason === ''), 'is held somewhere, or has a reason');
export type ResourceItem = z.output<typeof itemSchema>;
export type SharingType = ResourceItem['sharing_type'];

/** Days within which the catalogue wants a resource renewed. */
export const UPDATE_DAYS: Readonly<Record<ResourceItem['update'], number>> = { 每天: 1, 每周: 7 };

export interface ResourceCatalogue {
  items: ResourceItem[];
  /** Reason → why such an item is held nowhere. */
  reasons: Map<string, string>;
}

/** @throws AppError `bad_configuration` naming the line that is not as it must be */
export async function loadResources(modelsDirectory: string): Promise<ResourceCatalogue> {
  const path = (name: string): string => join(modelsDirectory, 'standards', name);
  const reasonRows = await csvRows(path('resource-reasons.csv'), ['reason', 'explanation']);
  const reasons = new Map(reasonRows.map(({ reason = '', explanation = '' }) => [reason, explanation]));
  const file = path('resource-catalog.csv');
  const items = (await csvRows(file, COLUMNS)).map((row, index) => {
    const read = itemSchema.safeParse(row);
    const problem = read.success
      ? read.data.reason !== '' && !reasons.has(read.data.reason)
        ? `resource-reasons.csv does not explain ${read.data.reason}`
        : null
      : z.prettifyError(read.error);
    if (!read.success || problem !== null)
      throw new AppError('bad_configuration', `Line ${index + 2} of ${file}: ${problem}`, {
        where: { file, line: index + 2 },
      });
    return read.data;
  });
  return { items, reasons };
}

/** Resources whose items are held by the table or metric of that name, in the catalogue's order. */
export const resourcesOf = ({ items }: ResourceCatalogue, holder: string): ResourceItem[] => {
  const held = items.filter((item) => item.held === holder || item.held.startsWith(`${holder}.`));
  return [...new Map(held.map((item) => [item.resource, item])).values()];
};
