import { readFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { type OperationResult, operations } from '../../api/operations/index.ts';
import { ANALYSES } from '../../pipelines/eligibility/definitions.ts';
import { operate } from '../operate.ts';
import { type CommonOptions, configFor, print, withCommon } from '../options.ts';
import { table } from '../report.ts';

type Because = CommonOptions & { reason: string };
interface ReviewsOptions {
  application?: string;
  idNumber?: string;
  street?: string;
  analysis?: string;
  state?: string;
  verdict?: string;
}
interface HouseholdsOptions {
  only: string;
  verdict?: string;
  application?: string;
  name?: string;
  idNumber?: string;
  house?: string;
}
interface PollOptions {
  district?: string;
  street?: string;
  programme?: string;
  day?: string;
  analyses?: string[];
}

const whole = (text: string): number => {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('Give its number.');
  return Number(text);
};

/** `anju eligibility …`: pre-review, polls, and the rules both stand on. */
export function addEligibility(program: Command): void {
  const command = program
    .command('eligibility')
    .description('pre-review applications, poll beneficiaries, change the rules');
  withCommon(command.command('review'))
    .description('what the rules say of an application, with the rows they say it of')
    .argument('<application>', 'its number')
    .option('--day <YYYY-MM-DD>', 'the day it is about; the latest business date unless given')
    .option('--known <instant>', 'what was known then (ISO 8601); now unless given')
    .option('--programme <name>', 'judged for prh, arh, sale or subsidy')
    .action(
      async (
        applicationNo: string,
        options: CommonOptions & { day?: string; known?: string; programme?: string },
      ) => {
        const { day, known: knownAt, programme } = options;
        const params = operations['eligibility-review'].params.parse({
          ...{ applicationNo, day, knownAt, programme },
        });
        const review = await operate(configFor(options), 'eligibility-review', params);
        print(options, review, () => reviewLines(review));
      },
    );
  withCommon(command.command('reviews'))
    .description('reviews that were given, newest first')
    .option('--application <number>', 'of this application')
    .option('--id-number <number>', 'of the applicant with this identity number')
    .option('--street <code>', 'of this street, 9 digits')
    .option('--analysis <name>', `that asked one of ${Object.keys(ANALYSES).join(', ')}`)
    .option('--state <name>', 'with --analysis: in which it found this')
    .option('--verdict <name>', 'pass, doubt or refuse')
    .action(async (options: CommonOptions & ReviewsOptions) => {
      const { application: applicationNo, idNumber, street, analysis, state, verdict } = options;
      const params = operations['eligibility-reviews'].params.parse({
        ...{ applicationNo, idNumber, street, analysis, state, verdict },
      });
      const { total, reviews } = await operate(configFor(options), 'eligibility-reviews', params);
      print(options, { total, reviews }, () => [
        `${total} reviews`,
        ...table(reviews.map(({ reviewId, name, day, verdict: said }) => ({ reviewId, name, day, said }))),
      ]);
    });
  withCommon(command.command('reproduce'))
    .description('work out a review again as on the day it was given')
    .argument('<review>', 'its number', whole)
    .action(async (reviewId: number, options: CommonOptions) => {
      const again = await operate(configFor(options), 'eligibility-reproduce', { reviewId });
      print(options, again, () => [`${again.verdict}, ${again.isSame ? 'the same' : 'another'} answer`]);
    });
  withCommon(command.command('poll'))
    .description('poll present beneficiaries now')
    .option('--district <code>', 'only of this district')
    .option('--street <code>', 'only of this street')
    .option('--programme <name>', 'only of prh, arh or subsidy')
    .option('--day <YYYY-MM-DD>', 'the day it is about; the latest business date unless given')
    .option('--analyses <names...>', `only these of ${Object.keys(ANALYSES).join(', ')}`)
    .requiredOption('--reason <text>', 'why; kept in the audit log')
    .action(async (options: Because & PollOptions) => {
      const { district, street, programme, day, analyses, reason } = options;
      const params = operations['eligibility-poll'].params.parse({
        ...{ day, analyses, reason },
        scope: { district, street, programme },
      });
      const result = await operate(configFor(options), 'eligibility-poll', params);
      print(options, result, () => [
        `poll ${result.pollId}: ${result.households} households, ${result.passed} pass, ${result.doubted} in doubt, ${result.refused} refused`,
        `${result.lost} were not refused before, ${result.regained} no longer are`,
      ]);
    });
  withCommon(command.command('households'))
    .description('households of a poll')
    .argument('<poll>', 'its number', whole)
    .option('--only <which>', 'lost, changed or all', 'all')
    .option('--verdict <name>', 'pass, doubt or refuse')
    .option('--application <number>', 'the household of this application')
    .option('--name <text>', 'with somebody whose name holds this')
    .option('--id-number <number>', 'with somebody who has this identity number')
    .option('--house <code>', 'in this dwelling')
    .action(async (pollId: number, options: CommonOptions & HouseholdsOptions) => {
      const { only, verdict, application: applicationNo, name, idNumber, house: houseCode } = options;
      const params = operations['eligibility-households'].params.parse({
        ...{ pollId, only, verdict, applicationNo, name, idNumber, houseCode },
      });
      const found = await operate(configFor(options), 'eligibility-households', params);
      print(options, found, () => [
        `${found.total} households`,
        ...table(
          found.households.map(({ name: of, houseCode: code, before, verdict: said, reasons }) => ({
            ...{ name: of, house: code, before, verdict: said, reasons: reasons.join('；') },
          })),
        ),
      ]);
    });
  withCommon(command.command('reproduce-poll'))
    .description('work out a poll again as on the day it was run')
    .argument('<poll>', 'its number', whole)
    .option('--household <application>', 'one household of it alone')
    .action(async (pollId: number, options: CommonOptions & { household?: string }) => {
      const { household } = options;
      const again = await operate(configFor(options), 'eligibility-poll-reproduce', { pollId, household });
      print(options, again, () => [
        `${again.households} households, ${again.isSame ? 'the same answers' : `${again.different} other answers`}`,
        ...table(
          again.rows
            .filter(({ isSame }) => household !== undefined || !isSame)
            .map(({ name, kept, verdict, reasons }) => ({
              name,
              kept,
              verdict,
              reasons: reasons.join('；'),
            })),
        ),
      ]);
    });
  addRules(command);
}

function addRules(command: Command): void {
  withCommon(command.command('rules'))
    .description('the rules in force, and the versions of staff')
    .action(async (options: CommonOptions) => {
      const result = await operate(configFor(options), 'eligibility-rules', {});
      print(options, result, () => [
        ...table(
          result.rules.map(({ version, definition: { rule, zh, kind, programmes, decides = '' } }) => ({
            ...{ rule, zh, kind, programmes: programmes?.join(' ') ?? 'all' },
            'when not': decides,
            version: version === 0 ? 'shipped' : version,
          })),
        ),
        ...table(
          result.staff.map(({ ruleId, version, state, author, definition }) => ({
            ...{ id: ruleId, rule: definition.rule, version, state, author },
          })),
        ),
      ]);
    });
  withCommon(command.command('draft'))
    .description('draft a rule from a JSON file (docs/staff.md)')
    .argument('<file>', 'the definition')
    .requiredOption('--reason <text>', 'why; kept with the rule')
    .action(async (file: string, options: Because) => {
      const params = operations['eligibility-draft'].params.parse({
        definition: JSON.parse(await readFile(file, 'utf8')) as unknown,
        reason: options.reason,
      });
      const rule = await operate(configFor(options), 'eligibility-draft', params);
      print(options, rule, () => [`rule ${rule.ruleId} version ${rule.version} is drafted; try it next`]);
    });
  for (const [verb, what] of [
    ['try', 'what it would have changed in the last year'],
    ['activate', 'let the tried version in; by somebody else than its author'],
    ['retire', 'end it; the shipped rule of that name holds again'],
  ] as const)
    withCommon(command.command(verb))
      .description(what)
      .argument('<rule>', 'its number', whole)
      .requiredOption('--reason <text>', 'why; kept with the rule')
      .action(async (ruleId: number, options: Because) => {
        const { reason } = options;
        if (verb === 'try') {
          const found = await operate(configFor(options), 'eligibility-try', { ruleId, reason });
          print(options, found, () => trialLines(found));
        } else {
          const rule = await operate(configFor(options), `eligibility-${verb}`, { ruleId, reason });
          print(options, rule, () => [`rule ${rule.ruleId} version ${rule.version} is ${rule.state}`]);
        }
      });
}

const reviewLines = (review: OperationResult<'eligibility-review'>): string[] => [
  `review ${review.reviewId}: ${review.verdict} (${review.day}, known ${review.knownAt})`,
  ...(review.silent.length === 0 ? [] : [`not answered: ${review.silent.join(' ')}`]),
  ...table(
    review.outcomes
      .filter(({ decides }) => decides !== '')
      .map(({ zh, rule, version, outcome, reason, evidence }) => ({
        ...{ outcome, rule: `${zh} ${rule}`, version, reason, rows: evidence.length },
      })),
  ),
];

const trialLines = ({ history }: OperationResult<'eligibility-try'>): string[] =>
  history.flatMap(({ occasion, households, stricter, milder, streets }) => [
    `${occasion}: ${households} households, ${stricter} judged more strictly, ${milder} more mildly`,
    ...table(streets.map(({ samples, ...one }) => ({ ...one, samples: samples.join(' ') }))),
  ]);
