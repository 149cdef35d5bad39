/**
 * The connector `agency_lookup`: asks an agency about the people in applications awaiting review, and gives the answers as
 * deliveries of the data set's contract, so that they reach raw and base like any other. One task is one agency: pace and
 * concurrency hold for all its data sets together.
 */
import { z } from 'zod';
import { AppError } from '../../../domain/errors.ts';
import type { CollectCall, Collected, Connector } from '../../../ingestion/connectors/connector.ts';
import { connector } from '../../../ingestion/connectors/connector.ts';
import { AUTH_SECRETS } from '../../../ingestion/connectors/http/auth.ts';
import { lookupServiceShape, RestLookup } from '../../../ingestion/connectors/lookup.ts';
import { RecordFile, recordShape } from '../../../ingestion/connectors/record-file.ts';
import { type Dataset, datasetId } from '../../../ingestion/contract.ts';
import type { Platform } from '../../../warehouse/platform.ts';
import { Asker, type Outcome } from './ask.ts';
import { type Answered, peopleToAsk, rememberAnswers } from './needs.ts';

const settingsSchema = z.strictObject({
  ...lookupServiceShape,
  /** Mapping of the answers of each data set, where their names are not the contract's. */
  records: z.record(z.string(), z.strictObject(recordShape)).default({}),
  batchSize: z.number().int().min(1).max(500).default(50),
  /** Requests under way at the same time. */
  concurrency: z.number().int().min(1).max(16).default(2),
  /** Days within which nobody is asked about again. */
  cacheDays: z.number().min(0).max(366).default(30),
  members: z.enum(['all', 'applicant']).default('all'),
  states: z.array(z.string().max(64)).min(1).max(20).default(['pending', 'reviewing']),
});
type Settings = z.output<typeof settingsSchema>;

/** People of one delivery: what a crash asks again at most. */
const PEOPLE_A_FILE = 1_000;

export const agencyLookup = (platform: Platform): Connector =>
  connector<Settings>({
    kind: 'agency_lookup',
    zh: '逐人查询（待审申请人及家庭成员）',
    settings: settingsSchema,
    secrets: AUTH_SECRETS,
    async test(call) {
      const client = new RestLookup(call.settings, call);
      try {
        const started = performance.now();
        const status = await client.probe(Object.keys(call.settings.services)[0] ?? '');
        return { roundTripMs: performance.now() - started, detail: `HTTP ${status}` };
      } finally {
        client.close();
      }
    },
    async *collect(call) {
      const client = new RestLookup(call.settings, call);
      try {
        for (const dataset of call.datasets) yield* lookUp(platform, call, client, dataset);
      } finally {
        client.close();
      }
    },
  });

async function* lookUp(
  platform: Platform,
  call: CollectCall<Settings>,
  client: RestLookup,
  dataset: Dataset,
): AsyncGenerator<Collected> {
  const { settings, signal } = call;
  const id = datasetId(dataset);
  const asker = new Asker(client, id, settings.batchSize, settings.concurrency);
  const needs = await peopleToAsk(platform, id, settings, new Date());
  for (let start = 0; start < needs.length && !signal.aborted; start += PEOPLE_A_FILE) {
    const at = new Date();
    const { outcomes, error } = await asker.askAll(needs.slice(start, start + PEOPLE_A_FILE));
    const figures = {
      requested: outcomes.length,
      returned: outcomes.filter(({ records }) => records).length,
    };
    const fileName = `lookup_${at.getTime()}_${start}.jsonl`;
    const path = await writeAnswers(call, dataset, fileName, at, outcomes);
    if (path === null) await call.onAsked?.({ dataset: id, ...figures });
    else {
      yield {
        dataset: id,
        path,
        fileName,
        shape: { shape: 'jsonl' },
        // Of a table that agencies deliver whole, these are some rows: the others are not gone.
        loadAs: dataset.load.strategy === 'full' ? 'changes' : 'contract',
        position: { askedAt: at.toISOString() },
        ...figures,
      };
      await mustBeLanded(platform, id, fileName);
    }
    await rememberAnswers(platform, { dataset: id, taskId: call.taskId ?? '', at }, outcomes.map(answered));
    call.log.info({ dataset: id, ...figures }, 'an agency was asked about people');
    if (error !== null) throw error;
  }
}

const answered = ({ need, records }: Outcome): Answered => ({
  ...need,
  state: records === null ? 'failed' : records.length > 0 ? 'found' : 'none',
  records: records?.length ?? 0,
});

/** @returns null when there is nothing on record about any of them */
async function writeAnswers(
  { directory, settings }: CollectCall<Settings>,
  dataset: Dataset,
  fileName: string,
  at: Date,
  outcomes: readonly Outcome[],
): Promise<string | null> {
  const records = outcomes.flatMap((outcome) => outcome.records ?? []);
  if (records.length === 0) return null;
  const how = settings.records[datasetId(dataset)] ?? { mapping: {}, omitsEmpty: true };
  const file = new RecordFile(directory, fileName, dataset, how);
  const isLog = dataset.load.strategy === 'full';
  try {
    for (const [number, record] of records.entries())
      await file.add([record], isLog ? { _op: 'U', _change: `lookup ${at.toISOString()} ${number}` } : {});
    await file.close();
  } catch (error) {
    file.abandon();
    throw error;
  }
  return file.path;
}

/** Answers that could not be read are not answers: they must not keep the question from being asked again. */
async function mustBeLanded({ store }: Platform, dataset: string, fileName: string): Promise<void> {
  const delivery = await store.db
    .selectFrom('delivery')
    .select(['delivery_id', 'state'])
    .where('dataset', '=', dataset)
    .where('file_name', '=', fileName)
    .orderBy('received_at', 'desc')
    .executeTakeFirst();
  if (delivery?.state !== 'refused') return;
  throw new AppError('source_refused', `The answers for ${dataset} do not fit its contract.`, {
    where: { delivery: delivery.delivery_id },
    fix: 'See the refusal of the delivery; give a mapping in `records` of the task.',
  });
}
