/** What trying a tag tells: kept with it, shown to who lets it in. Nothing in it names a person. */
import { z } from 'zod';

const count = z.number().int().nonnegative();

export const tagTrialSchema = z.object({
  /** The latest day anything was delivered for. */
  asOf: z.iso.date().nullable(),
  /** Objects looked at, and those that would have it. */
  objects: count,
  holders: count,
  /** Against the tag of that name as it is now. */
  comes: count,
  goes: count,
  districts: z.array(z.object({ district: z.string(), holders: count })),
  /** Other tags the same objects have. */
  overlaps: z.array(z.object({ tag: z.string(), holders: count })),
  /** Objects that would have two tags of a topic that allows one (MECE, 002:635). */
  clashes: count,
  evidence: z.array(z.string()),
});
export type TagTrial = z.output<typeof tagTrialSchema>;
