import type { Command } from 'commander';
import { AppError } from '../../domain/errors.ts';
import type { OperationResult } from '../../api/operations/index.ts';
import { operate } from '../operate.ts';
import { type CommonOptions, configFor, print, withCommon } from '../options.ts';
import { table } from '../report.ts';

interface DriftOptions extends CommonOptions {
  dataset?: string;
  owner?: string;
  all?: boolean;
  accept?: string;
  reject?: string;
  landAgain?: string;
  reason?: string;
}

type Report = OperationResult<'drift'>['reports'][number];

const sum = (lacking: { rows: number }[]): number => lacking.reduce((total, { rows }) => total + rows, 0);

/** What was left out, and how it is recovered. */
function lackingLine({ driftId, state, entity, column, lacking }: Report): string {
  const rows = `${sum(lacking)} rows of the batches ${lacking.map(({ batchId }) => batchId).join(', ')}`;
  const left = entity === 'table' ? 'wait in quarantine' : `lack “${column}”`;
  const answer = state === 'open' ? '--accept' : '--land-again';
  return `${rows} ${left}: anju drift ${answer} ${driftId} --reason WHY ${entity === 'table' ? 'lands them' : 'recovers it'}`;
}

const landedLine = (landed: { rows: number; batches: number[] } | null): string[] =>
  landed === null
    ? []
    : [
        `${landed.rows} rows landed again, with the batches ${landed.batches.join(', ')}; anju run brings the models up to date`,
      ];

function decisionOf({ accept, reject }: DriftOptions): 'accept' | 'reject' | 'land-again' {
  if (accept !== undefined) return 'accept';
  return reject === undefined ? 'land-again' : 'reject';
}

/** `anju drift`: what sources changed without a word; `--accept ID --reason WHY` answers it, `--land-again ID` recovers what was left out. */
export function addDrift(program: Command): void {
  withCommon(program.command('drift'))
    .description('what sources changed against their contracts; accept or reject a change')
    .option('--dataset <source.dataset>', 'only this data set')
    .option('--owner <agency>', 'only of this agency')
    .option('--all', 'decided reports too')
    .option('--accept <id>', 'accept a change: the contract gets its next version')
    .option('--reject <id>', 'reject a change: the source is wrong')
    .option('--land-again <id>', 'land batches again that came with an accepted column and lack it')
    .option('--reason <text>', 'why, for the audit log')
    .action(async (options: DriftOptions) => {
      const driftId = options.accept ?? options.reject ?? options.landAgain;
      if (driftId !== undefined && !options.reason)
        throw new AppError('bad_request', 'A decision needs a reason.', { fix: 'Say it with --reason.' });
      const result = await operate(configFor(options), 'drift', {
        dataset: options.dataset,
        owner: options.owner,
        state: options.all || driftId !== undefined ? undefined : 'open',
        decide:
          driftId === undefined
            ? undefined
            : {
                driftId,
                decision: decisionOf(options),
                reason: options.reason ?? '',
              },
      });
      print(options, result, () => [
        ...table(
          result.reports.map((one) => ({
            id: one.driftId,
            'data set': one.dataset,
            agency: one.owner,
            change: one.change,
            column: one.column,
            share: `${Math.round(one.share * 100)} %`,
            policy: one.isNamed ? `${one.policy} (by name)` : one.policy,
            deliveries: one.deliveries,
            'last seen': one.lastSeen.slice(0, 10),
            state: one.state,
          })),
        ),
        ...result.reports
          .filter(({ state }) => state === 'open')
          .map((one) => `${one.driftId}: ${one.detail} Proposed: ${one.proposal.text}`),
        ...(result.reports.length === 0 ? ['no source has changed'] : []),
        ...result.reports
          .filter(
            ({ state, entity, lacking }) =>
              (state === 'accepted' || entity === 'table') && lacking.length > 0,
          )
          .map(lackingLine),
        ...landedLine(result.landedAgain ?? result.accepted?.landedAgain ?? null),
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
