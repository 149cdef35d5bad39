/** `docs/coverage-prereview.md`: the 25 data sets of pre-review, what is read from each, and which rules judge it; and the rules with their clauses. */
import { GENERATED, type GeneratedFile } from '../../ingestion/generate/file.ts';
import { findDataset } from '../../ingestion/contracts/index.ts';
import { ANALYSES, type Definitions, datasetsOfMeasure, loadDefinitions } from './definitions.ts';
import {
  comparisonsOf,
  datasetsOfRule,
  type EligibilityRule,
  isCombined,
  partsOf,
  type RuleSet,
  shippedRules,
} from './rule.ts';

export async function prereviewCoveragePage(models: string): Promise<GeneratedFile> {
  const known = await loadDefinitions(models);
  return { path: 'docs/coverage-prereview.md', content: pageOf(known, await shippedRules(models, known)) };
}

function pageOf(known: Definitions, rules: RuleSet): string {
  const rows = [...known.datasets].map(([number, { zh, analysis, dataset, kind, reference }]) => {
    const facts = [...known.facts.values()].filter(({ datasets }) => datasets.includes(number));
    const measures = [...known.measures].filter(([, measure]) =>
      datasetsOfMeasure(known, measure).includes(number),
    );
    const judging = [...rules.values()].filter((rule) => datasetsOfRule(rule, rules, known).includes(number));
    const state =
      findDataset(dataset) === undefined
        ? 'unexplained: no contract'
        : judging.some(({ decides }) => decides !== undefined)
          ? 'judged'
          : 'unexplained: no rule';
    const from = kind === undefined ? `\`${dataset}\`` : `\`${dataset}\`, \`${kind}\``;
    return {
      state,
      line: `| ${number} | ${zh} | ${ANALYSES[analysis].zh} | ${from} | ${facts.map((fact) => fact.zh).join('、')} | ${measures.map(([, { zh: name }]) => name).join('、')} | ${judging
        .filter(({ decides }) => decides !== undefined)
        .map(({ rule }) => `\`${rule}\``)
        .join(' ')} | ${state} | ${reference} |`,
    };
  });
  const unexplained = rows.filter(({ state }) => state.startsWith('unexplained')).length;
  return [
    '# Coverage of pre-review',
    '',
    `<!-- ${GENERATED} From models/eligibility. -->`,
    '',
    `Of the ${rows.length} data sets of pre-review (data.md A.1) ${rows.length - unexplained} are collected by a contract and judged by rules, ${unexplained} are unexplained. A data set that has not answered is a doubt, never a pass.`,
    '',
    '| number | data set | analysis | contract | facts | measures | deciding rules | state | clause |',
    '|---|---|---|---|---|---|---|---|---|',
    ...rows.map(({ line }) => line),
    '',
    '## The rules',
    '',
    'Quantitative, qualitative and combined after CJJ/T 196 A.1.4 to A.1.6. A value marked *ours* stands where the text gives no number; staff change it.',
    '',
    '| rule | kind | condition | value | when it does not hold | for | programmes | clauses |',
    '|---|---|---|---|---|---|---|---|',
    ...[...rules.values()].map(
      (rule) =>
        `| ${rule.zh} \`${rule.rule}\` | ${rule.kind} | ${conditionOf(rule, known)} | ${rule.kind === 'quantitative' ? rule.value : ''} | ${rule.decides ?? 'part of others'} | ${rule.for.join(', ')} | ${rule.programmes?.join(', ') ?? 'all'} | ${rule.references.join(', ')} |`,
    ),
    '',
  ].join('\n');
}

const SIGNS: Record<string, string> = {
  at_least: '≥',
  above: '>',
  at_most: '≤',
  below: '<',
  yes: '是',
  no: '否',
};

function conditionOf(rule: EligibilityRule, { measures }: Definitions): string {
  if (isCombined(rule)) return `${rule.all ? 'all' : 'any'} of ${partsOf(rule).join(', ')}`;
  const { zh = rule.measure, unit = '' } = measures.get(rule.measure) ?? {};
  return comparisonsOf(rule)
    .map((one) => `${zh} ${SIGNS[one.is] ?? one.is}${'value' in one ? ` ${one.value} ${unit}` : ''}`)
    .join(', ')
    .trimEnd();
}
