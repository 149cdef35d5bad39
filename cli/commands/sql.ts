import type { Command } from 'commander';
import { operate } from '../operate.ts';
import { type CommonOptions, configFor, withCommon } from '../options.ts';

interface SqlOptions extends CommonOptions {
  format: string;
}

/** `anju sql "SELECT …"`: as an analyst, under the analyst's limits. */
export function addSql(program: Command): void {
  withCommon(program.command('sql'))
    .description('ask the warehouse as an analyst would: base and marts, read only, masked, limited')
    .argument('<statement>', 'one SELECT')
    .option('--format <name>', 'a ClickHouse output format', 'PrettyCompactMonoBlock')
    .action(async (statement: string, options: SqlOptions) => {
      const { text } = await operate(configFor(options), 'sql', {
        sql: statement,
        format: options.json ? 'JSONCompact' : options.format,
      });
      process.stdout.write(
        options.json ? `${JSON.stringify(JSON.parse(text))}\n` : text.endsWith('\n') ? text : `${text}\n`,
      );
    });
}
