import type { Command } from 'commander';
import type { CatalogKind } from '../../pipelines/catalog/entry.ts';
import { operate } from '../operate.ts';
import { type CommonOptions, configFor, print, withCommon } from '../options.ts';
import { points, table } from '../report.ts';

interface CatalogOptions extends CommonOptions {
  kind?: CatalogKind;
  show?: boolean;
  limit: number;
}

/** `anju catalog 租金`: what there is of it; `anju catalog --kind model --show base.contract`: one entry with its columns and its quality. */
export function addCatalog(program: Command): void {
  withCommon(program.command('catalog'))
    .description(
      'data sets, models, columns, metrics, exports and reports: owner, level, legal basis, update limit, sharing',
    )
    .argument('[words...]', 'parts of names and comments, Chinese or English')
    .option('--kind <kind>', 'dataset, model, column, metric, export or report')
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
  const asked = { kind: options.kind ?? 'model', name };
  const answer = await operate(configFor(options), 'catalogDetail', asked);
  const quality = await operate(configFor(options), 'catalogQuality', asked);
  const { entry, columns, standing } = answer;
  const facts = {
    ...entry,
    resources: entry.resources.join('、'),
    standardFields: entry.standardFields.join('；'),
    datasets: entry.datasets.join(', '),
    ...standing,
    reads: namesOf(answer.reads),
    'read by': namesOf(answer.readBy),
    'quality of': quality.basis,
    score: points(quality.score.overall),
  };
  print(options, { ...answer, quality }, () => [
    ...table(Object.entries(facts).map(([fact, value]) => ({ fact, value: String(value) }))),
    '',
    ...table(
      Object.entries(quality.score.dimensions).map(([dimension, { score }]) => ({
        dimension,
        score: points(score),
      })),
    ),
    '',
    ...table(
      columns.map((one) => ({
        column: one.name.split('.').at(-1) ?? '',
        type: one.type,
        level: one.level,
        mask: one.mask,
        element: one.term,
        comment: one.comment,
      })),
    ),
  ]);
}

const namesOf = (some: readonly { name: string }[]): string => some.map(({ name }) => name).join(', ');
