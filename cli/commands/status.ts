import type { Command } from 'commander';
import { operate } from '../operate.ts';
import { type CommonOptions, configFor, print, withCommon } from '../options.ts';
import { table } from '../report.ts';

/** `anju status`: what is here, how fresh it is, what the last run did. */
export function addStatus(program: Command): void {
  withCommon(program.command('status'))
    .description('data sets and their freshness, the last runs, failed checks')
    .action(async (options: CommonOptions) => {
      const status = await operate(configFor(options), 'status', {});
      print(options, status, () => [
        `as of ${status.asOf ?? '—'}, ${status.runs.length} recent runs`,
        ...table(
          status.runs.map((run) => ({
            run: run.runId,
            state: run.state,
            started: run.startedAt,
            seconds: run.seconds ?? '',
          })),
        ),
        '',
        ...table(
          status.datasets.map((one) => ({
            dataset: one.dataset,
            landed: one.landed,
            loaded: one.loaded,
            quarantined: one.quarantined,
            deduplicated: one.deduplicated,
            latest: one.latestBusinessDate ?? '',
            late: one.isLate ? 'late' : '',
          })),
        ),
      ]);
    });
}
