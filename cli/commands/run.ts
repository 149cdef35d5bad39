import type { Command } from 'commander';
import { operate } from '../operate.ts';
import { type CommonOptions, configFor, print, withCommon } from '../options.ts';
import { runLines } from '../report.ts';

interface RunOptions extends CommonOptions {
  select?: string;
  full?: boolean;
  asOf?: string;
}

/** `anju run`: land what waits, build what changed, check it; resumes what a crash left. */
export function addRun(program: Command): void {
  withCommon(program.command('run'))
    .description('land what waits in the inbox, build what changed, check it; resumes what a crash left')
    .option(
      '--select <selector>',
      'only these models, in dbt’s selector syntax (mart_supply.dwelling+, tag:…)',
    )
    .option('--full', 'build every model anew, incremental ones too')
    .option('--as-of <date>', 'the business date to compute for (default: the latest delivered)')
    .action(async (options: RunOptions) => {
      const { select, full, asOf } = options;
      const result = await operate(configFor(options), 'run', { select, full, asOf });
      print(options, result, () => runLines(result));
      if (!result.ok) process.exitCode = 1;
    });
}
