import type { Command } from 'commander';
import { AppError } from '../../domain/errors.ts';
import { operate } from '../operate.ts';
import { type CommonOptions, configFor, print, withCommon } from '../options.ts';
import { table } from '../report.ts';

interface DriftOptions extends CommonOptions {
  dataset?: string;
  all?: boolean;
  accept?: string;
  reject?: string;
  reason?: string;
}

/** `anju drift`: what sources changed without a word; `--accept ID --reason WHY` answers it. */
export function addDrift(program: Command): void {
  withCommon(program.command('drift'))
    .description('what sources changed against their contracts; accept or reject a change')
    .option('--dataset <source.dataset>', 'only this data set')
    .option('--all', 'decided reports too')
    .option('--accept <id>', 'accept a change: the contract gets its next version')
    .option('--reject <id>', 'reject a change: the source is wrong')
    .option('--reason <text>', 'why, for the audit log')
    .action(async (options: DriftOptions) => {
      const driftId = options.accept ?? options.reject;
      if (driftId !== undefined && !options.reason)
        throw new AppError('bad_request', 'A decision needs a reason.', { fix: 'Say it with --reason.' });
      const result = await operate(configFor(options), 'drift', {
        dataset: options.dataset,
        state: options.all || driftId !== undefined ? undefined : 'open',
        decide:
          driftId === undefined
            ? undefined
            : {
                driftId,
                decision: options.accept === undefined ? 'reject' : 'accept',
                reason: options.reason ?? '',
              },
      });
      print(options, result, () => [
        ...table(
          result.reports.map((one) => ({
            id: one.driftId,
            'data set': one.dataset,
            change: one.change,
            column: one.column,
            share: `${Math.round(one.share * 100)} %`,
            policy: one.policy,
            deliveries: one.deliveries,
            'last seen': one.lastSeen.slice(0, 10),
            state: one.state,
          })),
        ),
        ...result.reports
          .filter(({ state }) => state === 'open')
          .map((one) => `${one.driftId}: ${one.detail} Proposed: ${one.proposal.text}`),
        ...(result.reports.length === 0 ? ['no source has changed'] : []),
        ...(result.accepted
          ? [
              result.accepted.version === null
                ? `commit: ${result.accepted.text}`
                : `${result.accepted.dataset} has version ${result.accepted.version} now`,
            ]
          : []),
      ]);
    });
}
