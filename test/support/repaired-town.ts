/** A few deliveries of one data set with rows that are turned away, and what people do about those. */
import { findDataset } from '../../ingestion/contracts/index.ts';
import { landFile } from '../../ingestion/landing/index.ts';
import { act } from '../../ingestion/quarantine/index.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { csvOf, putInInbox, rowsOf } from './deliveries.ts';
import { hashOf, rawHash } from './landed-state.ts';

export const FUND = 'housing_fund.municipal_payment';
const TABLE = 'housing_fund__municipal_payment';

/** A row by account, month and amount. */
const row = (account: number, month: string, amount: string): Record<string, string> => ({
  account_no: `4301000000${String(account).padStart(2, '0')}`,
  pay_month: month,
  unit_amount: amount,
  personal_amount: '5',
});

/** Rows 4 and 5 are turned away in each: one has no readable month, the other a negative amount. */
const delivery = (first: number, amount: string): Record<string, string>[] => [
  row(first, '2026-01', amount),
  row(first + 1, '2026-01', amount),
  row(first + 2, '2026-01', amount),
  row(first + 3, 'never', amount),
  row(first + 4, '2026-01', '-5'),
];
export const DELIVERIES = {
  early: { day: '2026-02-01', rows: delivery(3, '100') },
  /** Names what both others name. */
  wrong: { day: '2026-02-02', rows: delivery(5, '77') },
  late: { day: '2026-02-03', rows: delivery(5, '100') },
} as const;
export type Which = keyof typeof DELIVERIES;

export const fileOf = (which: Which): string => csvOf(FUND, [...DELIVERIES[which].rows]);

/** Gives the batch. */
export async function landFund(platform: Platform, which: Which, content = fileOf(which)): Promise<number> {
  const { day } = DELIVERIES[which];
  const path = await putInInbox(platform, FUND, `fund_${day.replaceAll('-', '')}.csv`, content);
  const result = await landFile(platform, { path, dataset: FUND });
  if (result.state === 'refused') throw result.refusal;
  return result.batchId;
}

const source = (name: string): string =>
  findDataset(FUND)?.fields.find((field) => field.name === name)?.source ?? '';

export const about = (batchId: number, rowNo: number) => ({
  ...{ dataset: FUND, selection: { batchId, rowNos: [rowNo] }, author: 'somebody', reason: '经核对' },
});
/** Gives the overlay's delivery. */
export const mend = async (platform: Platform, batchId: number, month = '2026-01'): Promise<string | null> =>
  (
    await act(platform, {
      ...{ kind: 'mend', ...about(batchId, 4), corrections: { [source('pay_month')]: month } },
    })
  ).deliveryId;
export const accept = async (platform: Platform, batchId: number): Promise<string | null> =>
  (await act(platform, { kind: 'accept', ...about(batchId, 5) })).deliveryId;

/** A file's, without the numbers an overlay's has. */
const NAME = `replaceRegexpAll(file_name, '-\\\\d+_batch-\\\\d+', '') AS name`;

/** What landing and people left behind, apart from when and under which number. */
export const stateOf = async (platform: Platform): Promise<unknown> => ({
  raw: await rawHash(platform, TABLE),
  quarantine: await hashOf(platform, 'SELECT * EXCEPT (loaded_at, batch_id) FROM meta.quarantine'),
  batches: await rowsOf(
    platform,
    `SELECT ${NAME}, toString(business_date) AS day, landed, loaded, quarantined, deduplicated FROM meta.batch FINAL ORDER BY day, landed DESC, name`,
  ),
  repairs: await rowsOf(
    platform,
    `SELECT ${NAME}, row_no, state FROM meta.quarantine_state FINAL INNER JOIN meta.quarantine USING (batch_id, row_no) ORDER BY name, row_no`,
  ),
  astray: await rowsOf(
    platform,
    'SELECT batch_id, row_no FROM meta.quarantine_state FINAL LEFT ANTI JOIN meta.quarantine USING (batch_id, row_no)',
  ),
  unfinished: await platform.store.db
    .selectFrom('delivery')
    .select('file_name')
    .where('state', '=', 'received')
    .execute(),
  doing: await platform.store.db
    .selectFrom('quarantine_action')
    .select('action_id')
    .where('state', '=', 'doing')
    .execute(),
});
