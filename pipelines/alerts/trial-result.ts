/** What trying a rule of alert tells: kept with it, shown to who lets it in. Nothing in it names a person or a room. */
import { z } from 'zod';

const count = z.number().int().nonnegative();

/** Cases of a rule the change would open, mark as no longer holding, and give another level. */
const changeSchema = z.object({
  rule: z.string(),
  zh: z.string(),
  opens: count,
  closes: count,
  relevels: count,
});

export const trialSchema = z.object({
  /** The other rules it was tried with: another set, another answer. */
  against: z.string(),
  /** The day of the measures it was tried on. */
  asOf: z.iso.date(),
  found: count,
  levels: z.object({ high: count, medium: count, low: count }),
  /** Streets with most findings. */
  streets: z.array(z.object({ streetCode: z.string(), street: z.string(), found: count })),
  samples: z.array(
    z.object({ place: z.string(), evidence: z.string(), level: z.string(), since: z.iso.date() }),
  ),
  /** Other rules that hold on the same objects or dwellings. */
  overlaps: z.array(z.object({ rule: z.string(), zh: z.string(), objects: count })),
  changes: z.array(changeSchema),
  /** What it would have found at past month ends, by what is known today of those days. */
  past: z.array(z.object({ asOf: z.iso.date(), found: count, high: count, medium: count, low: count })),
});
export type AlertTrial = z.output<typeof trialSchema>;
