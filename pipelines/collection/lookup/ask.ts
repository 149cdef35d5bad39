/** Asking about many people although the agency is slow, leaves some out, or stumbles over one of them. */
import { AppError, isAppError } from '../../../domain/errors.ts';
import type { Tree } from '../../../ingestion/connectors/http/answer.ts';
import type { LookupClient } from '../../../ingestion/connectors/lookup.ts';
import type { Need } from './needs.ts';

export interface Outcome {
  need: Need;
  /** Null: the agency could not say. */
  records: Tree[] | null;
}

/**
 * Requests in a row without an answer after which the agency counts as down. More than it takes to corner the one number in
 * a batch of 500 that the agency stumbles over (ten halvings).
 */
const MOST_FAILURES = 12;
const NOTHING_SAID = new AppError('source_refused', 'The agency’s answers name nobody who was asked about.', {
  fix: 'Check `answer` in the settings of the task.',
});

export class Asker {
  #failuresInARow = 0;

  constructor(
    private readonly client: LookupClient,
    private readonly dataset: string,
    private readonly batchSize: number,
    private readonly concurrency: number,
  ) {}

  /** What was learnt of these people, and what ended it early: the answers count even then. */
  async askAll(needs: readonly Need[]): Promise<{ outcomes: Outcome[]; error: unknown }> {
    const batches: Need[][] = [];
    for (let start = 0; start < needs.length; start += this.batchSize)
      batches.push(needs.slice(start, start + this.batchSize));
    const outcomes: Outcome[] = [];
    let error: unknown = null;
    const work = async (): Promise<void> => {
      for (let batch = batches.shift(); batch !== undefined && error === null; batch = batches.shift()) {
        try {
          outcomes.push(...(await this.#ask(batch)));
        } catch (thrown) {
          error ??= thrown;
        }
      }
    };
    await Promise.all(Array.from({ length: this.concurrency }, work));
    return { outcomes, error };
  }

  async #ask(batch: readonly Need[]): Promise<Outcome[]> {
    let answers: Map<string, Tree[]>;
    try {
      answers = await this.client.ask(this.dataset, batch);
    } catch (error) {
      if (!isAppError(error) || error.code !== 'source_unreachable') throw error;
      this.#failed(error);
      return this.#askHalves(batch);
    }
    const outcomes = batch.flatMap((need) => {
      const records = answers.get(need.idNumber);
      return records === undefined ? [] : [{ need, records }];
    });
    if (outcomes.length > 0) this.#failuresInARow = 0;
    else this.#failed(NOTHING_SAID);
    const leftOut = batch.filter((need) => !answers.has(need.idNumber));
    if (leftOut.length === 0) return outcomes;
    // Part of an answer is progress: the rest is asked again. None is not, and the batch is cut down.
    const rest = leftOut.length < batch.length ? await this.#ask(leftOut) : await this.#askHalves(leftOut);
    return [...outcomes, ...rest];
  }

  #failed(error: AppError): void {
    this.#failuresInARow += 1;
    if (this.#failuresInARow >= MOST_FAILURES) throw error;
  }

  async #askHalves(batch: readonly Need[]): Promise<Outcome[]> {
    if (batch.length === 1) return batch.map((need) => ({ need, records: null }));
    const middle = Math.ceil(batch.length / 2);
    return [...(await this.#ask(batch.slice(0, middle))), ...(await this.#ask(batch.slice(middle)))];
  }
}
