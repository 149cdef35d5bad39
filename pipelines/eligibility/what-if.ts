/** What other rules would have said of history, before they are switched on: whose verdict changes, which way, where. */
import { z } from 'zod';
import { chinaDayOf } from '../../domain/calendar.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { latestBusinessDate } from '../plan.ts';
import { silentDatasets } from './answered.ts';
import { type Analysis, ANALYSES, type Definitions } from './definitions.ts';
import { cityPrefix, rulesFor } from './judge.ts';
import { measuresSql, OUTCOMES, verdictSql } from './judge-sql.ts';
import { beneficiariesSql } from './beneficiaries.ts';
import { DECIDED_SQL, withCrowd } from './many.ts';
import { OCCASIONS, type Occasion, type RuleSet } from './rule.ts';

const verdict = z.enum(OUTCOMES);
const groupSchema = z.object({
  before: verdict,
  after: verdict,
  street: z.string(),
  households: z.number(),
  /** Last four characters of some numbers. */
  samples: z.array(z.string()),
});
export const whatIfSchema = z.object({
  asOf: z.iso.date(),
  /** Numbers of data sets that had not answered: what needs them is a doubt, before and after. */
  silent: z.array(z.string()),
  history: z.array(
    z.object({
      /** Applications decided in the last year, each on its day; or present beneficiaries. */
      occasion: z.enum(OCCASIONS),
      households: z.number(),
      verdicts: z.array(z.object({ before: verdict, after: verdict, households: z.number() })),
      stricter: z.number(),
      milder: z.number(),
      /** Where verdicts change. */
      streets: z.array(groupSchema),
    }),
  ),
});
export type WhatIf = z.output<typeof whatIfSchema>;
type Group = z.output<typeof groupSchema>;

const SAMPLES = 5;

/** The rules in force against the others, on a year of applications and on those who hold something now. */
export async function whatIf(
  platform: Platform,
  { known, rules }: { known: Definitions; rules: RuleSet },
  others: RuleSet,
): Promise<WhatIf> {
  const knownAt = new Date();
  const day = (await latestBusinessDate(platform.store)) ?? chinaDayOf(knownAt);
  const analyses = Object.keys(ANALYSES) as Analysis[];
  const silent = await silentDatasets(platform, known, { analyses, knownAt, day });
  const scopes: Record<Occasion, string> = {
    application: DECIDED_SQL,
    holding: await beneficiariesSql({}, day),
  };
  const history: WhatIf['history'] = [];
  for (const occasion of OCCASIONS) {
    // That a data set has not answered would make everybody a doubt and hide what the rules change.
    const [before, after] = [rules, others].map((set) =>
      verdictSql(rulesFor(set, occasion, analyses), set, known, silent, 'pass'),
    );
    const groups = await compared(platform, known, {
      ...{ scope: scopes[occasion], before: before ?? '', after: after ?? '' },
      ...{ day, knownAt },
    });
    history.push({ occasion, ...summed(groups) });
  }
  return { asOf: day, silent: [...silent], history };
}

async function compared(
  { warehouse }: Platform,
  known: Definitions,
  {
    scope,
    before,
    after,
    day,
    knownAt,
  }: { scope: string; before: string; after: string; day: string; knownAt: Date },
): Promise<Group[]> {
  const word = (column: string): string => `['${OUTCOMES.join("', '")}'][${column} + 1]`;
  return withCrowd(warehouse, known, { scope, params: { day }, knownAt }, async (crowd) =>
    warehouse.rows(
      `${crowd.relations}
       SELECT ${word('was')} AS before, ${word('becomes')} AS after, placed.street_code AS street, toUInt32(count()) AS households,
         groupArray(${SAMPLES})(concat('…', right(judged.household_id, 4))) AS samples
       FROM (SELECT measured.of_application AS household_id, ${before} AS was, ${after} AS becomes FROM (${measuresSql(known)}) AS measured) AS judged
       LEFT JOIN ${crowd.scope} AS placed ON placed.household_id = judged.household_id
       GROUP BY was, becomes, street ORDER BY was, becomes, street`,
      groupSchema,
      {
        lane: 'batch',
        params: { known: knownAt.toISOString(), city: await cityPrefix(warehouse) },
        tag: 'what-if of eligibility',
        maxSeconds: 300,
      },
    ),
  );
}

function summed(groups: readonly Group[]): Omit<WhatIf['history'][number], 'occasion'> {
  const sum = (some: readonly Group[]): number => some.reduce((all, { households }) => all + households, 0);
  const rank = (one: Group['before']): number => OUTCOMES.indexOf(one);
  const verdicts = OUTCOMES.flatMap((before) =>
    OUTCOMES.flatMap((after) => {
      const households = sum(groups.filter((one) => one.before === before && one.after === after));
      return households === 0 ? [] : [{ before, after, households }];
    }),
  );
  return {
    households: sum(groups),
    verdicts,
    stricter: sum(groups.filter(({ before, after }) => rank(after) < rank(before))),
    milder: sum(groups.filter(({ before, after }) => rank(after) > rank(before))),
    streets: groups.filter(({ before, after }) => before !== after),
  };
}
