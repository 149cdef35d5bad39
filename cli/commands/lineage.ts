import type { Command } from 'commander';
import { AppError } from '../../domain/errors.ts';
import { operate } from '../operate.ts';
import { type CommonOptions, configFor, print, withCommon } from '../options.ts';
import { table } from '../report.ts';

interface LineageOptions extends CommonOptions {
  key?: string[];
  down?: boolean;
  rows?: boolean;
}

/** `anju lineage mart_x.y COLUMN` follows a column; `anju lineage mart_x.y --key contract_no=…` follows a row to its files. */
export function addLineage(program: Command): void {
  withCommon(program.command('lineage'))
    .description('where a column or a row comes from, back to the files')
    .argument('<database.table>', 'a table of base or the marts (for a column also of raw)')
    .argument('[column]', 'follow this column')
    .option('--down', 'everything made of the column, instead of what it is made of')
    .option('--rows', 'also what decides which rows there are: joins, filters, groups')
    .option('--key <column=value...>', 'follow the row with these values')
    .action(async (model: string, column: string | undefined, options: LineageOptions) => {
      if ((column === undefined) === (options.key === undefined))
        throw new AppError('bad_request', 'Lineage is of a column or of a row.', {
          fix: `anju lineage ${model} COLUMN, or anju lineage ${model} --key COLUMN=VALUE`,
        });
      if (column === undefined) await traced(model, options);
      else await followed(model, column, options);
    });
}

async function followed(model: string, column: string, options: LineageOptions): Promise<void> {
  const direction = options.down ? 'down' : 'up';
  const result = await operate(configFor(options), 'lineageColumns', {
    model,
    column,
    direction,
    rows: options.rows ?? false,
  });
  print(options, result, () =>
    table(
      result.edges.map((edge) => ({
        column: `${edge.model}.${edge.column}`,
        'made of': `${edge.input}.${edge.inputColumn}`,
        how: edge.how,
      })),
    ),
  );
}

async function traced(model: string, options: LineageOptions): Promise<void> {
  const result = await operate(configFor(options), 'lineageRows', { model, key: keyOf(options.key ?? []) });
  print(options, result, () => [
    ...table(
      result.relations.map((one) => ({
        table: one.relation,
        rows: one.isTooMany ? `${one.rows} (not followed)` : one.rows,
        'read as a whole': one.untied.join(', '),
      })),
    ),
    '',
    ...table(
      result.deliveries.map((one) => ({
        'data set': one.dataset,
        file: one.fileName,
        rows: shortList(one.rowNos),
        batch: one.batchId,
        date: one.businessDate ?? '',
        certificate: one.certificate?.slice(0, 16) ?? 'none',
      })),
    ),
  ]);
}

function keyOf(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1)
        throw new AppError('bad_request', `--key ${pair} is not COLUMN=VALUE.`, {
          fix: 'Write --key contract_no=…',
        });
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

const shortList = (numbers: readonly number[]): string =>
  numbers.length <= 8 ? numbers.join(' ') : `${numbers.slice(0, 8).join(' ')} … (${numbers.length})`;
