/**
 * Rows in quarantine for a fault the active rules mend (catalog D.5): each run tries them again, behind what it landed. What the rules
 * make of a row is written down value by value (`meta.quarantine_edit`: before, after, rule), then the rows land the way those do
 * that people mend (ingestion/quarantine), so none lands twice and a crash is gone on with.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { isAppError } from '../../domain/errors.ts';
import type { Contracts } from '../../ingestion/contracts/home.ts';
import { type Dataset, datasetId } from '../../ingestion/contract.ts';
import { act, MOST_ROWS, waitingSql } from '../../ingestion/quarantine/index.ts';
import { literal } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { groupedBy } from '../grouped-by.ts';
import { isAble } from './models.ts';
import { inOrder, isTextAction, type Rule } from './rule.ts';
import { activeRules } from './store.ts';
import { Retry } from './retry.ts';
import type { WouldMend } from './trial-result.ts';

const OURS = 'anju';
const OPTIONS = { lane: 'batch', tag: 'cleaning quarantine' } as const;

/**
 * Tries the rows again with the active rules. @param atMost rows looked at together, at most what one action may be about
 * @returns how many were mended
 */
export async function mendWaiting(
  platform: Platform,
  contracts: Contracts,
  atMost = MOST_ROWS,
): Promise<number> {
  let mended = 0;
  for (const { dataset, rules } of ofDatasets(await activeRules(platform.store), contracts)) {
    const retry = new Retry(platform.warehouse, dataset, rules);
    for (const rows of await chunks(platform.warehouse, waitingFor(dataset, rules), atMost)) {
      const edits = randomUUID();
      await retry.write(edits, rows.select);
      mended += await land(platform, dataset, edits);
    }
  }
  return mended;
}

/**
 * What a run would mend that the rule has a part in, were it active; nothing for rules that look beyond one text. As `mendWaiting` looks
 * at them, so many rows at a time; nothing is written. One at a time for a platform (scratch.ts).
 * @param rules all that would be active, the candidate among them
 */
export async function wouldMend(
  { warehouse }: Pick<Platform, 'warehouse'>,
  contracts: Pick<Contracts, 'find'>,
  rules: readonly Rule[],
  candidate: Rule,
): Promise<WouldMend[]> {
  const { dataset: id, action } = candidate.definition;
  if (!isTextAction(action)) return [];
  const told: WouldMend[] = [];
  const own = rules.filter(({ definition }) => definition.dataset === id);
  for (const { dataset, rules: texts } of ofDatasets(own, contracts)) {
    const retry = new Retry(warehouse, dataset, texts, 'trial');
    let [waiting, mended] = [0, 0];
    for (const { select, rows } of await chunks(warehouse, waitingFor(dataset, texts), MOST_ROWS)) {
      waiting += rows;
      mended += await retry.count(candidate.ruleId, select);
    }
    told.push({ dataset: id, waiting, mended });
  }
  return told;
}

/** Data sets with the rules that change texts of them, in order. */
function ofDatasets(
  rules: readonly Rule[],
  contracts: Pick<Contracts, 'find'>,
): { dataset: Dataset; rules: Rule[] }[] {
  return [...groupedBy(rules, ({ definition }) => definition.dataset)].flatMap(([id, own]) => {
    const dataset = contracts.find(id);
    if (!dataset || dataset.state === 'held') return [];
    const texts = own.filter(
      ({ definition }) => isTextAction(definition.action) && isAble(dataset, definition, contracts.find),
    );
    return texts.length === 0 ? [] : [{ dataset, rules: inOrder(texts) }];
  });
}

function waitingFor(dataset: Dataset, rules: readonly Rule[]): string {
  const fields = rules.flatMap(({ definition: { action } }) => ('field' in action ? [action.field] : []));
  return waitingSql(dataset, fields);
}

/** Rows that are looked at together: several batches, or a part of one that has more than one action may be about. */
async function chunks(
  warehouse: Warehouse,
  waiting: string,
  atMost: number,
): Promise<{ select: string; rows: number }[]> {
  const parts = await warehouse.rows(
    `SELECT toUInt32(batch_id) AS batch, toUInt32(min(row_no)) AS first, toUInt32(max(row_no)) AS last, toUInt32(count()) AS rows
     FROM (SELECT batch_id, row_no, intDiv(row_number() OVER (PARTITION BY batch_id ORDER BY row_no) - 1, ${Math.trunc(atMost)}) AS part FROM (${waiting}))
     GROUP BY batch, part ORDER BY batch, part`,
    z.object({ batch: z.number(), first: z.number(), last: z.number(), rows: z.number() }),
    OPTIONS,
  );
  const all: { where: string[]; rows: number }[] = [];
  for (const { batch, first, last, rows } of parts) {
    let chunk = all.at(-1);
    if (!chunk || chunk.rows + rows > atMost) all.push((chunk = { where: [], rows: 0 }));
    chunk.where.push(`batch_id = ${batch} AND row_no BETWEEN ${first} AND ${last}`);
    chunk.rows += rows;
  }
  return all.map(({ where, rows }) => ({
    select: `SELECT * FROM (${waiting}) WHERE ${where.join(' OR ')}`,
    rows,
  }));
}

async function land(platform: Platform, dataset: Dataset, edits: string): Promise<number> {
  const id = datasetId(dataset);
  const batches = await platform.warehouse.rows(
    `SELECT toUInt32(batch_id) AS batch, arraySort(groupUniqArray((rule_id, rule_version))) AS rules
     FROM meta.quarantine_edit WHERE dataset = ${literal(id)} AND edits = ${literal(edits)} GROUP BY batch_id ORDER BY batch_id`,
    z.object({ batch: z.number(), rules: z.array(z.tuple([z.coerce.number(), z.number()])) }),
    OPTIONS,
  );
  let mended = 0;
  for (const { batch, rules } of batches) {
    const names = rules.map(([rule, version]) => `${rule}（第 ${version} 版）`).join('、');
    try {
      const { rows } = await act(platform, {
        ...{ kind: 'mend', dataset: id, author: OURS, reason: `清洗规则 ${names}` },
        selection: { batchId: batch, edits },
      });
      mended += rows;
    } catch (error) {
      // Withdrawn, or dealt with by somebody, since it was looked at: their word counts.
      if (!isAppError(error) || error.code !== 'conflict') throw error;
      platform.log.info({ err: error, dataset: id, batch }, 'rows a cleaning rule would mend were left');
    }
  }
  return mended;
}
