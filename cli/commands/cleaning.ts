import type { Command } from 'commander';
import type { OperationResult } from '../../api/operations/index.ts';
import { operations } from '../../api/operations/index.ts';
import { jsonFrom, whole } from '../arguments.ts';
import { operate } from '../operate.ts';
import { type CommonOptions, configFor, print, withCommon } from '../options.ts';
import { table } from '../report.ts';

type Because = CommonOptions & { reason: string };

/** `anju cleaning …`: rules staff make (清洗规则), the words nobody knows, and whose word counts first. */
export function addCleaning(program: Command): void {
  const command = program.command('cleaning').description('cleaning rules: make, try, activate, retire');
  addRules(command);
  addReports(command);
  addPriorities(
    command
      .command('priorities')
      .description('whose word counts first about persons, dwellings, enterprises and households'),
  );
}

function addRules(command: Command): void {
  withCommon(command.command('list'))
    .description('every version of every rule')
    .option('--dataset <source.dataset>', 'only of this data set')
    .option('--state <state>', 'draft, tried, active or retired')
    .action(async (options: CommonOptions & { dataset?: string; state?: string }) => {
      const params = operations['cleaning-list'].params.parse({
        dataset: options.dataset,
        state: options.state,
      });
      const { rules } = await operate(configFor(options), 'cleaning-list', params);
      print(options, { rules }, () =>
        rules.length === 0 ? ['there is no rule'] : table(rules.map(ruleRow)),
      );
    });
  withCommon(command.command('add'))
    .description('draft a rule from a JSON file, or with --rule the next version of one')
    .argument('<file>', '{"dataset": …, "action": {"kind": …}, "when": […]}, - for standard input')
    .option('--rule <id>', 'the rule it is the next version of', whole)
    .requiredOption('--reason <text>', 'why; kept with the rule')
    .action(async (file: string, options: Because & { rule?: number }) => {
      const definition = await jsonFrom(file, operations['cleaning-draft'].params.shape.definition);
      const { reason, rule: ruleId } = options;
      const rule = await operate(configFor(options), 'cleaning-draft', { definition, ruleId, reason });
      print(options, rule, () => [`rule ${rule.ruleId} version ${rule.version} is drafted; try it next`]);
    });
  withCommon(command.command('try'))
    .description('what the newest version of a rule would change; changes nothing')
    .argument('<rule>', 'its number', whole)
    .option('--readers <which>', 'models above it to compute as well: none, base, all', 'base')
    .action(async (ruleId: number, options: CommonOptions & { readers: string }) => {
      const params = operations['cleaning-try'].params.parse({ ruleId, readers: options.readers });
      const trial = await operate(configFor(options), 'cleaning-try', params);
      print(options, trial, () => trialLines(trial));
    });
  for (const [verb, what, done] of [
    ['activate', 'let the tried version work from the next run on', 'works from the next run on'],
    [
      'retire',
      'take a rule out; the next run gives the values back',
      'is out; the next run gives the values back',
    ],
  ] as const) {
    withCommon(command.command(verb))
      .description(what)
      .argument('<rule>', 'its number', whole)
      .requiredOption('--reason <text>', 'why; kept with the rule')
      .action(async (ruleId: number, options: Because) => {
        const rule = await operate(configFor(options), `cleaning-${verb}`, {
          ruleId,
          reason: options.reason,
        });
        print(options, rule, () => [`rule ${rule.ruleId} version ${rule.version} ${done}`]);
      });
  }
}

function addReports(command: Command): void {
  withCommon(command.command('unmapped'))
    .description('words no code list knows, with the code each is most like')
    .option('--dataset <source.dataset>', 'only of this data set')
    .option('--field <name>', 'only of this field')
    .action(async (options: CommonOptions & { dataset?: string; field?: string }) => {
      const { dataset, field } = options;
      const { words } = await operate(configFor(options), 'cleaning-unmapped', { dataset, field });
      print(options, { words }, () =>
        words.length === 0
          ? ['every word is in its list']
          : table(
              words.map(({ proposal, ...one }) => ({
                'data set': one.dataset,
                field: one.field,
                word: one.word,
                rows: one.rows,
                'last seen': one.lastSeen,
                'may mean': proposal ? `${proposal.code} ${proposal.zh} (${proposal.similarity})` : '',
              })),
            ),
      );
    });
}

function addPriorities(command: Command): void {
  withCommon(command.command('list'))
    .description('the order in force, and its versions')
    .action(async (options: CommonOptions) => {
      const result = await operate(configFor(options), 'priority-list', {});
      print(options, result, () => [
        ...table(
          result.entries.map(({ entity, priority, attribute, source, reason }) => ({
            entity,
            priority,
            attribute,
            source,
            reason,
          })),
        ),
        ...result.versions.map((one) => `version ${one.version}: ${one.state}, ${one.author}: ${one.reason}`),
      ]);
    });
  withCommon(command.command('add'))
    .description('draft an order: entries that stand over the shipped ones')
    .argument('<file>', '[{"entity", "source", "attribute", "priority", "reason"}], - for standard input')
    .requiredOption('--reason <text>', 'why')
    .action(async (file: string, options: Because) => {
      const entries = await jsonFrom(file, operations['priority-draft'].params.shape.entries);
      const { version } = await operate(configFor(options), 'priority-draft', {
        entries,
        reason: options.reason,
      });
      print(options, { version }, () => [`version ${version} is drafted; try it next`]);
    });
  withCommon(command.command('try'))
    .description('what would have another source’s value, by entity and attribute')
    .argument('<version>', 'its number', whole)
    .action(async (version: number, options: CommonOptions) => {
      const trial = await operate(configFor(options), 'priority-try', { version });
      print(options, trial, () =>
        trial.entities.length === 0
          ? ['nothing would change']
          : trial.entities.flatMap(({ entity, objects, changes }) => [
              `${entity}: of ${objects} would change`,
              ...table(changes),
            ]),
      );
    });
  withCommon(command.command('activate'))
    .description('let a tried order decide from the next run on')
    .argument('<version>', 'its number', whole)
    .requiredOption('--reason <text>', 'why')
    .action(async (version: number, options: Because) => {
      const result = await operate(configFor(options), 'priority-activate', {
        version,
        reason: options.reason,
      });
      print(options, result, () => [`version ${version} decides from the next run on`]);
    });
  withCommon(command.command('retire'))
    .description('back to the shipped order')
    .requiredOption('--reason <text>', 'why')
    .action(async (options: Because) => {
      const result = await operate(configFor(options), 'priority-retire', { reason: options.reason });
      print(options, result, () => ['the shipped order decides from the next run on']);
    });
}

const ruleRow = (
  rule: OperationResult<'cleaning-list'>['rules'][number],
): Record<string, string | number> => {
  const { action } = rule.definition;
  return {
    rule: rule.ruleId,
    version: rule.version,
    'data set': rule.dataset,
    kind: action.kind,
    field: 'field' in action ? action.field : action.fields.join(','),
    state: rule.state,
    changes: rule.trial?.changed ?? '',
    author: rule.author,
    reason: rule.reason,
  };
};

const trialLines = (trial: OperationResult<'cleaning-try'>): string[] => [
  `${trial.changed} of ${trial.rows} rows would have a value changed; defects of the field ${trial.defects.before} → ${trial.defects.after}`,
  ...(trial.quarantine ?? []).map(
    ({ dataset, waiting, mended }) =>
      `${mended} of ${waiting} rows of ${dataset} waiting in quarantine would land with the next run, mended by it`,
  ),
  ...trial.findings.map((one) => `${one.rows} rows: ${one.finding} (${one.outcome})`),
  ...(trial.samples.length > 0 ? ['the commonest changes, masked:', ...table(trial.samples)] : []),
  'tables that would change:',
  ...table(
    trial.tables.map((one) => ({
      table: one.table,
      rows: one.rows,
      'rows gone': one.published ? one.gone : 'not built yet',
      'rows come': one.published ? one.come : '',
    })),
  ),
];
