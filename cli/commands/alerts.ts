import type { Command } from 'commander';
import { type OperationResult, operations } from '../../api/operations/index.ts';
import { jsonFrom, whole } from '../arguments.ts';
import { operate } from '../operate.ts';
import { type CommonOptions, configFor, print, withCommon } from '../options.ts';
import { table } from '../report.ts';

type Because = CommonOptions & { reason: string };

/** `anju alerts rule …`: rules of alert staff make, tried on what there is before they work. */
export function addAlerts(program: Command): void {
  const command = program.command('alerts').description('alerts: rules staff make');
  addRules(command.command('rule').description('make, try, activate, pause and retire rules of alert'));
}

const VERBS = {
  activate: ['let the tried version work from the next run on', 'works from the next run on'],
  pause: ['put a rule to rest; the shipped one of its name works meanwhile', 'rests from the next run on'],
  resume: ['let a rule that rests work again', 'works again from the next run on'],
  retire: ['take a rule out for good', 'is out; the shipped one of its name works again'],
} as const;

function addRules(command: Command): void {
  withCommon(command.command('list'))
    .description('every version staff wrote')
    .option('--rule <name>', 'only of this rule')
    .action(async (options: CommonOptions & { rule?: string }) => {
      const { rules } = await operate(configFor(options), 'alert-rules', { rule: options.rule });
      print(options, { rules }, () =>
        rules.length === 0 ? ['all rules are as shipped'] : table(rules.map(ruleRow)),
      );
    });
  withCommon(command.command('add'))
    .description('draft a rule from a JSON file; one of a known name becomes its next version')
    .argument('<file>', '{"rule": {…}} or {"off": "name of a shipped rule"}, - for standard input')
    .requiredOption('--reason <text>', 'why; kept with the rule')
    .action(async (file: string, options: Because) => {
      const definition = await jsonFrom(file, operations['alert-rule-draft'].params.shape.definition);
      const { reason } = options;
      const rule = await operate(configFor(options), 'alert-rule-draft', { definition, reason });
      print(options, rule, () => [
        `rule ${rule.ruleId} version ${rule.version} (${rule.rule}) is drafted; try it next`,
      ]);
    });
  withCommon(command.command('try'))
    .description('what the newest version would find; changes nothing')
    .argument('<rule>', 'its number', whole)
    .option('--months <n>', 'past month ends to try it on as well', whole, 3)
    .action(async (ruleId: number, options: CommonOptions & { months: number }) => {
      const params = operations['alert-rule-try'].params.parse({ ruleId, months: options.months });
      const trial = await operate(configFor(options), 'alert-rule-try', params);
      print(options, trial, () => trialLines(trial));
    });
  for (const [verb, [what, done]] of Object.entries(VERBS)) {
    withCommon(command.command(verb))
      .description(what)
      .argument('<rule>', 'its number', whole)
      .requiredOption('--reason <text>', 'why; kept with the rule')
      .action(async (ruleId: number, options: Because) => {
        const params = operations['alert-rule-decide'].params.parse({ ruleId, verb, reason: options.reason });
        const rule = await operate(configFor(options), 'alert-rule-decide', params);
        print(options, rule, () => [`rule ${rule.ruleId} version ${rule.version} (${rule.rule}) ${done}`]);
      });
  }
}

const ruleRow = (one: OperationResult<'alert-rules'>['rules'][number]): Record<string, string | number> => ({
  number: one.ruleId,
  version: one.version,
  rule: one.rule,
  what: 'off' in one.definition ? 'switched off' : one.shipped ? 'changed' : 'own',
  state: one.state,
  finds: one.trial?.found ?? '',
  author: one.author,
  reason: one.reason,
});

const trialLines = (trial: OperationResult<'alert-rule-try'>): string[] => [
  `${trial.found} found as of ${trial.asOf} (high ${trial.levels.high}, medium ${trial.levels.medium}, low ${trial.levels.low})`,
  ...(trial.changes.length > 0
    ? ['cases that would change:', ...table(trial.changes)]
    : ['no case would change']),
  ...(trial.past.length > 0 ? ['at past month ends:', ...table(trial.past)] : []),
  ...(trial.overlaps.length > 0 ? ['rules that hold on the same objects:', ...table(trial.overlaps)] : []),
  ...(trial.streets.length > 0 ? ['streets:', ...table(trial.streets)] : []),
  ...(trial.samples.length > 0 ? ['some of them:', ...table(trial.samples)] : []),
];
