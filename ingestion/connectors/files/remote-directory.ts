import { connector, type Connector, type SourceCall } from '../connector.ts';
import { type RetryRule, untilStopped } from '../retry.ts';
import { collectFiles } from './collect-files.ts';
import type { FileSource, FilesSettings } from './file-source.ts';

/** The connector of a directory on somebody's server, of which only how to speak to it differs. One connection a call. */
export function remoteDirectory<Settings extends FilesSettings & { retry: RetryRule }>(
  about: Pick<Connector<Settings>, 'kind' | 'zh' | 'settings' | 'secrets'>,
  open: (call: SourceCall<Settings>) => FileSource,
): Connector {
  return connector<Settings>({
    ...about,
    async test(call) {
      const source = open(call);
      const started = performance.now();
      try {
        const files = await source.list();
        const roundTripMs = Math.round(performance.now() - started);
        return {
          roundTripMs,
          detail: `The directory has ${files.filter(({ isFile }) => isFile).length} files.`,
        };
      } finally {
        await source.close();
      }
    },
    async *collect(call) {
      const source = open(call);
      try {
        yield* untilStopped(call, collectFiles(call, source));
      } finally {
        await source.close();
      }
    },
  });
}
