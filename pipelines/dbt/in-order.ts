/** Works through things that wait for each other, several at a time. */

/**
 * Starts `work` on each name once everything it waits for is done (names outside `order` count as done), the earliest in
 * `order` first, at most `atOnce` at a time. The first error stops further starts and is thrown once what runs has ended.
 */
export async function inOrder(
  order: string[],
  waitsFor: (name: string) => Iterable<string>,
  atOnce: number,
  work: (name: string) => Promise<void>,
): Promise<void> {
  const open = new Set(order);
  const waiting = new Map(
    order.map((name) => [name, [...waitsFor(name)].filter((other) => open.has(other))]),
  );
  const running = new Map<string, Promise<void>>();
  const errors: unknown[] = [];
  while (waiting.size > 0 || running.size > 0) {
    const ready = [...waiting]
      .filter(([, others]) => others.every((other) => !open.has(other)))
      .map(([name]) => name);
    for (const name of errors.length > 0 ? [] : ready.slice(0, atOnce - running.size)) {
      waiting.delete(name);
      const ended = work(name)
        .catch((error: unknown) => void errors.push(error))
        .finally(() => {
          open.delete(name);
          running.delete(name);
        });
      running.set(name, ended);
    }
    if (running.size === 0) break;
    await Promise.race(running.values());
  }
  if (errors.length > 0) throw errors[0];
  if (waiting.size > 0) throw new Error(`these wait for each other: ${[...waiting.keys()].join(', ')}`);
}
