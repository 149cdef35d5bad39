import { type Command, Option } from 'commander';
import { historyNames } from '../../pipelines/history/entities.ts';
import { operate } from '../operate.ts';
import { type CommonOptions, configFor, print, withCommon } from '../options.ts';

type Name = (typeof historyNames)[number];

/** `anju as-of ENTITY KEY --valid D --known T` (双轴历史): what was known, then, of that day. */
export function addAsOf(program: Command): void {
  withCommon(program.command('as-of'))
    .description('what was known of an entity at an instant, about a day; personal values masked')
    .argument('<entity>', `one of: ${historyNames.join(', ')}`)
    .argument('<key>', 'house code, contract or application number, credit code, household or person id')
    .addOption(new Option('--valid <day>', 'the day it is about, YYYY-MM-DD (every day without)'))
    .addOption(new Option('--known <instant>', 'when it was known, ISO 8601 (now without)'))
    .action(
      async (entity: string, key: string, options: CommonOptions & { valid?: string; known?: string }) => {
        const { valid, known } = options;
        // The operation's own schema refuses what is no entity.
        const answer = await operate(configFor(options), 'asOf', {
          entity: entity as Name,
          key,
          valid,
          known,
        });
        print(options, answer, () => [
          `${answer.entity} ${answer.key}, as known at ${answer.known}: ${answer.rows.length} rows`,
          ...(answer.codes.length > 1
            ? [`decided to be one: ${answer.codes.join(', ')}; known as ${answer.kept}`]
            : []),
          ...answer.rows.flatMap(({ values, validFrom, validTo, knownFrom, knownTo }) => [
            `${validFrom} to ${validTo}, known from ${knownFrom} to ${knownTo}`,
            ...Object.entries(values).map(([name, value]) => `  ${name}: ${String(value ?? '')}`),
          ]),
        ]);
      },
    );
}
