/**
 * Asking an agency about people one by one (catalog A.1): a batch of id numbers goes in the body of a POST, never in an
 * address, and an answer comes back for each. What becomes of the answers is not known here.
 */
import { z } from 'zod';
import type { SourceCall } from './connector.ts';
import { at, jsonAnswer, type Tree } from './http/answer.ts';
import { textOf } from './http/client.ts';
import { HttpSource, httpSourceShape, httpUrl } from './http/source.ts';

export interface LookupQuery {
  idNumber: string;
  name: string;
  applicationNo: string;
}

/** Asks about a batch. An id number that is not in the map got no answer; an empty list says that nothing is on record. */
export interface LookupClient {
  ask(dataset: string, queries: readonly LookupQuery[]): Promise<Map<string, Tree[]>>;
  close(): void;
}

const fieldName = z.string().min(1).max(64);

/** How an agency wants to be asked; the defaults are our own profile (docs/integrators.md). */
export const lookupServiceShape = {
  /** Where it is asked; the service of a data set may have its own address below. */
  url: httpUrl,
  /** Address of each data set's service, where they differ. */
  services: z.record(z.string(), httpUrl).default({}),
  request: z
    .strictObject({
      list: fieldName.default('queries'),
      idNumber: fieldName.default('id_number'),
      name: fieldName.default('name'),
      applicationNo: fieldName.default('application_no'),
      dataset: fieldName.default('dataset'),
      /** Constants beside the list, such as a purpose. */
      also: z.record(fieldName, z.string()).default({}),
    })
    .prefault({}),
  answer: z
    .strictObject({
      /** Path of the list with one entry a person, and in the entry of the id number and of the list of records. */
      results: z.string().default('results'),
      idNumber: z.string().default('id_number'),
      records: z.string().default('records'),
    })
    .prefault({}),
  ...httpSourceShape,
};
export type LookupServiceSettings = z.output<z.ZodObject<typeof lookupServiceShape>>;

export class RestLookup implements LookupClient {
  readonly #source: HttpSource;

  constructor(
    private readonly settings: LookupServiceSettings,
    call: Pick<SourceCall<unknown>, 'secrets' | 'log' | 'signal'>,
  ) {
    this.#source = new HttpSource(settings, call);
  }

  async ask(dataset: string, queries: readonly LookupQuery[]): Promise<Map<string, Tree[]>> {
    const { results, idNumber, records } = this.settings.answer;
    const response = await this.#post(dataset, queries);
    const { records: entries } = jsonAnswer(response.url.hostname, textOf(response), results);
    const answers = new Map<string, Tree[]>();
    for (const entry of entries) {
      const id = at(entry, idNumber);
      const found = at(entry, records);
      if (typeof id !== 'string' || found === undefined) continue;
      answers.set(id.toUpperCase(), Array.isArray(found) ? found : found === null ? [] : [found]);
    }
    return answers;
  }

  /** Asks about nobody: does it answer at all? A refusal of the empty list is an answer too. */
  async probe(dataset: string): Promise<number> {
    return (await this.#post(dataset, [], [400, 422])).status;
  }

  close(): void {
    this.#source.close();
  }

  #post(dataset: string, queries: readonly LookupQuery[], accepts: readonly number[] = []) {
    const { url, services, request } = this.settings;
    const body = {
      ...request.also,
      [request.dataset]: dataset,
      [request.list]: queries.map((query) => ({
        [request.idNumber]: query.idNumber,
        [request.name]: query.name,
        [request.applicationNo]: query.applicationNo,
      })),
    };
    return this.#source.send(
      {
        method: 'POST',
        url: new URL(services[dataset] ?? url),
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify(body),
      },
      accepts,
    );
  }
}
