/** What rules and priorities put into the project of a run, in memory: so a build stays a function of its input. */
import { posix } from 'node:path';
import type { Contracts } from '../../ingestion/contracts/home.ts';
import { datasetId, type Dataset } from '../../ingestion/contract.ts';
import type { GeneratedFile } from '../../ingestion/generate/file.ts';
import { stdName } from '../../ingestion/generate/std-columns.ts';
import { stdModelFiles, stdModelSql } from '../../ingestion/generate/std-model.ts';
import { maskSql } from '../../domain/masking.ts';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import { groupedBy } from '../grouped-by.ts';
import { maskOfField } from '../personal-columns.ts';
import { compileRules } from './compile.ts';
import { prioritySeeds } from './priority.ts';
import { type Definition, fieldsOf, type Rule } from './rule.ts';
import { activeRules } from './store.ts';

/** Files of the project the active rules and priorities replace, by path relative to the project; none where nobody made any. */
export async function cleaningFiles(
  { store }: { store: OperationalStore },
  contracts: Pick<Contracts, 'find'>,
): Promise<GeneratedFile[]> {
  return [...ruleFiles(await activeRules(store), contracts), ...(await prioritySeeds(store))];
}

/** The same for the rules given: standardising models of their data sets, and the two tables that tell what was done. */
export function ruleFiles(rules: readonly Rule[], contracts: Pick<Contracts, 'find'>): GeneratedFile[] {
  const cleaned = [...groupedBy(rules, ({ definition }) => definition.dataset)].flatMap(([id, own]) => {
    const dataset = contracts.find(id);
    if (!dataset) return [];
    const able = own.filter(({ definition }) => isAble(dataset, definition, contracts.find));
    return able.length === 0 ? [] : [{ dataset, rules: able }];
  });
  if (cleaned.length === 0) return [];
  const files = cleaned.map(({ dataset, rules: own }) => {
    const path = stdModelFiles(dataset)[0]?.path ?? '';
    return { path, content: stdModelSql(dataset, compileRules(dataset, own, contracts.find)) };
  });
  const datasets = cleaned.map(({ dataset }) => dataset);
  return [
    ...files.map((file) => ({ ...file, path: posix.relative('models', file.path) })),
    { path: 'base/cleaning_change.sql', content: unionSql(datasets, changesSql, 'field') },
    { path: 'base/cleaning_finding.sql', content: unionSql(datasets, findingsSql, 'rule_id') },
  ];
}

/** Contracts may have lost a field since the rule was made: such a rule does nothing, and holds nothing else up. */
export function isAble(
  dataset: Dataset,
  definition: Definition,
  find: (id: string) => Dataset | undefined,
): boolean {
  const has = (one: Dataset | undefined, name: string): boolean =>
    one?.fields.some((field) => field.name === name) ?? false;
  const { action } = definition;
  if (!fieldsOf(definition).every((name) => has(dataset, name))) return false;
  if (action.kind !== 'compare') return true;
  const authority = find(action.authority);
  return has(authority, action.authorityKey) && has(authority, action.authorityField);
}

const unionSql = (datasets: readonly Dataset[], select: (dataset: Dataset) => string, last: string): string =>
  `{{ config(materialized='table', order_by=['dataset', 'record_key', '${last}']) }}\n\n${datasets.map(select).join('\n\nunion all\n\n')}\n`;

/** SQL for a text of one of the data set's fields under that field's mask. */
export function shownSql(dataset: Dataset, field: string, text: string): string {
  const byMask = new Map<string, string[]>();
  for (const each of dataset.fields) {
    const mask = maskOfField(dataset, each);
    if (mask !== 'none') byMask.set(mask, [...(byMask.get(mask) ?? []), each.name]);
  }
  const open = dataset.fields.filter((each) => maskOfField(dataset, each) === 'none').map(({ name }) => name);
  const names = (list: readonly string[]): string => list.map((name) => `'${name}'`).join(', ');
  const cases = [...byMask].map(
    ([mask, list]) => `${field} IN (${names(list)}), ${maskSql(mask as Parameters<typeof maskSql>[0], text)}`,
  );
  // Several fields at once (a duplicate's, what is missing) are hashes of keys or nothing.
  return `multiIf(${[...cases, ...(open.length > 0 ? [`${field} IN (${names(open)}), ${text}`] : [])].join(', ')}, position(${field}, ',') > 0, ${text}, '***')`;
}

const from = (dataset: Dataset, array: string): string =>
  `from {{ ref('${stdName(dataset)}') }} as cleaned\narray join ${array} as one`;
const where = (dataset: Dataset): string =>
  `    '${datasetId(dataset)}' as dataset,\n    hex(cleaned._key_hash) as record_key,`;

const changesSql = (dataset: Dataset): string => `select
${where(dataset)}
    one.field as field,
    one.rule_id as rule_id,
    one.rule_version as rule_version,
    one.value_before as value_before,
    one.value_after as value_after,
    ${shownSql(dataset, 'one.field', 'one.value_before')} as shown_before,
    ${shownSql(dataset, 'one.field', 'one.value_after')} as shown_after,
    cleaned._batch_id as batch_id,
    cleaned._row_no as row_no

${from(dataset, 'cleaned._cleaned')}`;

const findingsSql = (dataset: Dataset): string => `select
${where(dataset)}
    one.finding as finding,
    one.outcome as outcome,
    one.field as field,
    one.rule_id as rule_id,
    one.rule_version as rule_version,
    one.value as value_found,
    one.expected as value_expected,
    ${shownSql(dataset, 'one.field', 'one.value')} as shown_found,
    ${shownSql(dataset, 'one.field', 'one.expected')} as shown_expected,
    cleaned._batch_id as batch_id,
    cleaned._row_no as row_no

${from(dataset, 'cleaned._findings')}${dataset.load.strategy === 'append' ? '' : `\nwhere cleaned.is_current = 1 or one.outcome = 'closed'`}`;
