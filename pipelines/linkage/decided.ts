/** What people decided of dwellings, enterprises, households and names of places, as seeds of a run: so a build stays a function of its input. */
import type { GeneratedFile } from '../../ingestion/generate/file.ts';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import { csvText } from '../dbt/seed.ts';
import { standingAliases } from './aliases.ts';
import { pathOf } from './nodes.ts';
import type { Decision } from './persons/resolve.ts';
import { standingDecisions } from './persons/store.ts';

/** Seeds that replace the empty ones of the project; none where nobody decided anything. */
export async function decidedFiles(store: OperationalStore): Promise<GeneratedFile[]> {
  const aliases = await standingAliases(store);
  return [
    ...seed('decided_dwelling', 'house', await standingDecisions(store, 'dwelling')),
    ...seed('decided_enterprise', 'code', await standingDecisions(store, 'enterprise')),
    ...seed('decided_household', 'household', await standingDecisions(store, 'household')),
    ...(aliases.length === 0
      ? []
      : [
          {
            path: 'seeds/decided_address_alias.csv',
            content: csvText(
              [
                ...['said_district', 'said_compound', 'said_building'],
                ...['means_district', 'means_compound', 'means_building', 'decided_by'],
              ],
              aliases.map((one) => [
                ...[one.saidDistrict, one.saidCompound, one.saidBuilding],
                ...[one.meansDistrict, one.meansCompound, one.meansBuilding, one.author],
              ]),
            ),
          },
        ]),
  ];
}

function seed(
  name: string,
  what: 'house' | 'code' | 'household',
  decisions: readonly Decision[],
): GeneratedFile[] {
  if (decisions.length === 0) return [];
  // Decided to be one, the first named is kept: a chain of such decisions ends in the last kept.
  const kept = new Map<string, string>();
  const last = (key: string): string => {
    const seen = new Set<string>();
    let at = key;
    for (let next = kept.get(at); next !== undefined && !seen.has(at); next = kept.get(at)) {
      seen.add(at);
      at = next;
    }
    return at;
  };
  // What each decision merges away; those that are one already say nothing new, and would lead the chain back to its beginning.
  const left = new Map<number, string>();
  for (const { decisionId, a, b, verdict } of decisions) {
    const [one, other] = [pathOf(a), pathOf(b)];
    if (verdict !== 'same' || !one.isAnchor || !other.isAnchor || last(one.key) === last(other.key)) continue;
    left.set(decisionId, last(other.key));
    kept.set(last(other.key), one.key);
  }
  const rows = decisions.flatMap(({ decisionId, a, b, verdict }) => {
    const [one, other] = [pathOf(a), pathOf(b)];
    if (one.isAnchor && other.isAnchor) {
      const said = verdict === 'same' ? left.get(decisionId) : other.key;
      return said === undefined ? [] : [['', '', said, last(one.key), verdict, String(decisionId)]];
    }
    const [record, anchor] = one.isAnchor ? [other, one] : [one, other];
    return [[record.dataset, record.key, '', last(anchor.key), verdict, String(decisionId)]];
  });
  return [
    {
      path: `seeds/${name}.csv`,
      content: csvText(
        ['said_dataset', 'said_key', `said_${what}`, `means_${what}`, 'verdict', 'decision'],
        rows,
      ),
    },
  ];
}
