/** A service behind HTTP as a task sees it: paced, retried, signed, and every refusal in one sentence. */
import { z } from 'zod';
import type { SourceCall } from '../connector.ts';
import { allowedNetworksSchema, type Resolver } from '../net-guard.ts';
import { Postponed, retrySchema, withRetry } from '../retry.ts';
import { refusedBySource, unreachable } from '../source-errors.ts';
import { tlsShape } from '../tls.ts';
import { authorised, authSchema } from './auth.ts';
import { type HttpAnswer, type HttpCall, HttpClient } from './client.ts';
import { Pace } from './pace.ts';

export const httpUrl = z
  .string()
  .refine(
    (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
    'must be an http(s) address',
  )
  .refine((text) => !URL.canParse(text) || new URL(text).username === '', 'must not hold a user: use auth');

/** Settings every connector over HTTP takes. */
export const httpSourceShape = {
  auth: authSchema,
  /** Constant headers; what is secret belongs into `auth`. */
  headers: z
    .record(z.string().regex(/^[A-Za-z][A-Za-z0-9-]*$/), z.string().regex(/^[\x20-\x7e]*$/))
    .refine(
      (headers) => Object.keys(headers).every((name) => !/^(authorization|cookie|host)$/i.test(name)),
      'must not hold credentials: use auth and secrets',
    )
    .default({}),
  allowedNetworks: allowedNetworksSchema,
  requestsPerSecond: z.number().positive().max(1000).default(5),
  timeoutSeconds: z.number().positive().max(3600).default(60),
  maxResponseBytes: z
    .number()
    .int()
    .min(1024)
    .max(2 ** 29)
    .default(2 ** 26),
  /** Longest wait a source may ask for by `Retry-After`; beyond, the run ends and the schedule comes again. */
  mostWaitSeconds: z.number().positive().max(3600).default(300),
  retry: retrySchema,
  ...tlsShape,
};
export type HttpSourceSettings = z.output<z.ZodObject<typeof httpSourceShape>>;

export class HttpSource {
  readonly #settings: HttpSourceSettings;
  readonly #call: Pick<SourceCall<unknown>, 'secrets' | 'log' | 'signal'>;
  readonly #client: HttpClient;
  readonly #pace: Pace;

  constructor(
    settings: HttpSourceSettings,
    call: Pick<SourceCall<unknown>, 'secrets' | 'log' | 'signal'>,
    resolver?: Resolver,
  ) {
    this.#settings = settings;
    this.#call = call;
    this.#pace = new Pace(settings.requestsPerSecond);
    this.#client = new HttpClient({
      allowedNetworks: settings.allowedNetworks,
      timeoutMs: settings.timeoutSeconds * 1000,
      maxBytes: settings.maxResponseBytes,
      tls: settings,
      signal: call.signal,
      resolver,
    });
  }

  /**
   * @param accepts statuses besides 2xx that are an answer (SOAP faults come with 500)
   * @throws AppError `source_unreachable` once the tries are used up, `source_refused`
   */
  async send(call: HttpCall, accepts: readonly number[] = []): Promise<HttpAnswer> {
    const { auth, headers, retry, mostWaitSeconds } = this.#settings;
    const { secrets } = this.#call;
    return withRetry(retry, this.#call, async () => {
      await this.#pace.turn(this.#call.signal);
      const answer = await this.#client.send({ ...call, headers: { ...headers, ...call.headers } }, (plain) =>
        authorised(auth, secrets, plain),
      );
      if ((answer.status >= 200 && answer.status < 300) || accepts.includes(answer.status)) return answer;
      throw failure(answer, mostWaitSeconds);
    });
  }

  close(): void {
    this.#client.close();
  }
}

function failure({ status, headers, url }: HttpAnswer, mostWaitSeconds: number): Error {
  const host = url.hostname;
  if ([408, 425, 429, 500, 502, 503, 504].includes(status)) {
    const waitMs = retryAfterMs(headers['retry-after']);
    if (waitMs === null) return unreachable(host, `it answers ${status}`);
    if (waitMs > mostWaitSeconds * 1000)
      return refusedBySource(
        host,
        `it answers ${status} and asks for ${Math.round(waitMs / 1000)} seconds of rest`,
      );
    return new Postponed(`${host} answers ${status} and asks for a pause.`, waitMs, {
      where: { host, status },
    });
  }
  const why =
    status === 401 || status === 403
      ? 'who asks is not known or may not'
      : 'the request is not what it wants';
  return refusedBySource(host, `it answers ${status}, ${why}`, { where: { status } });
}

/** Seconds or a date (RFC 9110 §10.2.3), as milliseconds from now; null without. */
function retryAfterMs(header: string | undefined): number | null {
  if (header === undefined) return null;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - Date.now());
}
