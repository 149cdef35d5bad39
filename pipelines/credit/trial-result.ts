/** What trying an indicator of credit tells: kept with it, shown to who lets it in. Nothing in it names anybody. */
import { z } from 'zod';

const count = z.number().int().nonnegative();

export const creditTrialSchema = z.object({
  /** The other indicators of staff it was tried beside (`setVersion`). */
  against: z.string(),
  asOf: z.iso.date(),
  /** What would count under its name, of how many parties, and the points of it after its limit. */
  entries: count,
  parties: count,
  points: z.number(),
  /** Parties whose score would be higher or lower than it is. */
  higher: count,
  lower: count,
  /** How many would go from one grade to another. */
  grades: z.array(z.object({ party: z.string(), was: z.string(), now: z.string(), parties: count })),
  districts: z.array(z.object({ district: z.string(), parties: count })),
});
export type CreditTrial = z.output<typeof creditTrialSchema>;
