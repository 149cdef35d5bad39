/** Trying again what may succeed later: exponential back-off with jitter, and no longer than the task is wanted. */
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { AppError, type ErrorDetails, isAppError } from '../../domain/errors.ts';
import type { Logger } from '../../warehouse/log.ts';

export const retrySchema = z
  .object({
    /** Tries in all, the first included. */
    attempts: z.number().int().min(1).max(20).default(5),
    /** Milliseconds before the second try; doubled before each further one. */
    firstMs: z.number().int().min(1).max(60_000).default(500),
    mostMs: z.number().int().min(1).max(600_000).default(30_000),
  })
  .prefault({});
export type RetryRule = z.output<typeof retrySchema>;

/** The source says when it may be asked again. */
export class Postponed extends AppError {
  constructor(
    message: string,
    readonly waitMs: number,
    details: ErrorDetails,
  ) {
    super('source_unreachable', message, { ...details, retriable: true });
  }
}

/**
 * Runs `work` until it succeeds, its error is not `retriable`, the tries are used up or the task is stopped.
 * @param work told which try this is, from 1
 */
export async function withRetry<T>(
  rule: RetryRule,
  { signal, log }: { signal: AbortSignal; log: Logger },
  work: (attempt: number) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    try {
      return await work(attempt);
    } catch (error) {
      if (!isAppError(error) || !error.retriable || attempt >= rule.attempts) throw error;
      const waitMs = error instanceof Postponed ? error.waitMs : backOff(rule, attempt);
      log.warn({ attempt, waitMs, where: error.where, reason: error.message }, 'the source is tried again');
      await delay(waitMs, undefined, { signal });
    }
  }
}

/** Between half and the whole of the doubled wait, so that many tasks do not come back at the same moment. */
export const backOff = ({ firstMs, mostMs }: RetryRule, attempt: number): number =>
  Math.round(Math.min(mostMs, firstMs * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2));

/** Runs a connector's files to their end, and takes a stop of the task for an end and not for an error. */
export async function* untilStopped<T>(
  { signal, log }: { signal: AbortSignal; log: Logger },
  files: AsyncIterable<T>,
): AsyncIterable<T> {
  try {
    yield* files;
  } catch (error) {
    if (!signal.aborted) throw error;
    log.info({ reason: error instanceof Error ? error.name : 'stopped' }, 'the task was stopped');
  }
}
