/** Asking the engine: what the rules say of one case, with the rows they say it of. */
import { z } from 'zod';
import { identifier, literal } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { namedIn } from '../conditions/compile.ts';
import { isBuilt } from '../is-built.ts';
import { tablesHeld } from './answered.ts';
import { type Case, membersOf } from './case.ts';
import type { Analysis, Definitions } from './definitions.ts';
import { factsSql } from './facts-sql.ts';
import { judgeSql, OUTCOMES, type Verdict } from './judge-sql.ts';
import {
  datasetsOfRule,
  type EligibilityRule,
  measuresOf,
  type Occasion,
  partsOf,
  isCombined,
  type RuleSet,
} from './rule.ts';

export const outcomeSchema = z.object({
  rule: z.string(),
  zh: z.string(),
  version: z.number().int(),
  kind: z.string(),
  analysis: z.string(),
  /** What follows when it does not hold; '' for one that is only part of others. */
  decides: z.string(),
  outcome: z.enum([...OUTCOMES, 'not_applicable']),
  reason: z.string(),
  /** Values of its measures, as text; '' unknown. */
  values: z.record(z.string(), z.string()),
  datasets: z.array(z.string()),
  /** Of them those that had not answered. */
  silent: z.array(z.string()),
  evidence: z.array(
    z.object({
      memberNo: z.string(),
      fact: z.string(),
      zh: z.string(),
      dataset: z.string(),
      /** The row of the source: batch and number of row. */
      batchId: z.string(),
      rowNo: z.string(),
      date: z.string().nullable(),
      number: z.string().nullable(),
      word: z.string(),
    }),
  ),
});
export type Outcome = z.output<typeof outcomeSchema>;
export type { Verdict };

/** Rules that decide on an occasion in some analyses, each after its parts. */
export function rulesFor(
  rules: RuleSet,
  occasion: Occasion,
  analyses: readonly Analysis[],
): EligibilityRule[] {
  const found = new Set<EligibilityRule>();
  const add = (rule: EligibilityRule): void => {
    if (isCombined(rule))
      for (const name of partsOf(rule)) {
        const part = rules.get(name);
        if (part) add(part);
      }
    found.add(rule);
  };
  for (const rule of rules.values())
    if (rule.decides !== undefined && rule.for.includes(occasion) && analyses.includes(rule.analysis))
      add(rule);
  return [...found];
}

/** The first four digits of the city's division code; '' where divisions are not known. */
export async function cityPrefix(warehouse: Warehouse): Promise<string> {
  if (!(await isBuilt(warehouse, 'base.std_geography__division', { tag: 'city of pre-review' }))) return '';
  return warehouse.value(
    "SELECT ifNull(min(substring(division_code, 1, 4)), '') FROM base.std_geography__division WHERE is_current = 1 AND match(division_code, '^[0-9]{4}00$')",
    z.string(),
    { tag: 'city of pre-review' },
  );
}

export interface Judging {
  day: string;
  knownAt: Date;
  /** 保障项目 it is judged for; '' where nobody knows. */
  programme: string;
  occasion: Occasion;
  analyses: readonly Analysis[];
  silent: ReadonlySet<string>;
}

const judged = z.object({
  verdict: z.number(),
  outcomes: z.array(z.number()),
  reasons: z.array(z.string()),
  values: z.array(z.string()),
});
const factRow = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));

/** What facts are, for handing them back to the engine. */
const STRUCTURE = `of_application String, of_member String, of_number String, of_applicant UInt8, of_form String, of_programme String, of_declared_marriage String,
  of_declared_income Nullable(Decimal(18, 2)), day Date32, fact String, dataset String, number Nullable(Decimal(18, 2)), date Nullable(Date32),
  until Nullable(Date32), word String, flag UInt8, batch_id String, row_no String`;

/** What is told of a case, and the rows it is told of: the registers are read once, and judged by what they said. */
export async function judgeCase(
  warehouse: Warehouse,
  { known, rules, versions }: { known: Definitions; rules: RuleSet; versions: ReadonlyMap<string, number> },
  one: Case,
  { day, knownAt, programme, occasion, analyses, silent }: Judging,
): Promise<{ verdict: Verdict; outcomes: Outcome[] }> {
  const told = rulesFor(rules, occasion, analyses);
  const measures = new Set(told.flatMap((rule) => [...measuresOf(rule, rules), ...namedIn(rule.reason)]));
  const wanted = new Set([...measures].flatMap((name) => known.measures.get(name)?.facts ?? []));
  const { people, params } = membersOf(one, day, programme);
  const options = {
    tag: 'pre-review',
    params: { ...params, known: knownAt.toISOString(), city: await cityPrefix(warehouse) },
  };
  const facts = await warehouse.rows(
    `${factsSql(known, people, await tablesHeld({ warehouse }), wanted)}
     SELECT * REPLACE (toString(batch_id) AS batch_id, toString(row_no) AS row_no) FROM facts ORDER BY of_member, fact, date DESC, batch_id, row_no`,
    factRow,
    options,
  );
  const names = [...known.measures.keys()];
  const [row] = await warehouse.rows(
    `WITH facts AS (SELECT * FROM format(JSONEachRow, ${literal(STRUCTURE)}, {facts:String}))
     SELECT verdict, outcomes, reasons, [${names.map((name) => `ifNull(toString(${identifier(name)}), '')`).join(', ')}] AS values
     FROM (${judgeSql(told, rules, known, silent)})`,
    judged,
    { ...options, params: { facts: facts.map((fact) => JSON.stringify(fact)).join('\n') } },
  );
  const values = new Map(names.map((name, k) => [name, row?.values[k] ?? '']));
  const evidence = facts.flatMap((fact) => (fact['fact'] === 'member' ? [] : [evidenceOf(fact, known)]));
  return {
    verdict: OUTCOMES[row?.verdict ?? 1] ?? 'doubt',
    outcomes: told.map((rule, k) => {
      const own = measuresOf(rule, rules);
      const of = new Set(own.flatMap((name) => known.measures.get(name)?.facts ?? []));
      const datasets = datasetsOfRule(rule, rules, known);
      const { zh, kind, analysis, decides = '' } = rule;
      return {
        ...{ rule: rule.rule, zh, kind, analysis, decides, datasets },
        version: versions.get(rule.rule) ?? 0,
        outcome: OUTCOMES[row?.outcomes[k] ?? 1] ?? 'not_applicable',
        reason: row?.reasons[k] ?? '',
        values: Object.fromEntries(own.map((name) => [name, values.get(name) ?? ''])),
        silent: datasets.filter((number) => silent.has(number)),
        // What a combination stands on is told with its parts.
        evidence: isCombined(rule) ? [] : evidence.filter(({ fact }) => of.has(fact)),
      };
    }),
  };
}

const evidenceOf = (row: z.output<typeof factRow>, known: Definitions): Outcome['evidence'][number] => {
  const text = (name: string): string => String(row[name] ?? '');
  const orNull = (name: string): string | null => (row[name] === null ? null : text(name));
  const fact = text('fact');
  return {
    ...{ fact, zh: known.facts.get(fact)?.zh ?? fact, memberNo: text('of_member'), dataset: text('dataset') },
    ...{ batchId: text('batch_id'), rowNo: text('row_no'), word: text('word') },
    ...{ date: orNull('date'), number: orNull('number') },
  };
};
