import { type Command, InvalidArgumentError, Option } from 'commander';
import { identityEntities, type IdentityEntity } from '../../warehouse/operational/tables/who-is-who.ts';
import { operate } from '../operate.ts';
import { type CommonOptions, configFor, print, withCommon } from '../options.ts';
import { table } from '../report.ts';

const evidenceLines = (evidence: { comparison: string; level: string; weight: number | null }[]): string[] =>
  table(
    evidence.map(({ comparison, level, weight }) => ({
      ...{ comparison, level, weight: weight === null ? '' : weight.toFixed(2) },
    })),
  );

type Listed = Awaited<ReturnType<typeof listed>>;
const listed = (options: CommonOptions, limit: number) =>
  operate(configFor(options), 'identityList', { limit });
const decisionLines = (decisions: Listed['decisions']): string[] =>
  table(
    decisions.map(({ decisionId, verdict: is, a, b, author, undoneBy }) => ({
      ...{ decision: String(decisionId), is, a, b, by: author, undone: undoneBy ?? '' },
    })),
  );
const eventLines = (events: Listed['events']): string[] =>
  table(
    events.map(({ eventId, kind, fromId, toId, records, author }) => ({
      ...{ event: String(eventId), kind, from: fromId, to: toId },
      ...{ records: String(records.length), by: author },
    })),
  );

function verdict(text: string): 'same' | 'different' {
  if (text !== 'same' && text !== 'different') throw new InvalidArgumentError('same or different');
  return text;
}

type DecideOptions = CommonOptions & {
  reason: string;
  entity: IdentityEntity;
  remember?: boolean;
};
type AliasOptions = CommonOptions & { reason: string; district: string; meansDistrict: string };

/** `anju why A B` and `anju identity …` (身份比对): who is who, why, and people's decisions about it. */
export function addIdentity(program: Command): void {
  withCommon(program.command('why'))
    .description('why two persons, dwellings, enterprises, households or records of them are one, or why not')
    .argument('<a>', 'an id, a record key, or person:, house:, credit: or household: and its key')
    .argument('<b>', 'the other')
    .addOption(
      new Option('--entity <kind>', 'what they are, where neither says so').choices(identityEntities),
    )
    .action(async (a: string, b: string, options: CommonOptions & { entity?: IdentityEntity }) => {
      const why = await operate(configFor(options), 'why', { entity: options.entity, a, b });
      const { sum } = why;
      print(options, why, () => [
        `${why.same ? 'one' : 'not one'} ${why.entity}: ${why.because}`,
        ...evidenceLines(why.evidence),
        ...why.rules.map(({ rule, holds, failed }) =>
          holds
            ? `rule ${rule} links them`
            : `rule ${rule} does not: ${failed.map(({ comparison, level }) => `${comparison} ${level}`).join('; ')}`,
        ),
        ...(sum
          ? [
              `weight ${sum.weight} (chance ${sum.chance}); linked from ${sum.match}, asked from ${sum.clerical}`,
            ]
          : []),
        ...decisionLines(why.decisions),
        ...eventLines(why.events),
      ]);
    });
  const identity = program
    .command('identity')
    .description('who is who: pairs that wait, decisions, what happened');
  withCommon(identity.command('list'))
    .description('pairs that wait for a decision, decisions made, records linked, merged and split')
    .option('--limit <n>', 'of each', Number, 20)
    .action(async (options: CommonOptions & { limit: number }) => {
      const { reviews, decisions, events } = await listed(options, options.limit);
      print(options, { reviews, decisions, events }, () => [
        `${reviews.total} pairs wait`,
        ...table(reviews.pairs.map(({ a, b, weight }) => ({ weight: weight.toFixed(2), a, b }))),
        ...decisionLines(decisions),
        ...eventLines(events),
      ]);
    });
  withCommon(identity.command('decide'))
    .description('decide that two are the same person or different ones; the next run goes by it')
    .argument('<a>', 'a record_key, or person:<person_id>; of two persons this one is kept')
    .argument('<b>', 'the other')
    .argument('<verdict>', 'same or different', verdict)
    .requiredOption('--reason <text>', 'why; kept with the decision and in the audit log')
    .addOption(new Option('--entity <kind>', 'what they are').choices(identityEntities).default('person'))
    .option(
      '--remember',
      'dwelling: the name the record calls its compound by means that compound from now on',
    )
    .action(async (a: string, b: string, is: 'same' | 'different', options: DecideOptions) => {
      const { reason, entity, remember = false } = options;
      const given = { entity, a, b, verdict: is, reason, remember };
      const decided = await operate(configFor(options), 'identityDecide', given);
      print(options, decided, () => [
        `decision ${decided.decisionId}; anju run goes by it`,
        ...(decided.aliasId === undefined ? [] : [`alias ${decided.aliasId} remembers the name`]),
      ]);
    });
  withCommon(identity.command('aliases'))
    .description('what people call compounds and buildings, as staff confirmed it')
    .action(async (options: CommonOptions) => {
      const { aliases } = await operate(configFor(options), 'identityAliases', {});
      print(options, { aliases }, () =>
        table(
          aliases.map(({ aliasId, saidDistrict, saidCompound, meansDistrict, meansCompound, author }) => ({
            ...{ alias: String(aliasId), said: saidDistrict + saidCompound },
            ...{ means: meansDistrict + meansCompound, by: author },
          })),
        ),
      );
    });
  withCommon(identity.command('alias'))
    .description('confirm what a name of a compound means; every run from now on goes by it')
    .argument('<name>', 'what people say')
    .argument('<meaning>', 'the compound of the register; empty: the name is no alias')
    .option('--district <name>', 'where the name is used', '')
    .option('--means-district <name>', 'where the compound lies', '')
    .requiredOption('--reason <text>', 'why')
    .action(async (said: string, means: string, options: AliasOptions) => {
      const { reason, district, meansDistrict } = options;
      const alias = { saidCompound: said, meansCompound: means, saidDistrict: district, meansDistrict };
      const { aliasId } = await operate(configFor(options), 'identityAlias', { ...alias, reason });
      print(options, { aliasId }, () => [`alias ${aliasId}; anju run goes by it`]);
    });
  withCommon(identity.command('alias-undo'))
    .description('take an alias back')
    .argument('<alias>', 'its number', Number)
    .requiredOption('--reason <text>', 'why')
    .action(async (aliasId: number, options: CommonOptions & { reason: string }) => {
      const undone = await operate(configFor(options), 'identityAliasUndo', {
        aliasId,
        reason: options.reason,
      });
      print(options, undone, () => [`alias ${undone.aliasId} is undone`]);
    });
  withCommon(identity.command('undo'))
    .description('take a decision back')
    .argument('<decision>', 'its number', Number)
    .requiredOption('--reason <text>', 'why')
    .action(async (decisionId: number, options: CommonOptions & { reason: string }) => {
      const undone = await operate(configFor(options), 'identityUndo', {
        decisionId,
        reason: options.reason,
      });
      print(options, undone, () => [`decision ${undone.decisionId} is undone; anju run links as before`]);
    });
}
