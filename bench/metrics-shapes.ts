/** What `bench metrics` and its clients tell each other. */
import { z } from 'zod';

export const planSchema = z.object({
  url: z.string(),
  /** Times each asks, the next as soon as it has its answer: nobody stops to think, so as many requests as people are always under way. */
  rounds: z.number(),
  /** One a client. */
  people: z.array(z.object({ token: z.string(), scope: z.string() })),
  /** What who has that scope must get. */
  expected: z.record(z.string(), z.string()),
  requests: z.array(z.record(z.string(), z.unknown())),
});
export type ClientsPlan = z.output<typeof planSchema>;

export const clientsReport = z.object({
  /** Milliseconds until an answer was there whole, one a request. */
  times: z.array(z.number()),
  wrong: z.number(),
  /** From the first request to the last answer, and what of the CPU the clients themselves used in that time, milliseconds. */
  wallMs: z.number(),
  cpuMs: z.number(),
});
export type ClientsReport = z.output<typeof clientsReport>;
