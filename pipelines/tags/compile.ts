/** From tags to the model `mart_tag.holder`: a scan a kind of object, however many tags look at it. */
import { GENERATED } from '../../ingestion/generate/file.ts';
import { identifier, literal } from '../../warehouse/engine/sql.ts';
import { inert } from '../cleaning/inert.ts';
import { allSql, filledSql, holdsSql, namedIn } from '../conditions/compile.ts';
import { isSayable, OBJECT_COLUMNS } from '../conditions/object.ts';
import { checkComparison, refusal, type Subject, subjectNamed } from '../conditions/subjects.ts';
import { groupedBy } from '../grouped-by.ts';
import {
  comparisonsOf,
  isGiven,
  isRuled,
  type PredictiveTag,
  type RuledTag,
  type Tag,
  type Versioned,
} from './definition.ts';
import type { TagGround } from './ground.ts';

/** @throws AppError `bad_request` that names the tag and what of it cannot be */
export function checkTag(tag: Tag, { subjects, classification }: TagGround): void {
  const subject = subjectNamed(subjects, tag.subject, tag.tag);
  const themes = classification[tag.subject];
  const topics = themes?.[tag.theme]?.topics ?? {};
  if (topics[tag.topic] === undefined)
    throw refusal(
      tag.tag,
      `${tag.subject} has no topic ${tag.theme}/${tag.topic}`,
      `It has ${Object.entries(themes ?? {})
        .flatMap(([theme, one]) => Object.keys(one.topics).map((topic) => `${theme}/${topic}`))
        .join(', ')}.`,
    );
  if (isGiven(tag)) return;
  for (const one of comparisonsOf(tag)) checkComparison(subject, one, tag.tag);
  for (const measure of namedIn(tag.evidence ?? ''))
    if (!isSayable(subject, measure))
      throw refusal(tag.tag, `its evidence names ${measure}`, `${subject.name} has no such measure.`);
  if (tag.kind === 'predictive')
    for (const { measure } of tag.comes_true ?? [])
      if (subject.past?.outcomes[measure] === undefined)
        throw refusal(
          tag.tag,
          `nothing of the past of ${subject.name} is called ${measure}`,
          `It has ${Object.keys(subject.past?.outcomes ?? {}).join(', ') || 'no past to measure on'}.`,
        );
  if (tag.since !== undefined && subject.measures[tag.since]?.is !== 'date')
    throw refusal(tag.tag, `${tag.since} is no date of ${subject.name}`, 'Name a measure that is a date.');
}

/** The points of an object, as an Int32. */
export const pointsSql = (of: string, { points }: PredictiveTag): string =>
  `toInt32(${points.map((one) => `if(${allSql(of, one.when)}, ${one.points}, 0)`).join(' + ')})`;

/** When a tag holds, as a condition over the columns of `of`. */
export const tagSql = (of: string, tag: RuledTag): string =>
  tag.kind === 'predictive'
    ? `${allSql(of, tag.among)} and ${pointsSql(of, tag)} >= ${tag.at_least}`
    : holdsSql(of, tag);

/** What a tag says for itself; of a predictive one the points that were counted as well. */
export function evidenceSql(of: string, tag: RuledTag): string | undefined {
  const said = tag.evidence === undefined ? undefined : filledSql(of, tag.evidence);
  if (tag.kind !== 'predictive') return said;
  const counted = tag.points.map(
    (one) =>
      `if(${allSql(of, one.when)}, ${inert(`${one.zh} ${one.points > 0 ? '+' : ''}${one.points}`)}, '')`,
  );
  const sum = `arrayStringConcat(arrayFilter(one -> one != '', [${counted.join(', ')}]), ${inert('、')})`;
  return said === undefined ? sum : `concat(${said}, ${inert('；')}, ${sum})`;
}

/** What each tag says, in the order of their numbers; `otherwise` for those that say nothing. */
function byTag<T extends Tag>(
  tags: readonly T[],
  sql: (tag: T) => string | undefined,
  otherwise: string,
): string {
  const said = tags.flatMap((tag, k) => {
    const value = sql(tag);
    return value === undefined ? [] : [`hit.tag_no = ${k + 1}, ${value}`];
  });
  return said.length === 0 ? otherwise : `multiIf(${said.join(',\n            ')}, ${otherwise})`;
}

const OBJECTS = OBJECT_COLUMNS.map((column) => `hit.${column} as ${column}`).join(',\n        ');

const NO_DAY = "cast(null, 'Nullable(Date32)')";
const NO_POINTS = "cast(null, 'Nullable(Int32)')";

type Ruled = Exclude<Versioned, { by_hand: true }>;

/** Objects of one model with each tag that holds on them. */
const ruledSql = (model: string, tags: readonly Ruled[]): string => `    select
        ${literal(tags[0]?.subject ?? '')} as subject,
        ${byTag(tags, ({ tag }) => literal(tag), "''")} as tag,
        ${byTag(tags, ({ version }) => (version === 0 ? undefined : `toUInt32(${version})`), 'toUInt32(0)')} as version,
        'rule' as how,
        ${byTag(tags, (tag) => (tag.kind === 'predictive' ? `cast(${pointsSql('hit', tag)}, 'Nullable(Int32)')` : undefined), NO_POINTS)} as points,
        ${byTag(tags, ({ since }) => (since === undefined ? undefined : `toDate32(hit.${identifier(since)})`), NO_DAY)} as since,
        ${NO_DAY} as until,
        ${byTag(tags, (tag) => evidenceSql('hit', tag), "''")} as evidence_zh,
        ${OBJECTS}
    from (
        select
            watched.*,
            arrayJoin(arrayFilter(no -> no > 0, [
                ${tags.map((tag, k) => `if(${tagSql('watched', tag)}, ${k + 1}, 0)`).join(',\n                ')}
            ])) as tag_no
        from {{ ref('${model}') }} as watched
    ) as hit`;

/** Objects people gave a tag, as long as it is valid; of no tags no row. */
function givenSql(subject: Subject, tags: readonly Versioned[]): string {
  const names = tags.map(({ tag }) => literal(tag)).join(', ');
  const versions = tags.map(({ version }) => version).join(', ');
  const isSome = tags.length > 0;
  return `    select
        ${literal(subject.name)} as subject,
        given.tag as tag,
        toUInt32(${isSome ? `transform(given.tag, [${names}], [${versions}], 0)` : '0'}) as version,
        'hand' as how,
        ${NO_POINTS} as points,
        cast(given.given_on, 'Nullable(Date32)') as since,
        given.until_on as until,
        '' as evidence_zh,
        ${OBJECTS}
    from {{ ref('tag_given') }} as given
    inner join {{ ref('${subject.model}') }} as hit on hit.object_key = given.object_key
    where ${isSome ? `given.tag in (${names})` : '0'}
        and ifNull(given.until_on >= {{ as_of() }}, 1)`;
}

/** @throws AppError `bad_request` for a tag that does not fit its subject */
export function holderModelSql(tags: readonly Versioned[], ground: TagGround): string {
  for (const tag of tags) checkTag(tag, ground);
  const subjectOf = (name: string): Subject => subjectNamed(ground.subjects, name, name);
  const ruled = groupedBy(tags.filter(isRuled), ({ subject }) => subject);
  const given = groupedBy(tags.filter(isGiven), ({ subject }) => subject);
  const parts = [
    ...[...ruled].map(([name, own]) => ruledSql(subjectOf(name).model, own)),
    ...[...given].map(([name, own]) => givenSql(subjectOf(name), own)),
  ];
  return `{#- ${GENERATED}
  One row an object and tag it has, as of the day of the run (002:631-655); the tags are models/tags/ and those of the home's staff.
  \`since\` is known where a measure says it. A tag given by hand is there until it lapses or is taken back. -#}
{{ config(
    schema='mart_tag', alias='holder', materialized='table', engine='MergeTree()', order_by=['subject', 'tag', 'object_key']
) }}
${(parts.length === 0 ? [givenSql(subjectOf('person'), [])] : parts).join('\n\n    union all\n\n')}
`;
}
