/** Merges and splits of dwellings, enterprises and households: what the records were taken for before a run, and what they are after it. */
import { z } from 'zod';
import { literal } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import type { IdentityEntity } from '../../warehouse/operational/tables/who-is-who.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { pathOf } from './nodes.ts';
import type { Decision } from './persons/resolve.ts';
import { standingDecisions } from './persons/store.ts';
import { resolvedIdSql } from './resolved-id.ts';

const KNOWN = 'linkage.entity_known';
const options = { lane: 'batch' as const, tag: 'entity events' };
/** Of the records that moved together, an event names the first. */
const RECORDS_NAMED = 50;
const ROWS = 500;

/** Which model says it, in which columns, and who did it where nobody decided. */
const LINKS = [
  { entity: 'dwelling', model: 'dwelling_link', id: 'dwelling_id', author: 'dwellings 1' },
  { entity: 'enterprise', model: 'enterprise_link', id: 'enterprise_id', author: 'enterprises 1' },
  { entity: 'household', model: 'household_link', id: 'household_id', author: 'households 1' },
] as const satisfies readonly { entity: IdentityEntity; model: string; id: string; author: string }[];

const moveSchema = z.object({
  fromId: z.string(),
  toId: z.string(),
  records: z.array(z.string()),
  /** Those people decided something about, of all that moved. */
  decided: z.array(z.string()),
  /** What decided where they belong now, and of how many. */
  how: z.array(z.tuple([z.string(), z.coerce.number()])),
  stayed: z.number(),
});

/** @param built names of the models that were built anew; how many events there were */
export async function tellEntityEvents(platform: Platform, built: ReadonlySet<string>): Promise<number> {
  let events = 0;
  for (const links of LINKS) if (built.has(links.model)) events += await tellMoves(platform, links);
  return events;
}

async function tellMoves(
  { warehouse, store }: Platform,
  { entity, model, id, author }: (typeof LINKS)[number],
): Promise<number> {
  const decisions = await standingDecisions(store, entity);
  const named = decisions.flatMap(({ a, b }) => [a, b]).filter((node) => !pathOf(node).isAnchor);
  const now = `SELECT concat(source_dataset, ':', record_key) AS record_key, ${id} AS entity_id, how FROM base.${model} WHERE ${id} != ''`;
  const known = `SELECT record_key, entity_id FROM ${KNOWN} WHERE entity = ${literal(entity)}`;
  // New records are no event: an id that had records before, and lost some, is.
  const moves = await warehouse.rows(
    `SELECT known.entity_id AS fromId, now.entity_id AS toId, arraySlice(arraySort(groupArray(known.record_key) AS moved), 1, ${RECORDS_NAMED}) AS records,
       arrayIntersect(moved, CAST([${named.map(literal).join(', ')}] AS Array(String))) AS decided,
       arraySort(arrayMap(one -> (one, toUInt64(countEqual(groupArray(now.how), one))), groupUniqArrayIf(now.how, now.how != ''))) AS how,
       toUInt8(fromId IN (SELECT known.entity_id FROM (${known}) AS known INNER JOIN (${now}) AS now
         ON known.record_key = now.record_key AND known.entity_id = now.entity_id)) AS stayed
     FROM (${known}) AS known LEFT JOIN (${now}) AS now ON known.record_key = now.record_key
     WHERE known.entity_id != now.entity_id
       AND (now.entity_id != '' OR known.record_key IN (SELECT concat(source_dataset, ':', record_key) FROM base.${model}))
     GROUP BY fromId, toId ORDER BY fromId, toId`,
    moveSchema,
    options,
  );
  await saveMoves(store, {
    entity,
    moves,
    author,
    decisions,
    idOfCode: await idsOfCodes(warehouse, entity, decisions),
  });
  await warehouse.run(
    `ALTER TABLE ${KNOWN} DELETE WHERE entity = ${literal(entity)} SETTINGS mutations_sync = 2`,
    options,
  );
  await warehouse.run(
    `INSERT INTO ${KNOWN} SELECT ${literal(entity)}, record_key, entity_id FROM (${now})`,
    options,
  );
  return moves.length;
}

/** The ids of the codes that decisions name. */
async function idsOfCodes(
  warehouse: Warehouse,
  entity: IdentityEntity,
  decisions: readonly Decision[],
): Promise<Map<string, string>> {
  const anchors = decisions.flatMap(({ a, b }) => [a, b]).filter((node) => pathOf(node).isAnchor);
  const nodes = [...new Set(anchors)];
  if (nodes.length === 0) return new Map();
  const ids = await warehouse.rows(
    `SELECT arrayJoin([${nodes.map((node) => `(${literal(node)}, ${resolvedIdSql(entity, literal(pathOf(node).key))})`).join(', ')}]) AS known, known.1 AS node, known.2 AS id`,
    z.object({ node: z.string(), id: z.string() }),
    options,
  );
  return new Map(ids.map(({ node, id }) => [node, id]));
}

interface Told {
  entity: IdentityEntity;
  moves: readonly z.infer<typeof moveSchema>[];
  /** Where nobody decided. */
  author: string;
  decisions: readonly Decision[];
  idOfCode: ReadonlyMap<string, string>;
}

async function saveMoves(
  store: OperationalStore,
  { entity, moves, author, decisions, idOfCode }: Told,
): Promise<void> {
  const ofRecord = new Map(
    decisions.flatMap(({ a, b, decisionId }) => [[a, decisionId] as const, [b, decisionId] as const]),
  );
  // Two codes that are one: everything of the one moves to the other, whatever its records are.
  const ofCodes = new Map(
    decisions.flatMap(({ a, b, decisionId }) => {
      const [kept, left] = [idOfCode.get(a), idOfCode.get(b)];
      return kept === undefined || left === undefined ? [] : [[`${left} ${kept}`, decisionId] as const];
    }),
  );
  const rows = moves.map(({ fromId, toId, records, decided, how, stayed }) => {
    const by =
      ofCodes.get(`${fromId} ${toId}`) ??
      decided.map((record) => ofRecord.get(record)).find((decision) => decision !== undefined);
    // Rules decide these, not weights: how many records each speaks for.
    const evidence = how.map(([rule, count]) => ({ comparison: rule, level: `${count} records`, weight: 0 }));
    return {
      ...{ entity, from_id: fromId, to_id: toId },
      ...{ evidence: JSON.stringify(evidence), records: JSON.stringify(records) },
      kind: toId === '' ? ('unlinked' as const) : stayed === 1 ? ('split' as const) : ('merge' as const),
      author: by === undefined ? author : `decision ${by}`,
    };
  });
  for (let i = 0; i < rows.length; i += ROWS)
    await store.db
      .insertInto('identity_event')
      .values(rows.slice(i, i + ROWS))
      .execute();
}
