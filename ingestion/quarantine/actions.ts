/**
 * What people do about rows in quarantine: claim, release, mend, accept with a reason, return to the sender.
 *
 * An action is entered first, then the states of its rows are written (one block: all or none), then what it adds lands as a
 * delivery of its own, then it is done. Each step can be repeated, so an action killed anywhere is gone on with by the next one.
 */
import { z } from 'zod';
import type { Selectable } from 'kysely';
import { AppError, isAppError } from '../../domain/errors.ts';
import type { Platform } from '../../warehouse/platform.ts';
import type {
  QuarantineActionKind,
  QuarantineActionTable,
  QuarantineSelection,
} from '../../warehouse/operational/tables/quarantine.ts';
import { literal } from '../../warehouse/engine/sql.ts';
import { contractsOf } from '../contracts/home.ts';
import { canonicalJson } from '../certificate/canonical.ts';
import { faultPoint } from '../landing/fault-points.ts';
import { instantSql } from '../landing/stage.ts';
import { itemsSql, type ItemState, selectionSql } from './items.ts';
import { landOverlay } from './land-overlay.ts';
import { judge, type Repair, type Verdict, verdictsSql } from './overlay.ts';
import { isWithdrawnRefusal, refuseWithdrawn } from './withdrawn.ts';

export interface ActionRequest {
  kind: QuarantineActionKind;
  /** `source.dataset` */
  dataset: string;
  selection: QuarantineSelection;
  /** New texts by standard name or source column; only of `mend`. */
  corrections?: Record<string, string>;
  author: string;
  /** Needed for all but claim and release. */
  reason?: string;
}

export interface ActionResult {
  actionId: number;
  /** `repeat`: the same was done before, and is not done again. */
  state: 'done' | 'repeat';
  rows: number;
  /** Rows of the selection that were left as they are, by why. */
  left: Partial<Record<Verdict, number>>;
  /** The overlay's delivery. */
  deliveryId: string | null;
}

/** Of one action; larger ones are done rule by rule or batch by batch. */
export const MOST_ROWS = 100_000;

const STATE_AFTER: Record<QuarantineActionKind, ItemState> = {
  claim: 'claimed',
  release: 'open',
  mend: 'mended',
  accept: 'accepted',
  return: 'returned',
};
/** All rows in one block, which appears at once or not at all. */
export const ONE_BLOCK = `SETTINGS max_threads = 1, max_insert_threads = 1, max_block_size = 1000000, max_insert_block_size = 1000000,
  min_insert_block_size_rows = 1000000, min_insert_block_size_bytes = 4000000000`;

/** One action at a time for a platform: two people never deal with the same row. */
const queues = new WeakMap<Platform, Promise<unknown>>();
function inTurn<T>(platform: Platform, work: () => Promise<T>): Promise<T> {
  const turn = (queues.get(platform) ?? Promise.resolve()).catch(() => undefined).then(work);
  queues.set(platform, turn);
  return turn;
}

/**
 * @throws AppError `bad_request` when nothing of the selection can be done, saying why; `conflict` when all of it is dealt with
 * already or its batch was withdrawn; `too_large` above `MOST_ROWS`
 */
export const act = (platform: Platform, request: ActionRequest): Promise<ActionResult> =>
  inTurn(platform, async () => {
    await resume(platform);
    return begin(platform, request);
  });

/** Goes on with what a crash left; gives the number of actions that came to their end. Every run and `anju serve` begin with it. */
export const settleActions = (platform: Platform): Promise<number> =>
  inTurn(platform, () => resume(platform));

/** One that cannot be finished now is tried again the next time, and holds nobody else's action up. */
async function resume(platform: Platform): Promise<number> {
  const open = await platform.store.db
    .selectFrom('quarantine_action')
    .select('action_id')
    .where('state', '=', 'doing')
    .orderBy('action_id')
    .execute();
  let settled = 0;
  for (const { action_id } of open) {
    try {
      await carryOut(platform, action_id);
      settled += 1;
    } catch (error) {
      platform.log.error(
        { err: error, action: action_id },
        'an interrupted quarantine action did not finish',
      );
    }
  }
  return settled;
}

async function begin(platform: Platform, request: ActionRequest): Promise<ActionResult> {
  const { kind, selection, author } = request;
  const reason = request.reason?.trim() ?? '';
  const isReasoned = kind !== 'claim' && kind !== 'release';
  if (isReasoned && reason === '')
    throw new AppError('bad_request', 'A reason is needed: it stays with the row.');
  const dataset = (await contractsOf(platform.config)).get(request.dataset);
  if (dataset.state === 'held' && isReasoned)
    throw new AppError(
      'conflict',
      `Nobody has accepted the table ${request.dataset}: its rows wait together.`,
      {
        where: { dataset: request.dataset },
        fix: 'Accept it, and they land; or withdraw the batch (anju drift, anju withdraw).',
      },
    );
  await refuseWithdrawn(platform, selection);
  const corrections = correctionsOf(dataset, request.corrections ?? {});
  const repair: Repair | null =
    kind === 'mend' || kind === 'accept'
      ? { kind, dataset, batchId: batchOf(selection), selection, corrections, author }
      : null;
  const { ready, left, rejects } = repair
    ? await judged(platform, repair, request.dataset)
    : await counted(platform, request);
  if (ready === 0) {
    const before = await sameBefore(platform, request, corrections);
    if (before) return before;
    throw nothingToDo(left, rejects);
  }
  if (ready > MOST_ROWS)
    throw new AppError('too_large', `${ready} rows are more than one action may be about (${MOST_ROWS}).`, {
      fix: 'Do it rule by rule, or batch by batch.',
    });
  const { action_id } = await platform.store.db
    .insertInto('quarantine_action')
    .values({
      kind,
      dataset: request.dataset,
      selection: JSON.stringify(selection),
      corrections: JSON.stringify(corrections),
      author,
      reason,
    })
    .returning('action_id')
    .executeTakeFirstOrThrow();
  faultPoint(platform.config, 'repair-entered');
  return { ...(await carryOut(platform, action_id)), left };
}

/** From wherever it stopped to its end. */
async function carryOut(platform: Platform, actionId: number): Promise<ActionResult> {
  const { db } = platform.store;
  const action = await db
    .selectFrom('quarantine_action')
    .selectAll()
    .where('action_id', '=', actionId)
    .executeTakeFirstOrThrow();
  const dataset = (await contractsOf(platform.config)).get(action.dataset);
  const { kind, author, selection } = action;
  const giveUp = (error: unknown): Promise<never> => undone(platform, action, error);
  await refuseWithdrawn(platform, selection).catch(giveUp);
  const written = await platform.warehouse.value(
    `SELECT count() FROM meta.quarantine_state WHERE dataset = ${literal(action.dataset)} AND action_id = ${actionId}`,
    z.coerce.number(),
    { tag: 'quarantine.act' },
  );
  if (written === 0) {
    const chosen =
      kind === 'mend' || kind === 'accept'
        ? `SELECT toUInt64(${batchOf(selection)}) AS batch_id, row_no FROM (${verdictsSql(
            {
              kind,
              dataset,
              batchId: batchOf(selection),
              selection,
              corrections: action.corrections,
              author,
            },
            action.dataset,
          )}) WHERE verdict = 'ready'`
        : `SELECT batch_id, row_no FROM (${itemsSql(selectionSql(action.dataset, selection), 'batch_id, row_no')}) WHERE ${workableSql(kind, author)}`;
    await platform.warehouse.run(
      `INSERT INTO meta.quarantine_state (dataset, batch_id, row_no, state, action_id, version, author, at)
       SELECT ${literal(action.dataset)}, batch_id, row_no, ${literal(STATE_AFTER[kind])}, ${actionId}, ${actionId * 2}, ${literal(author)},
         ${instantSql(action.created_at)} FROM (${chosen}) ${ONE_BLOCK}`,
      { lane: 'batch', tag: 'quarantine.act' },
    );
  }
  faultPoint(platform.config, 'repair-states');
  const rows = await platform.warehouse.value(
    `SELECT uniqExact(batch_id, row_no) FROM meta.quarantine_state WHERE dataset = ${literal(action.dataset)} AND action_id = ${actionId}`,
    z.coerce.number(),
    { tag: 'quarantine.act' },
  );
  const isOverlay = rows > 0 && (kind === 'mend' || kind === 'accept');
  const deliveryId = isOverlay ? await landOverlay(platform, dataset, action).catch(giveUp) : null;
  await db
    .updateTable('quarantine_action')
    .set({ state: 'done', rows, delivery_id: deliveryId })
    .where('action_id', '=', actionId)
    .execute();
  return { actionId, state: 'done', rows, left: {}, deliveryId };
}

/** An overlay that cannot be taken, or whose batch is withdrawn meanwhile, leaves its rows as they were; anything else is tried again. */
async function undone(
  { store, warehouse }: Platform,
  { action_id, dataset }: Selectable<QuarantineActionTable>,
  error: unknown,
): Promise<never> {
  if (!isAppError(error) || (error.code !== 'refused_delivery' && !isWithdrawnRefusal(error))) throw error;
  await warehouse.run(
    `INSERT INTO meta.quarantine_state (dataset, batch_id, row_no, state, action_id, version, author, at)
     SELECT dataset, batch_id, row_no, 'open', action_id, version + 1, author, at FROM meta.quarantine_state
     WHERE dataset = ${literal(dataset)} AND action_id = ${action_id} ${ONE_BLOCK}`,
    { lane: 'batch', tag: 'quarantine.undo' },
  );
  await store.db
    .updateTable('quarantine_action')
    .set({ state: 'failed', failure: error.message })
    .where('action_id', '=', action_id)
    .execute();
  throw error;
}

/** Which rows an action may be about: open ones, and those its author claimed. */
function workableSql(kind: QuarantineActionKind, author: string): string {
  const isMine = `(state = 'claimed' AND author = ${literal(author)})`;
  if (kind === 'release') return isMine;
  return kind === 'claim' ? "state = 'open'" : `(state = 'open' OR ${isMine})`;
}

async function counted(
  platform: Platform,
  { kind, dataset, selection, author }: ActionRequest,
): Promise<{ ready: number; left: ActionResult['left']; rejects: string[] }> {
  const [found] = await platform.warehouse.rows(
    `SELECT toInt32(countIf(${workableSql(kind, author)})) AS ready, toInt32(count() - ready) AS handled
     FROM (${itemsSql(selectionSql(dataset, selection), 'batch_id, row_no')})`,
    z.object({ ready: z.number(), handled: z.number() }),
    { tag: 'quarantine.judge' },
  );
  const { ready = 0, handled = 0 } = found ?? {};
  return { ready, left: handled > 0 ? { handled } : {}, rejects: [] };
}

async function judged(
  platform: Platform,
  repair: Repair,
  dataset: string,
): Promise<{ ready: number; left: ActionResult['left']; rejects: string[] }> {
  const verdicts = await judge(platform.warehouse, repair, dataset);
  const left: ActionResult['left'] = {};
  for (const [verdict, { rows }] of verdicts) if (verdict !== 'ready') left[verdict] = rows;
  return { ready: verdicts.get('ready')?.rows ?? 0, left, rejects: verdicts.get('fails')?.rejects ?? [] };
}

/** The same action done before: asked twice, it is done once. */
async function sameBefore(
  platform: Platform,
  { kind, dataset, selection }: ActionRequest,
  corrections: Record<string, string>,
): Promise<ActionResult | null> {
  const done = await platform.store.db
    .selectFrom('quarantine_action')
    .selectAll()
    .where('dataset', '=', dataset)
    .where('kind', '=', kind)
    .where('state', '=', 'done')
    .where('kind', 'in', ['mend', 'accept', 'return'])
    .orderBy('action_id', 'desc')
    .limit(1000)
    .execute();
  const wanted = canonicalJson({ selection, corrections });
  const same = done.find(
    (one) => canonicalJson({ selection: one.selection, corrections: one.corrections }) === wanted,
  );
  return same
    ? { actionId: same.action_id, state: 'repeat', rows: same.rows, left: {}, deliveryId: same.delivery_id }
    : null;
}

const WHY: Record<Exclude<Verdict, 'ready'>, string> = {
  handled: 'somebody else works on it or it is dealt with already',
  unreadable: 'nobody could read the row: mend it or return it',
  delete: 'it is a deletion in a change log: return it',
  fails: 'it still fails the checks',
  superseded: 'the agency has sent the row again since: nothing is to be mended',
};

function nothingToDo(left: ActionResult['left'], rejects: string[]): AppError {
  const reasons = Object.entries(left) as [Exclude<Verdict, 'ready'>, number][];
  if (reasons.length === 0) return new AppError('not_found', 'There is no such row in quarantine.');
  const sentence = reasons.map(([verdict, rows]) => `${rows}: ${WHY[verdict]}`).join('; ');
  const failures = rejects.length > 0 ? ` (${rejects.join(', ')})` : '';
  const code = reasons.every(([verdict]) => verdict === 'handled' || verdict === 'superseded')
    ? 'conflict'
    : 'bad_request';
  return new AppError(code, `No row was changed. ${sentence}${failures}.`);
}

function batchOf({ batchId }: QuarantineSelection): number {
  if (batchId === undefined)
    throw new AppError('bad_request', 'Rows are mended and accepted batch by batch: name the batch.');
  return batchId;
}

/** By the source's column, whichever name was used. @throws AppError `bad_request` for a field the contract does not have */
function correctionsOf(dataset: Repair['dataset'], given: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(given).map(([name, text]) => {
      const field = dataset.fields.find((one) => one.name === name || one.source === name);
      if (!field)
        throw new AppError('bad_request', `The data set has no field ${name}.`, { where: { field: name } });
      return [field.source, text];
    }),
  );
}
