import type { Command } from 'commander';
import { fileAt } from '../file-at.ts';
import { operate } from '../operate.ts';
import { type CommonOptions, configFor, print, withCommon } from '../options.ts';

interface LandOptions extends CommonOptions {
  dataset: string;
  businessDate?: string;
  acceptMassDelete?: string;
}

/** `anju land FILE --dataset source.dataset`: one delivery by hand. */
export function addLand(program: Command): void {
  withCommon(program.command('land'))
    .description('land one delivery, or every file of a directory, by hand')
    .argument('<path>', 'the file, or a directory of files of one data set')
    .requiredOption('--dataset <source.dataset>', 'the contract the file is read under')
    .option('--business-date <date>', 'the date the delivery is about (default: from the file name)')
    .option(
      '--accept-mass-delete <reason>',
      'why a whole table may delete more of what is known than its contract allows',
    )
    .action(async (file: string, options: LandOptions) => {
      const result = await operate(configFor(options), 'land', {
        path: await fileAt(file),
        dataset: options.dataset,
        businessDate: options.businessDate,
        massDeleteReason: options.acceptMassDelete,
      });
      print(options, result, () =>
        result.deliveries.flatMap((one) => [
          `${one.file}: ${one.state}, landed ${one.landed}, loaded ${one.loaded}, quarantined ${one.quarantined}, deduplicated ${one.deduplicated}${one.refusal ? ` — ${one.refusal.rule}: ${one.refusal.message}` : ''}`,
          ...one.notes.map((note) => `  note: ${note}`),
        ]),
      );
      if (!result.ok) process.exitCode = 1;
    });
}
