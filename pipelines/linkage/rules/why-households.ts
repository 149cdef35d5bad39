/** Why two applications or registers are one household, or why not: whom they share, and which rule of `base.household_link` that is enough for. */
import { z } from 'zod';
import { AppError } from '../../../domain/errors.ts';
import type { Platform } from '../../../warehouse/platform.ts';
import { pathOf } from '../nodes.ts';
import type { Found, WhySide } from '../found.ts';
import { judge, type Rule } from './judge.ts';

const options = { lane: 'interactive' as const, tag: 'why linked' };
const MOST_RECORDS = 200;
const REGISTER = 'police.household_register';

/** As `household_pair` and `household_link` have them, by how many of the two are applications; two registers are one household through applications only. */
const RULES: readonly (readonly Rule[])[] = [
  [],
  [
    { name: 'register', is: { 'most of the register': 'in both' } },
    { name: 'register_applicant', is: { 'applicant in the register': 'in both' } },
  ],
  [
    { name: 'applicant', equal: ['applicant'] },
    { name: 'members', is: { 'two people or more': 'in both' } },
  ],
];

const pairSchema = z.object({
  /** Applications among the two. */
  applications: z.number(),
  people: z.number(),
  /** Two applications by one person; a register with the applicant. */
  withApplicant: z.number(),
  /** Of the register, where one is. */
  registered: z.number(),
  adults: z.number(),
  isParted: z.number(),
});

export async function whyHouseholds({ warehouse }: Platform, a: string, b: string): Promise<Found> {
  const isRegister = (given: string): boolean => pathOf(given).dataset === REGISTER;
  // A register is held against a household, whichever of its applications its people stand in; applications against each other.
  const isWhole = isRegister(a) !== isRegister(b);
  const side = (
    given: string,
    at: 'a' | 'b',
    isCompared = false,
  ): { sql: string; params: Record<string, string> } => {
    const { key, isAnchor } = pathOf(given);
    const kind = isRegister(given) ? 'register' : 'application';
    const isHousehold = isAnchor || !given.includes(':');
    // What was merged away is still named by its number.
    const said = isHousehold
      ? `household_id = {${at}:String} OR (source_kind = 'application' AND source_no = {${at}:String})`
      : `source_kind = '${kind}' AND source_no = {${at}:String}`;
    const where =
      isCompared && isWhole && !isRegister(given)
        ? `source_kind = 'application' AND household_id IN (SELECT household_id FROM base.household_link WHERE ${said})`
        : said;
    return {
      sql: `(SELECT source_kind, source_no, household_id, how FROM base.household_link WHERE ${where}
        ORDER BY source_no = {${at}:String} DESC, source_kind, source_no LIMIT ${MOST_RECORDS})`,
      params: { [at]: given.includes(':') ? key : given },
    };
  };
  const sideOf = async (given: string): Promise<WhySide> => {
    const { sql, params } = side(given, 'a');
    const [found] = await warehouse.rows(
      `SELECT household_id AS id, how, toUInt32(count() OVER ()) AS records FROM ${sql} LIMIT 1`,
      z.object({ id: z.string(), how: z.string(), records: z.number() }),
      { ...options, params },
    );
    if (!found)
      throw new AppError('not_found', `There is no household, application or register “${given}”.`, {
        fix: 'Give a household:<number>, operations.application:<number> or police.household_register:<户号>.',
      });
    return { given, anchor: found.id === '' ? '' : `household:${found.id}`, ...found };
  };
  const [one, other] = [await sideOf(a), await sideOf(b)];
  const [left, right] = [side(a, 'a', true), side(b, 'b', true)];
  const people = (of: string): string =>
    `(SELECT sources.source_kind AS kind, ${isWhole ? "if(kind = 'application', '', sources.source_no)" : 'sources.source_no'} AS no,
        person_id, max(is_applicant) AS is_applicant, count() OVER (PARTITION BY kind, no) AS people FROM (
        SELECT 'application' AS source_kind, household_id AS source_no, person_id, is_applicant FROM base.household_member WHERE person_id != ''
        UNION ALL SELECT 'register', register_no, person_id, 0 FROM base.register WHERE person_id != '') AS told
      INNER JOIN ${of} AS sources ON told.source_kind = sources.source_kind AND told.source_no = sources.source_no
      GROUP BY kind, no, person_id)`;
  const [best] = await warehouse.rows(
    `SELECT toUInt32((l.kind = 'application') + (r.kind = 'application')) AS applications, toUInt32(count()) AS people,
       toUInt32(max(if(applications = 2, l.is_applicant = 1 AND r.is_applicant = 1, l.is_applicant = 1 OR r.is_applicant = 1))) AS withApplicant,
       toUInt32(if(l.kind = 'register', any(l.people), any(r.people))) AS registered,
       toUInt32(any(pairs.adults)) AS adults, toUInt32(any(pairs.is_parted)) AS isParted
     FROM ${people(left.sql)} AS l INNER JOIN ${people(right.sql)} AS r ON l.person_id = r.person_id
     LEFT JOIN base.household_pair AS pairs ON l.no = pairs.application_no AND r.no = pairs.other_no
     WHERE (l.kind, l.no) != (r.kind, r.no)
     GROUP BY l.kind, l.no, r.kind, r.no
     ORDER BY withApplicant DESC, people DESC, l.no, r.no LIMIT 1`,
    pairSchema,
    { ...options, params: { ...left.params, ...right.params } },
  );
  const levels = levelsOf(best);
  const rules = best ? judge(levels, RULES[best.applications] ?? []) : [];
  return {
    ...{ a: one, b: other, sum: null, rules },
    because: sentence(
      one,
      other,
      rules.some(({ holds }) => holds),
      best,
    ),
    evidence: [...levels].map(([comparison, level]) => ({ comparison, level, weight: null })),
  };
}

function levelsOf(best: z.output<typeof pairSchema> | undefined): Map<string, string> {
  if (!best) return new Map([['people in both', '0']]);
  const { applications, people, withApplicant, registered, adults, isParted } = best;
  const shared: [string, string][] = [
    ['sources', ['two registers', 'application and register', 'two applications'][applications] ?? ''],
    ['people in both', String(people)],
  ];
  if (applications === 2)
    return new Map([
      ...shared,
      ['grown-ups in both', String(adults)],
      ['applicant', withApplicant === 1 ? 'equal' : 'different'],
      ['two people or more', people >= 2 ? 'in both' : 'not in both'],
      ['couple', isParted === 1 ? 'parted' : 'not parted'],
    ]);
  return new Map([
    ...shared,
    ['most of the register', people * 2 > registered ? 'in both' : 'not in both'],
    ['applicant in the register', withApplicant === 1 ? 'in both' : 'not in both'],
  ]);
}

function sentence(
  one: WhySide,
  other: WhySide,
  holds: boolean,
  best: z.output<typeof pairSchema> | undefined,
): string {
  const how = one.how === other.how ? `both by ${one.how}` : `one by ${one.how}, the other by ${other.how}`;
  if (one.id !== '' && one.id === other.id) return `Linked: ${how}.`;
  if (!best) return 'Not linked: nobody is in both.';
  if (holds)
    return 'Not linked: a rule would link them, but another household comes before, or people decided.';
  return 'Not linked: they share somebody, but fewer people than any rule asks for.';
}
