import type { Command } from 'commander';
import { ensureFirstUsers } from '../../api/auth/first-users.ts';
import { serve } from '../../api/server.ts';
import { openPlatform } from '../../warehouse/platform.ts';
import { type CommonOptions, configFor, print, withCommon } from '../options.ts';
import { signInLines } from '../report.ts';
import { untilStopped } from '../until-stopped.ts';

/** `anju serve`: owns the home, answers HTTP, runs what is due. */
export function addServe(program: Command): void {
  withCommon(program.command('serve'))
    .description('serve the platform: screens, API, schedule')
    .action(async (options: CommonOptions) => {
      const platform = await openPlatform(configFor(options));
      try {
        const users = await ensureFirstUsers(platform.store);
        const server = await serve(platform);
        print(options, { ok: true, url: server.url, users }, () => [
          `Anju 安居 serves ${server.url}`,
          ...signInLines(users),
        ]);
        await untilStopped();
        await server.close();
      } finally {
        await platform.close();
      }
    });
}
