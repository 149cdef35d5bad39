/** What REST and SOAP have in common as connectors: pages asked for one after the other. How one is asked for is theirs. */
import { connector, type Connector } from '../connector.ts';
import { untilStopped } from '../retry.ts';
import { AUTH_SECRETS } from './auth.ts';
import { HttpSource, type HttpSourceSettings } from './source.ts';
import { type AskPage, walk, type WalkSettings } from './walk.ts';

/** @param asker made anew for each test and each collection */
export const pagedConnector = <Settings extends HttpSourceSettings & WalkSettings>(
  about: Pick<Connector<Settings>, 'kind' | 'zh' | 'settings'>,
  asker: (settings: Settings, source: HttpSource) => AskPage,
): Connector =>
  connector<Settings>({
    ...about,
    secrets: AUTH_SECRETS,
    async test(call) {
      const { settings } = call;
      const source = new HttpSource({ ...settings, retry: { ...settings.retry, attempts: 1 } }, call);
      const started = performance.now();
      try {
        const { records } = await asker(settings, source)({}, { at: '', read: 0 });
        const roundTripMs = Math.round(performance.now() - started);
        return { roundTripMs, detail: `The first answer has ${records.length} records.` };
      } finally {
        source.close();
      }
    },
    async *collect(call) {
      const source = new HttpSource(call.settings, call);
      try {
        yield* untilStopped(call, walk(call, asker(call.settings, source)));
      } finally {
        source.close();
      }
    },
  });
