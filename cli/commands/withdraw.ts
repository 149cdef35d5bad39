import { type Command, InvalidArgumentError } from 'commander';
import { operate } from '../operate.ts';
import { type CommonOptions, configFor, print, withCommon } from '../options.ts';

/** `anju withdraw BATCH --reason …` (撤回批次): as if the delivery had never come. */
export function addWithdraw(program: Command): void {
  withCommon(program.command('withdraw'))
    .description('withdraw a batch; the next run brings everything downstream up to date')
    .argument('<batch>', 'its number, as in meta.batch', batchNumber)
    .requiredOption('--reason <text>', 'why; kept in the ledger and the audit log')
    .action(async (batchId: number, options: CommonOptions & { reason: string }) => {
      const withdrawn = await operate(configFor(options), 'withdraw', { batchId, reason: options.reason });
      print(options, withdrawn, () => [
        `batch ${withdrawn.batchId} of ${withdrawn.dataset} (${withdrawn.fileName}) is withdrawn`,
        ...(withdrawn.overlays.length === 0
          ? []
          : [
              `with it what was mended or accepted of its quarantine: batches ${withdrawn.overlays.join(', ')}`,
            ]),
        `${withdrawn.replayed.length} later batches were landed again; anju run brings the models up to date`,
      ]);
    });
}

function batchNumber(text: string): number {
  if (!/^[1-9]\d{0,15}$/.test(text)) throw new InvalidArgumentError('A batch has a number.');
  return Number(text);
}
