import path from 'node:path';
import type { Command } from 'commander';
import { operate } from '../operate.ts';
import { type CommonOptions, configFor, print, withCommon } from '../options.ts';

/** `anju export`, `anju import`, `anju receipt`: packages up and down the tiers. */
export function addExchange(program: Command): void {
  withCommon(program.command('export'))
    .description('make the next signed package of an export definition')
    .argument('<name>', 'the definition, for example contracts')
    .action(async (name: string, options: CommonOptions) => {
      const made = await operate(configFor(options), 'export', { name });
      print(options, made, () => [
        `package ${made.sequence}: ${made.path}`,
        `${made.rows} rows, sha256 ${made.sha256}`,
      ]);
    });
  withCommon(program.command('import'))
    .description('verify and load a package of another instance, and answer with a receipt')
    .argument('<package>', 'the package file')
    .action(async (file: string, options: CommonOptions) => {
      const loaded = await operate(configFor(options), 'import', { path: path.resolve(file) });
      print(options, loaded, () => [
        `package ${loaded.sequence}: ${loaded.state}, ${loaded.rows} rows`,
        `receipt: ${loaded.receiptPath}`,
      ]);
    });
  withCommon(program.command('receipt'))
    .description('check and file the receipt of a package sent')
    .argument('<receipt>', 'the receipt file')
    .action(async (file: string, options: CommonOptions) => {
      const filed = await operate(configFor(options), 'receipt', { path: path.resolve(file) });
      print(options, filed, () => [`package ${filed.sequence}: ${filed.state}`]);
    });
}
