/**
 * Looks up for many at once. Who asks while a look-up is under way is answered by the next, together with all who came meanwhile:
 * five hundred who come at once cost the store some few statements, and one who comes alone waits for nobody.
 *
 * Nothing is kept: an answer was read after its question was asked, so what was withdrawn before holds.
 * @param lookUp what was found of these keys, each once; what is not in the map was not found. When it fails, all it was for fail
 */
export function gathered<Found>(
  lookUp: (keys: readonly string[]) => Promise<ReadonlyMap<string, Found>>,
): (key: string) => Promise<Found | undefined> {
  let waiting = new Set<string>();
  let next: Promise<ReadonlyMap<string, Found>> | undefined;
  let underWay: Promise<unknown> = Promise.resolve();
  const afterThisOne = async (): Promise<ReadonlyMap<string, Found>> => {
    await underWay;
    const keys = [...waiting];
    waiting = new Set();
    next = undefined;
    const found = lookUp(keys);
    // Those it was for hear of a failure; the next begins all the same.
    underWay = found.catch(() => undefined);
    return found;
  };
  return async (key) => {
    waiting.add(key);
    next ??= afterThisOne();
    return (await next).get(key);
  };
}
