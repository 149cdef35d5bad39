import type { Command } from 'commander';
import { type OperationResult, operations } from '../../api/operations/index.ts';
import { operate } from '../operate.ts';
import { type CommonOptions, configFor, print, withCommon } from '../options.ts';
import { table } from '../report.ts';
import { addIndicators } from './credit-indicators.ts';

type Because = CommonOptions & { reason: string };
type Listed = OperationResult<'credit-list'>;

/** `anju credit …`: scores and what they are made of, rankings, black lists. */
export function addCredit(program: Command): void {
  const command = program.command('credit').description('credit of tenants and enterprises, and black lists');
  withCommon(command.command('ranking'))
    .description('best first, or those with most against them')
    .argument('<party>', 'tenant or enterprise')
    .option('--worst', 'worst first, of those with decided violations')
    .option('--grade <letter>', 'only of this grade')
    .option('--limit <count>', 'how many', '20')
    .action(
      async (kind: string, options: CommonOptions & { worst?: true; grade?: string; limit: string }) => {
        const params = operations['credit-ranking'].params.parse({
          ...{ party: kind, list: options.worst ? 'worst' : 'best', grade: options.grade },
          limit: options.limit,
        });
        const { rows, grades } = await operate(configFor(options), 'credit-ranking', params);
        print(options, { rows, grades }, () => [
          grades.map(({ grade, gradeZh, parties }) => `${grade} ${gradeZh} ${parties}`).join(', '),
          ...table(
            rows.map(({ place, score, grade, cases, name, partyId }) => ({
              ...{ place, score, grade, cases, name, party: partyId },
            })),
          ),
        ]);
      },
    );
  withCommon(command.command('show'))
    .description('the entries a score is the sum of')
    .argument('<party>', 'tenant or enterprise')
    .argument('<id>', 'household or enterprise')
    .action(async (kind: string, id: string, options: CommonOptions) => {
      const params = operations['credit-show'].params.parse({ party: kind, partyId: id });
      const found = await operate(configFor(options), 'credit-show', params);
      print(options, found, () => [
        `${found.score.name}: ${found.score.score} points, grade ${found.score.grade}, place ${found.score.place}`,
        ...table(
          found.entries.map(({ zh, what, on, until, points }) => ({
            ...{ points, indicator: zh, what, on: on ?? '', until: until ?? '' },
          })),
        ),
      ]);
    });
  addIndicators(command.command('indicator').description('what costs or earns credit: make, try and let in'));
  addBlacklist(command);
}

function addBlacklist(command: Command): void {
  withCommon(command.command('blacklist'))
    .description('who stands on a black list')
    .action(async (options: CommonOptions) => {
      const result = await operate(configFor(options), 'credit-blacklist', {});
      print(options, result, () =>
        table(
          result.entries.map((one) => ({
            ...{ entry: one.entryId, party: one.party, name: one.name, since: one.listedAt.slice(0, 10) },
            ...{ state: stateOf(one), cases: one.cases.length, reason: one.reason },
          })),
        ),
      );
    });
  withCommon(command.command('list'))
    .description('put a party on the black list because of decided cases')
    .argument('<party>', 'tenant or enterprise')
    .argument('<id>', 'household or enterprise')
    .argument('<cases...>', 'numbers of cases of alert')
    .requiredOption('--reason <text>', 'why; kept with the entry')
    .action(async (kind: string, id: string, cases: string[], options: Because) => {
      const { reason } = options;
      const params = operations['credit-list'].params.parse({ party: kind, partyId: id, cases, reason });
      const entry = await operate(configFor(options), 'credit-list', params);
      print(options, entry, () => [`entry ${entry.entryId}: ${entry.name} is listed`]);
    });
  withCommon(command.command('remove'))
    .description('ask for an entry to come off, or agree to what somebody else asked')
    .argument('<entry>', 'its number')
    .requiredOption('--reason <text>', 'why; kept with the entry')
    .action(async (entryId: string, options: Because) => {
      const params = operations['credit-remove'].params.parse({ entryId, reason: options.reason });
      const entry = await operate(configFor(options), 'credit-remove', params);
      print(options, entry, () => [`entry ${entry.entryId}: ${stateOf(entry)}`]);
    });
}

const stateOf = ({ removedAt, removalBy }: Listed): string =>
  removedAt !== null ? 'removed' : removalBy !== null ? `removal asked by ${removalBy}` : 'listed';
