/** What `bench metrics` and its clients tell each other. */
import { z } from 'zod';

export const planSchema = z.object({
  url: z.string(),
  clients: z.number(),
  /** They take turns: the first client is the first person. */
  people: z.array(z.object({ token: z.string(), expected: z.string() })),
  requests: z.array(z.record(z.string(), z.unknown())),
});
export type ClientsPlan = z.output<typeof planSchema>;

export const clientsReport = z.object({
  /** Milliseconds until an answer was there whole, a client each. */
  times: z.array(z.number()),
  wrong: z.number(),
});
