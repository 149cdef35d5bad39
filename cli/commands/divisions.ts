import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { operate } from '../operate.ts';
import { type CommonOptions, configFor, print, withCommon } from '../options.ts';

/** `anju divisions load FILE`: divisions with the time each code was in force (行政区划代码, GB/T 2260). */
export function addDivisions(program: Command): void {
  const divisions = program
    .command('divisions')
    .description('codes of divisions with their periods (GB/T 2260)');
  withCommon(divisions.command('load'))
    .description('take a list of codes, old and new, in place of the one before; the next run names them')
    .argument(
      '<file.csv>',
      'UTF-8 with the columns code, name, valid_from, valid_to, successor, and perhaps complete',
    )
    .requiredOption('--reason <text>', 'whose list it is and of when; kept with it')
    .action(async (file: string, options: CommonOptions & { reason: string }) => {
      const csv = await readFile(file, 'utf8');
      const done = await operate(configFor(options), 'divisionsLoad', { csv, reason: options.reason });
      print(options, done, () => [
        `list ${done.listId}: ${done.codes} codes, ${done.abolished} of them abolished, ${done.withoutSuccessor} of these lead to no code of today`,
        done.complete.length > 0
          ? `numbers of ${done.complete.join(', ')} are held against it; findings: base.interval_finding`
          : 'it says of no province that it is complete, so no number is found wrong by it',
      ]);
    });
}
