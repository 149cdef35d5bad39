import type { Command } from 'commander';
import type { CatalogKind } from '../../pipelines/catalog/entries.ts';
import { operate } from '../operate.ts';
import { type CommonOptions, configFor, print, withCommon } from '../options.ts';
import { table } from '../report.ts';

interface CatalogOptions extends CommonOptions {
  kind?: CatalogKind;
  show?: boolean;
  limit: number;
}

/** `anju catalog 租金`: what there is of it; `anju catalog --kind model --show base.contract`: one entry with its columns. */
export function addCatalog(program: Command): void {
  withCommon(program.command('catalog'))
    .description(
      'data sets, models, columns, metrics and exports: owner, level, legal basis, update limit, sharing',
    )
    .argument('[words...]', 'parts of names and comments, Chinese or English')
    .option('--kind <kind>', 'dataset, model, column, metric or export')
    .option('--show', 'the words are the name of one entry of --kind')
    .option('--limit <n>', 'at most so many', Number, 50)
    .action(async (words: string[], options: CatalogOptions) => {
      if (options.show) await shown(words.join(' '), options);
      else await listed(words.join(' '), options);
    });
}

async function listed(q: string, options: CatalogOptions): Promise<void> {
  const { kind, limit } = options;
  const answer = await operate(configFor(options), 'catalog', { q, kind, limit });
  print(options, answer, () =>
    table(
      answer.entries.map((one) => ({
        kind: one.kind,
        name: one.name,
        zh: one.zh,
        owner: one.owner,
        level: one.level,
        sharing: one.sharingType,
        resource: one.resources.join('、'),
      })),
    ),
  );
}

async function shown(name: string, options: CatalogOptions): Promise<void> {
  const answer = await operate(configFor(options), 'catalogDetail', { kind: options.kind ?? 'model', name });
  const { entry, columns, standing } = answer;
  const facts = { ...entry, resources: entry.resources.join('、'), ...standing };
  print(options, answer, () => [
    ...table(Object.entries(facts).map(([fact, value]) => ({ fact, value: String(value) }))),
    '',
    ...table(
      columns.map((one) => ({
        column: one.name.split('.').at(-1) ?? '',
        type: one.type,
        level: one.level,
        mask: one.mask,
        comment: one.comment,
      })),
    ),
  ]);
}
