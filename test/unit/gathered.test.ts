import { beforeEach, describe, expect, test } from '@jest/globals';
import { gathered } from '../../api/gathered.ts';

interface LookUp {
  keys: readonly string[];
  found(pairs: Record<string, string>): void;
  fail(error: Error): void;
}

let lookUps: LookUp[];
let whose: (key: string) => Promise<string | undefined>;
/** Resolved when the look-up of that number has begun. */
let hasBegun: (number: number) => Promise<LookUp>;
beforeEach(() => {
  lookUps = [];
  const waiting = new Map<number, (lookUp: LookUp) => void>();
  hasBegun = (number) => {
    const begun = lookUps[number];
    return begun ? Promise.resolve(begun) : new Promise((resolve) => waiting.set(number, resolve));
  };
  whose = gathered(
    (keys) =>
      new Promise((resolve, reject) => {
        const lookUp = {
          keys,
          found: (pairs: Record<string, string>) => resolve(new Map(Object.entries(pairs))),
          fail: reject,
        };
        lookUps.push(lookUp);
        waiting.get(lookUps.length - 1)?.(lookUp);
      }),
  );
});

describe('what is looked up for many at once', () => {
  test('who comes alone is looked up at once; who comes meanwhile, together by the next', async () => {
    const first = whose('one');
    const alone = await hasBegun(0);
    const others = ['two', 'three', 'two'].map(whose);
    expect(alone.keys).toEqual(['one']);
    alone.found({ one: 'Chen' });
    expect(await first).toBe('Chen');
    const together = await hasBegun(1);
    expect(together.keys).toEqual(['two', 'three']);
    together.found({ three: 'Li', two: 'Wang' });
    expect(await Promise.all(others)).toEqual(['Wang', 'Li', 'Wang']);
    expect(lookUps).toHaveLength(2);
  });

  test('nobody gets what was read before he asked', async () => {
    const before = whose('session');
    const reading = await hasBegun(0);
    const after = whose('session');
    reading.found({ session: 'Chen' });
    (await hasBegun(1)).found({});
    expect(await before).toBe('Chen');
    expect(await after).toBeUndefined();
  });

  test('a failure is told those it was for, and the next are looked up all the same', async () => {
    const unlucky = whose('one');
    const failing = await hasBegun(0);
    const next = whose('two');
    failing.fail(new Error('no store'));
    await expect(unlucky).rejects.toThrow('no store');
    (await hasBegun(1)).found({ two: 'Wang' });
    expect(await next).toBe('Wang');
  });
});
