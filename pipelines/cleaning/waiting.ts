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
import type { Platform } from '../../warehouse/platform.ts';
import { groupedBy } from '../grouped-by.ts';
import { isAble } from './models.ts';
import { inOrder, isTextAction, type Rule } from './rule.ts';
import { activeRules } from './store.ts';
import { Retry } from './retry.ts';

const OURS = 'anju';
const OPTIONS = { lane: 'batch', tag: 'cleaning quarantine' } as const;

/** Rows that were mended. */
export async function mendWaiting(platform: Platform, contracts: Contracts): Promise<number> {
  let mended = 0;
  const rules = await activeRules(platform.store);
  for (const [id, own] of groupedBy(rules, ({ definition }) => definition.dataset)) {
    const dataset = contracts.find(id);
    if (!dataset || dataset.state === 'held') continue;
    const texts = own.filter(
      ({ definition }) => isTextAction(definition.action) && isAble(dataset, definition, contracts.find),
    );
    if (texts.length > 0) mended += await mendDataset(platform, dataset, inOrder(texts));
  }
  return mended;
}

async function mendDataset(platform: Platform, dataset: Dataset, rules: readonly Rule[]): Promise<number> {
  const fields = rules.flatMap(({ definition: { action } }) => ('field' in action ? [action.field] : []));
  const waiting = waitingSql(dataset, fields);
  const found = await platform.warehouse.rows(
    `SELECT toUInt32(batch_id) AS batch, toUInt32(count()) AS rows FROM (${waiting}) GROUP BY batch ORDER BY batch`,
    z.object({ batch: z.number(), rows: z.number() }),
    OPTIONS,
  );
  let mended = 0;
  for (const batches of chunks(found)) {
    const edits = randomUUID();
    const retry = new Retry(platform.warehouse, dataset, rules);
    await retry.write(edits, `SELECT * FROM (${waiting}) WHERE batch_id IN (${batches.join(', ')})`);
    mended += await land(platform, dataset, edits);
  }
  return mended;
}

/** Batches whose rows are looked at together: a chunk stays within what one action may be about, unless one batch has more. */
function chunks(found: readonly { batch: number; rows: number }[]): number[][] {
  const all: number[][] = [];
  let room = 0;
  for (const { batch, rows } of found) {
    if (rows > room) {
      all.push([]);
      room = MOST_ROWS;
    }
    all.at(-1)?.push(batch);
    room -= rows;
  }
  return all;
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
