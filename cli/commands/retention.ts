import type { Command } from 'commander';
import { operate } from '../operate.ts';
import { type CommonOptions, configFor, print, withCommon } from '../options.ts';
import { table } from '../report.ts';

/** `anju retention` (保存期限): what may go when it is old, what is held, what went. Rules are decided in the API, by two persons. */
export function addRetention(program: Command): void {
  withCommon(program.command('retention'))
    .description('rules of retention, holds and what went by them')
    .option('--run', 'drop now what rules in force let go; a server does so every hour')
    .action(async (options: CommonOptions & { run?: boolean }) => {
      const result = await operate(configFor(options), 'retention', { run: options.run ?? false });
      print(options, result, () => [
        ...table(
          result.rules.map((rule) => ({
            ...{ rule: rule.ruleId, 'data set': rule.dataset, days: rule.keepDays, 'held by': rule.grain },
            ...{ state: rule.state, proposed: rule.proposedBy, decided: rule.decidedBy ?? '' },
          })),
        ),
        ...(result.rules.length === 0 ? ['no rule: everything is kept'] : []),
        ...result.holds
          .filter(({ releasedAt }) => releasedAt === null)
          .map(
            (hold) =>
              `held: ${hold.dataset} ${hold.firstDay ?? ''} … ${hold.lastDay ?? ''} (${hold.placedBy}: ${hold.reason})`,
          ),
        ...result.dealt.map(({ dataset, partition, rows, keptFor }) =>
          keptFor === null
            ? `${dataset} ${partition}: ${rows} rows went`
            : `${dataset} ${partition}: kept (${keptFor})`,
        ),
      ]);
    });
}
