import { AppError } from '../../domain/errors.ts';

/** How many tries an address has in a window; old windows are forgotten as new tries come. */
export interface RateLimit {
  /** Throws `too_many_requests` when the key has no try left. */
  take(key: string): void;
}

export function createRateLimit({
  tries,
  windowMs,
  now = Date.now,
}: {
  tries: number;
  windowMs: number;
  now?: () => number;
}): RateLimit {
  const windows = new Map<string, { endsAt: number; used: number }>();
  return {
    take(key) {
      const at = now();
      for (const [other, window] of windows) if (window.endsAt <= at) windows.delete(other);
      const window = windows.get(key) ?? { endsAt: at + windowMs, used: 0 };
      window.used += 1;
      windows.set(key, window);
      if (window.used > tries) {
        throw new AppError('too_many_requests', 'Too many tries from this address.', {
          fix: `Wait ${Math.ceil((window.endsAt - at) / 1000)} seconds.`,
          retriable: true,
        });
      }
    },
  };
}
