import { userInfo } from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { operate } from '../operate.ts';
import { type CommonOptions, configFor, print, withCommon } from '../options.ts';
import { table } from '../report.ts';

interface FilterOptions extends CommonOptions {
  dataset?: string;
  owner?: string;
  rule?: string;
  field?: string;
  state?: 'open' | 'claimed' | 'mended' | 'accepted' | 'returned';
  batch?: number;
  limit: number;
}

interface ActOptions extends CommonOptions {
  dataset: string;
  batch?: number;
  row?: number[];
  rule?: string;
  field?: string;
  set?: Record<string, string>;
  reason?: string;
  by: string;
  list?: string;
}

const whole = (text: string): number => {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('must be a whole number');
  return Number(text);
};
const rows = (text: string, before: number[] = []): number[] => [...before, ...text.split(',').map(whole)];
const assignment = (text: string, before: Record<string, string> = {}): Record<string, string> => {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('must be FIELD=VALUE');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
};

/** `anju quarantine …`: rows that were turned away, and what is done about them. */
export function addQuarantine(program: Command): void {
  const quarantine = program
    .command('quarantine')
    .description('rows that were turned away, and what is done about them');
  addReading(quarantine);
  for (const kind of ['claim', 'release', 'mend', 'accept', 'return'] as const) addAction(quarantine, kind);
}

function addReading(quarantine: Command): void {
  withCommon(quarantine.command('list'))
    .description('counts by agency and rule, and the newest rows, values masked')
    .option('--dataset <source.dataset>', 'only of this data set')
    .option('--owner <agency>', 'only of this agency')
    .option('--rule <rule>', 'only of this rule')
    .option('--field <field>', 'only of this field')
    .option('--state <state>', 'open, claimed, mended, accepted or returned')
    .option('--batch <number>', 'only of this batch', whole)
    .option('--limit <rows>', 'rows shown', whole, 20)
    .action(async (options: FilterOptions) => {
      const { dataset, owner, rule, field, state, batch: batchId, limit } = options;
      const found = await operate(configFor(options), 'quarantineList', {
        ...{ dataset, owner, rule, field, state, batchId, limit },
      });
      print(options, found, () => [
        ...table(
          found.counts.map((one) => ({
            agency: one.owner,
            'data set': one.dataset,
            rule: one.rule,
            field: one.column,
            open: one.open + one.claimed,
            '>30 d': one.older,
            mended: one.mended,
            accepted: one.accepted,
            returned: one.returned,
          })),
        ),
        '',
        ...table(
          found.items.map((one) => ({
            ...{
              batch: String(one.batchId),
              row: String(one.rowNo),
              'data set': one.dataset,
              rule: one.rule,
            },
            ...{ field: one.column, value: one.value, state: one.state, by: one.author },
          })),
        ),
      ]);
    });
  withCommon(quarantine.command('show'))
    .description('one row, values masked, and what was done about it')
    .argument('<batch>', 'its batch', whole)
    .argument('<row>', 'its number in the file', whole)
    .action(async (batchId: number, rowNo: number, options: CommonOptions) => {
      const found = await operate(configFor(options), 'quarantineShow', { batchId, rowNo });
      print(options, found, () => [
        `${found.dataset}, ${found.fileName}, row ${found.rowNo}: ${found.state}`,
        `${found.rule}: ${found.message}`,
        ...table(found.row.map(({ column, name, value }) => ({ column, name, value }))),
        ...found.actions.flatMap(({ at, kind, author, reason, changes }) => [
          `${at} ${kind} by ${author}: ${reason}`,
          ...changes.map(
            ({ column, before, after, ruleId, ruleVersion }) =>
              `  rule ${ruleId} version ${ruleVersion}: ${column} ${JSON.stringify(before)} → ${JSON.stringify(after)}`,
          ),
        ]),
      ]);
    });
}

const WORDS = {
  claim: 'take rows to work on: nobody else can then',
  release: 'give back rows one has claimed',
  mend: 'correct rows of a batch; they are checked again and land as a delivery of their own',
  accept: 'take rows of a batch as they are, their defects marked',
  return: 'give rows back to their sender with an issue list',
};

function addAction(quarantine: Command, kind: keyof typeof WORDS): void {
  const command = withCommon(quarantine.command(kind))
    .description(WORDS[kind])
    .requiredOption('--dataset <source.dataset>', 'the data set')
    .option('--batch <number>', 'the batch', whole)
    .option('--row <numbers>', 'row numbers in the file, with commas', rows)
    .option('--rule <rule>', 'all rows of this rule')
    .option('--field <field>', 'all rows with this field')
    .option('--by <name>', 'who does it; it stays with the rows', `anju:${userInfo().username}`);
  if (kind !== 'claim' && kind !== 'release')
    command.requiredOption('--reason <text>', 'why; it stays with the rows');
  if (kind === 'mend')
    command.requiredOption('--set <field=value>', 'a corrected value; may be repeated', assignment);
  if (kind === 'return') command.option('--list <file.csv>', 'where the issue list is written');
  command.action(async (options: ActOptions) => {
    const { dataset, batch: batchId, row: rowNos, rule, field, set: corrections, reason, by, list } = options;
    const done = await operate(configFor(options), 'quarantineAct', {
      ...{ kind, dataset, corrections, reason, by, selection: { batchId, rowNos, rule, field } },
      listPath: list === undefined ? undefined : path.resolve(list),
    });
    print(options, done, () => [
      `${done.state === 'repeat' ? 'done before' : kind}: ${done.rows} rows, action ${done.actionId}`,
      ...Object.entries(done.left).map(([why, count]) => `left as they are: ${count} (${why})`),
      ...(done.listPath === undefined ? [] : [`issue list: ${done.listPath}`]),
    ]);
  });
}
