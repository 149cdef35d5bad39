import type { Command } from 'commander';
import { type SearchEntity, searchEntities, searchKind } from '../../pipelines/search/kinds.ts';
import { operate } from '../operate.ts';
import { type CommonOptions, configFor, print, withCommon } from '../options.ts';
import { table } from '../report.ts';

interface SearchOptions extends CommonOptions {
  in?: SearchEntity[];
  limit: number;
}

/** `anju search 安居家园 701`: entries that hold every word, masked. */
export function addSearch(program: Command): void {
  withCommon(program.command('search'))
    .description(
      'full-text search over people, dwellings, contracts, cases, projects, enterprises and documents',
    )
    .argument('<words...>', 'parts of names, addresses and texts, or one whole number')
    .option('--in <entity...>', `only these: ${searchEntities.join(', ')}`)
    .option('--limit <n>', 'at most so many', Number, 20)
    .action(async (words: string[], options: SearchOptions) => {
      const answer = await operate(configFor(options), 'search', {
        words: words.join(' '),
        entities: options.in,
        limit: options.limit,
      });
      print(options, answer, () => [
        ...table(
          answer.found.map((one) => ({
            what: searchKind(one.entity).zh,
            title: one.title,
            key: one.key,
            'found by': one.foundBy,
            more: one.parts.map(({ value }) => value).join(' · '),
          })),
        ),
        ...(answer.hasMore ? ['There is more: add a word, or --limit.'] : []),
        ...(answer.isPartial ? ['A single character is looked for in the newest entries only.'] : []),
      ]);
    });
}
