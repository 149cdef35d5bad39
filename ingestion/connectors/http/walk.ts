/** From pages to files: the walk REST and SOAP share. Resumed at the page behind the last one committed. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AppError, isAppError } from '../../../domain/errors.ts';
import { type Dataset, datasetId } from '../../contract.ts';
import type { CollectCall, Collected } from '../connector.ts';
import { onlyDataset } from '../one-dataset.ts';
import { RecordFile, type RecordSettings, recordShape } from '../record-file.ts';
import {
  type Cursor,
  cursorSchema,
  endless,
  firstCursor,
  nextCursor,
  type PageAnswer,
  pageParameters,
  pagingSchema,
} from './paging.ts';
import { incrementalSchema, largest, sinceParameters } from './watermark.ts';

export const walkShape = {
  ...recordShape,
  paging: pagingSchema,
  incremental: incrementalSchema.optional(),
  /** Pages of one delivery. A whole table (contract `full`) is always one delivery. */
  pagesPerFile: z.number().int().min(1).max(10_000).default(20),
  /** A service that never ends is stopped here, with an error. */
  maxPages: z.number().int().min(1).max(10_000_000).default(100_000),
};
export type WalkSettings = z.output<z.ZodObject<typeof walkShape>> & RecordSettings;

const positionSchema = z.object({
  /** Largest value of the walks that came to their end: the next one asks for what is new since then. */
  since: z.string().nullable().default(null),
  /** A walk that was interrupted behind a committed page. */
  walk: z
    .object({
      since: z.string().nullable(),
      until: z.string(),
      cursor: cursorSchema,
      largest: z.string().nullable(),
    })
    .optional(),
});
type WalkPosition = z.output<typeof positionSchema>;
type OpenWalk = NonNullable<WalkPosition['walk']>;

/** Asks for one page. `cursor.at` is the address where pages are linked. */
export type AskPage = (parameters: Record<string, string>, cursor: Cursor) => Promise<PageAnswer>;

/** Everything the service has, or has that is new, as files. */
export async function* walk(call: CollectCall<WalkSettings>, ask: AskPage): AsyncGenerator<Collected> {
  const dataset = onlyDataset(call.datasets);
  const position = positionSchema.parse(call.position ?? {});
  const isWhole = dataset.load.strategy === 'full';
  let since = position.since;
  if (position.walk && !isWhole) {
    try {
      since = yield* pages(call, dataset, position.walk, since, ask);
    } catch (error) {
      // A token may have run out meanwhile: the walk begins again, and landing knows what it has.
      if (!isAppError(error) || error.code !== 'source_refused') throw error;
      call.log.warn({ reason: error.message }, 'the walk cannot be resumed and begins again');
    }
  }
  const fresh: OpenWalk = {
    since,
    until: new Date().toISOString(),
    cursor: firstCursor(call.settings.paging),
    largest: since,
  };
  yield* pages(call, dataset, fresh, since, ask);
}

/** The same records so many times over: the service does not know the parameter of the page. */
const SAME_PAGES = 3;

/** @returns the largest value seen once the walk is at its end */
async function* pages(
  { settings, directory, signal }: CollectCall<WalkSettings>,
  dataset: Dataset,
  open: OpenWalk,
  since: string | null,
  ask: AskPage,
): AsyncGenerator<Collected, string | null> {
  const { paging, incremental, pagesPerFile, maxPages } = settings;
  const isWhole = dataset.load.strategy === 'full';
  const until = new Date(open.until);
  const asked = incremental ? sinceParameters(incremental, open.since, until) : {};
  let state = open;
  let file: { records: RecordFile; first: number; last: number; requested: number } | null = null;
  const delivered = async (position: WalkPosition): Promise<Collected> => {
    if (file === null) throw new AppError('bug', 'There is no file to deliver.');
    const { records, first, last, requested } = file;
    await records.close();
    return {
      dataset: datasetId(dataset),
      path: records.path,
      fileName: `${dataset.dataset}_pages_${first}-${last}.jsonl`,
      shape: { shape: 'jsonl' },
      loadAs: isWhole ? 'snapshot' : undefined,
      position,
      requested,
      returned: records.count,
    };
  };
  let before = '';
  let same = 0;
  try {
    for (let page = 1; ; page++) {
      if (page > maxPages)
        throw new AppError('source_refused', `The service has more than ${maxPages} pages.`, {
          fix: 'Raise maxPages of the task, or ask for larger pages.',
        });
      signal.throwIfAborted();
      const answer = await ask({ ...asked, ...pageParameters(paging, state.cursor) }, state.cursor);
      const next = nextCursor(paging, state.cursor, answer);
      const content = createHash('sha256').update(JSON.stringify(answer.records)).digest('hex');
      same = content === before && answer.records.length > 0 ? same + 1 : 0;
      if (next !== null && same === SAME_PAGES) throw endless(answer);
      before = content;
      // A file goes out only when it is known whether more follows: the last one carries the end of the walk.
      if (
        file !== null &&
        answer.records.length > 0 &&
        !isWhole &&
        file.last - file.first + 1 >= pagesPerFile
      ) {
        yield await delivered({ since, walk: state });
        file = null;
      }
      if (answer.records.length > 0) {
        file ??= {
          records: new RecordFile(directory, `pages-${page}.jsonl`, dataset, settings),
          ...{ first: page, last: page, requested: 0 },
        };
        await file.records.add(answer.records);
        file.last = page;
      }
      if (file !== null) file.requested += 1;
      if (incremental) state = { ...state, largest: largest(incremental, state.largest, answer.records) };
      if (next === null) break;
      state = { ...state, cursor: next };
    }
    if (file !== null) {
      yield await delivered({ since: state.largest });
      file = null;
    }
    return state.largest;
  } finally {
    file?.records.abandon();
  }
}
