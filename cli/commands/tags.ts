import { readFile } from 'node:fs/promises';
import { text as readStream } from 'node:stream/consumers';
import type { Command } from 'commander';
import { type OperationResult, operations } from '../../api/operations/index.ts';
import { jsonFrom, whole } from '../arguments.ts';
import { operate } from '../operate.ts';
import { type CommonOptions, configFor, print, withCommon } from '../options.ts';
import { table } from '../report.ts';

type Because = CommonOptions & { reason: string };
type Picking = CommonOptions & { subject: string; all: string[]; none?: string[]; limit: number };

/** `anju tag …`: tags on persons, households, dwellings and enterprises (数据标签). */
export function addTags(program: Command): void {
  const command = program.command('tag').description('tags: what there is, who has them; make and give them');
  withCommon(command.command('list'))
    .description('tags, how many have each, and how often each was asked for')
    .action(async (options: CommonOptions) => {
      const { tags } = await operate(configFor(options), 'tag-list', {});
      print(options, { tags }, () => table(tags.map(tagRow)));
    });
  withCommon(command.command('holders'))
    .description('objects that have all of some tags and none of others, masked')
    .requiredOption('--subject <kind>', 'person, household, dwelling or enterprise')
    .requiredOption('--all <tags...>', 'these')
    .option('--none <tags...>', 'but none of these')
    .option('--limit <n>', 'at most so many', whole, 50)
    .action(async (options: Picking) => {
      const { subject, all, none, limit } = options;
      const params = operations['tag-holders'].params.parse({ subject, all, none, limit });
      const answer = await operate(configFor(options), 'tag-holders', params);
      print(options, answer, () => [
        `${answer.total} found`,
        ...table(answer.rows.map((one) => ({ ...one, tags: one.tags.join(' ') }))),
      ]);
    });
  withCommon(command.command('check'))
    .description('how right a predictive tag was on the months whose outcome is known')
    .argument('<tag>', 'its name')
    .action(async (tag: string, options: CommonOptions) => {
      const check = await operate(configFor(options), 'tag-check', { tag });
      print(options, check, () => [
        `${check.outcome}: precision ${percent(check.precision)}, recall ${percent(check.recall)}; of all looked at ${percent(check.baseRate)}`,
        ...table(check.months),
      ]);
    });
  addGiving(command);
  addMaking(command);
}

const percent = (share: number | null): string => (share === null ? '—' : `${(100 * share).toFixed(1)} %`);

function addGiving(command: Command): void {
  for (const [verb, what] of [
    ['give', 'give objects a tag by hand'],
    ['take', 'take a tag given by hand back'],
  ] as const) {
    withCommon(command.command(verb))
      .description(what)
      .argument('<tag>', 'its name')
      .argument('<file>', 'keys of the objects, one a line; - for standard input')
      .option('--until <day>', 'the last day it is valid')
      .requiredOption('--reason <text>', 'why; kept with it')
      .action(async (tag: string, file: string, options: Because & { until?: string }) => {
        const { reason, until } = options;
        const params = operations[`tag-${verb}`].params.parse({
          tag,
          keys: await lines(file),
          until,
          reason,
        });
        const { objects } = await operate(configFor(options), `tag-${verb}`, params);
        print(options, { objects }, () => [`${objects} objects; it shows after the next run`]);
      });
  }
}

async function lines(file: string): Promise<string[]> {
  const content = file === '-' ? await readStream(process.stdin) : await readFile(file, 'utf8');
  return content
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

const VERBS = {
  activate: ['approve the tried version, of which you are not the author', 'is told from the next run on'],
  pause: ['put a tag to rest', 'rests from the next run on'],
  resume: ['let a tag that rests be told again', 'is told again from the next run on'],
  retire: ['take a tag out for good', 'is out'],
} as const;

function addMaking(command: Command): void {
  withCommon(command.command('versions'))
    .description('every version staff wrote')
    .option('--tag <name>', 'only of this tag')
    .action(async (options: CommonOptions & { tag?: string }) => {
      const { versions } = await operate(configFor(options), 'tag-versions', { tag: options.tag });
      print(options, { versions }, () =>
        versions.length === 0 ? ['all tags are as shipped'] : table(versions.map(versionRow)),
      );
    });
  withCommon(command.command('add'))
    .description('draft a tag from a JSON file; one of a known name becomes its next version')
    .argument('<file>', '{"tag": {…}} or {"off": "name of a shipped tag"}, - for standard input')
    .requiredOption('--reason <text>', 'why; kept with the tag')
    .action(async (file: string, options: Because) => {
      const definition = await jsonFrom(file, operations['tag-draft'].params.shape.definition);
      const one = await operate(configFor(options), 'tag-draft', { definition, reason: options.reason });
      print(options, one, () => [
        `tag ${one.ruleId} version ${one.version} (${one.tag}) is drafted; try it next`,
      ]);
    });
  withCommon(command.command('try'))
    .description('who would have the newest version; changes nothing')
    .argument('<number>', 'its number', whole)
    .action(async (ruleId: number, options: CommonOptions) => {
      const trial = await operate(configFor(options), 'tag-try', { ruleId });
      print(options, trial, () => trialLines(trial));
    });
  for (const [verb, [what, done]] of Object.entries(VERBS)) {
    withCommon(command.command(verb))
      .description(what)
      .argument('<number>', 'its number', whole)
      .requiredOption('--reason <text>', 'why; kept with the tag')
      .action(async (ruleId: number, options: Because) => {
        const params = operations['tag-decide'].params.parse({ ruleId, verb, reason: options.reason });
        const one = await operate(configFor(options), 'tag-decide', params);
        print(options, one, () => [`tag ${one.ruleId} version ${one.version} (${one.tag}) ${done}`]);
      });
  }
}

const tagRow = (one: OperationResult<'tag-list'>['tags'][number]): Record<string, string | number> => ({
  about: one.subject,
  tag: one.tag,
  zh: one.zh,
  topic: `${one.themeZh}/${one.topicZh}`,
  kind: one.kind,
  time: one.timing,
  origin: one.origin,
  version: one.version,
  holders: one.holders,
  uses: one.uses,
});

const versionRow = (
  one: OperationResult<'tag-versions'>['versions'][number],
): Record<string, string | number> => ({
  number: one.ruleId,
  version: one.version,
  tag: one.tag,
  state: one.state,
  holders: one.trial?.holders ?? '',
  author: one.author,
  reason: one.reason,
});

const trialLines = (trial: OperationResult<'tag-try'>): string[] => [
  `${trial.holders} of ${trial.objects} would have it as of ${trial.asOf ?? 'no delivery'}: ${trial.comes} come, ${trial.goes} go`,
  ...(trial.clashes > 0 ? [`${trial.clashes} have another tag of its topic, which allows one`] : []),
  ...(trial.overlaps.length > 0 ? ['tags they have as well:', ...table(trial.overlaps)] : []),
  ...(trial.districts.length > 0 ? ['districts:', ...table(trial.districts)] : []),
  ...(trial.evidence.length > 0 ? ['what it says of some:', ...trial.evidence] : []),
];
