import type { Command } from 'commander';
import { type OperationResult, operations } from '../../api/operations/index.ts';
import { jsonFrom, whole } from '../arguments.ts';
import { operate } from '../operate.ts';
import { type CommonOptions, configFor, print, withCommon } from '../options.ts';
import { table } from '../report.ts';

type Because = CommonOptions & { reason: string };
type Version = OperationResult<'credit-indicators'>['versions'][number];

const VERBS = {
  activate: ['let the tried version count from the next run on', 'counts from the next run on'],
  pause: [
    'put an indicator to rest; the shipped one of its name counts meanwhile',
    'rests from the next run on',
  ],
  resume: ['let an indicator that rests count again', 'counts again from the next run on'],
  retire: ['take an indicator out for good', 'is out; the shipped one of its name counts again'],
} as const;

/** `anju credit indicator …`: what costs or earns credit, made by staff and tried on the scores there are. */
export function addIndicators(command: Command): void {
  withCommon(command.command('list'))
    .description('indicators in force or switched off, and every version staff wrote')
    .action(async (options: CommonOptions) => {
      const result = await operate(configFor(options), 'credit-indicators', {});
      print(options, result, () => [
        ...table(
          result.indicators.map(({ origin, definition, costs }) => ({
            ...{ origin, party: definition.party, indicator: definition.indicator, zh: definition.zh },
            points: costs.map(({ event, points }) => `${event} ${points}`).join(', '),
            ...{ most: definition.most, days: definition.days },
          })),
        ),
        ...(result.versions.length === 0
          ? []
          : ['versions of staff:', ...table(result.versions.map(versionRow))]),
      ]);
    });
  withCommon(command.command('add'))
    .description('draft an indicator from a JSON file; one of a known name becomes its next version')
    .argument('<file>', '{"indicator": {…}} or {"off": "name of a shipped one"}, - for standard input')
    .requiredOption('--reason <text>', 'why; kept with the indicator')
    .action(async (file: string, options: Because) => {
      const definition = await jsonFrom(file, operations['credit-indicator-draft'].params.shape.definition);
      const { reason } = options;
      const one = await operate(configFor(options), 'credit-indicator-draft', { definition, reason });
      print(options, one, () => [
        `indicator ${one.ruleId} version ${one.version} (${one.indicator}) is drafted; try it next`,
      ]);
    });
  withCommon(command.command('try'))
    .description('which scores and grades would be others; changes nothing')
    .argument('<indicator>', 'its number', whole)
    .action(async (ruleId: number, options: CommonOptions) => {
      const params = operations['credit-indicator-try'].params.parse({ ruleId });
      const trial = await operate(configFor(options), 'credit-indicator-try', params);
      print(options, trial, () => [
        `as of ${trial.asOf}: ${trial.entries} entries of ${trial.parties} parties, ${trial.points} points; ${trial.higher} scores higher, ${trial.lower} lower`,
        ...(trial.grades.length > 0 ? ['grades that would be others:', ...table(trial.grades)] : []),
        ...(trial.districts.length > 0 ? ['by district:', ...table(trial.districts)] : []),
      ]);
    });
  for (const [verb, [what, done]] of Object.entries(VERBS)) {
    withCommon(command.command(verb))
      .description(what)
      .argument('<indicator>', 'its number', whole)
      .requiredOption('--reason <text>', 'why; kept with the indicator')
      .action(async (ruleId: number, options: Because) => {
        const { reason } = options;
        const params = operations['credit-indicator-decide'].params.parse({ ruleId, verb, reason });
        const one = await operate(configFor(options), 'credit-indicator-decide', params);
        print(options, one, () => [
          `indicator ${one.ruleId} version ${one.version} (${one.indicator}) ${done}`,
        ]);
      });
  }
}

const versionRow = (one: Version): Record<string, string | number> => ({
  ...{ number: one.ruleId, version: one.version, indicator: one.indicator, state: one.state },
  what:
    'off' in one.definition
      ? 'switched off'
      : `${one.definition.indicator.points} up to ${one.definition.indicator.most}`,
  tried: one.trial ? `${one.trial.higher} higher, ${one.trial.lower} lower` : '',
  ...{ author: one.author, reason: one.reason },
});
