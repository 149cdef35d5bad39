/** From the active rules of a data set to the two expressions its standardising model takes in ({@link StdCleaning}). */
import { type Dataset, type Field, tableName } from '../../ingestion/contract.ts';
import { elementInputSql, fieldElement } from '../../ingestion/generate/field-element.ts';
import { isSure, plain } from '../../ingestion/generate/std-columns.ts';
import type { StdCleaning } from '../../ingestion/generate/std-model.ts';
import { identifier } from '../../warehouse/engine/sql.ts';
import { judgedSql } from './judge.ts';
import { appliesSql, CHANGE_TYPE, fieldOf } from './row-sql.ts';
import { inOrder, isTextAction, type Rule, type TextAction } from './rule.ts';
import { textSql } from './text-sql.ts';

/** @param find contracts by `source.dataset`, for the authorities rules compare with */
export function compileRules(
  dataset: Dataset,
  rules: readonly Rule[],
  find: (id: string) => Dataset | undefined,
): StdCleaning {
  const ordered = inOrder(rules);
  return {
    cleaned: cleanedSql(dataset, ordered, `{{ source('raw', '${tableName(dataset)}') }}`),
    judged: judgedSql(dataset, ordered, find),
    whole: ordered.some(({ definition: { action } }) => ['compare', 'duplicate'].includes(action.kind)),
  };
}

interface Step {
  rule: Rule;
  action: TextAction;
  field: Field;
  before: string;
  after: string;
}

/**
 * SELECT of the rows of `from` with texts and defects as the rules leave them, and `_cleaned`, what each changed. Each step is a
 * column of its own, one subquery a step in a field's chain, so that no expression is written out twice.
 * @param rules in order
 * @param from a table, or a SELECT in brackets, with the source's columns, `_business_date` and `_defects`
 */
export function cleanedSql(dataset: Dataset, rules: readonly Rule[], from: string): string {
  const chains = new Map<string, Step[]>();
  for (const rule of rules) {
    const { action } = rule.definition;
    if (!isTextAction(action)) continue;
    const field = fieldOf(dataset, action.field);
    const chain = chains.get(field.name) ?? [];
    const before = chain.at(-1)?.after ?? field.source;
    chain.push({ rule, action, field, before, after: `c_${field.name}_${chain.length + 1}` });
    chains.set(field.name, chain);
  }
  const depth = Math.max(0, ...[...chains.values()].map((chain) => chain.length));
  let taken = from;
  for (let level = 0; level < depth; level += 1) {
    const steps = [...chains.values()].flatMap((chain) => chain[level] ?? []);
    const columns = steps.map((step) => `${plain(stepSql(dataset, step))} as ${identifier(step.after)}`);
    taken = `(\n        select delivered.*, ${columns.join(',\n            ')}\n        from ${taken} as delivered\n    )`;
  }
  return finishSql(dataset, [...chains.values()], taken);
}

function stepSql(dataset: Dataset, { rule, action, field, before }: Step): string {
  const element = fieldElement(field);
  const x = `delivered.${identifier(before)}`;
  const applies = appliesSql(dataset, rule.definition, 'delivered', (condition) => {
    const other = fieldOf(dataset, condition.field);
    return fieldElement(other).normaliseSql(`delivered.${identifier(other.source)}`);
  });
  const changed = textSql(action, x, element);
  const value = applies === '1' ? changed : `if(${applies}, ${changed}, ${x})`;
  if (!isSure(dataset, field)) return value;
  // The column is never NULL: a rule that would leave nothing readable changes nothing.
  return `arrayMap(after -> if(${failureSql(dataset, field, 'after')} = '' AND ${element.normaliseSql('after')} != '', after, ${x}), [${value}])[1]`;
}

/** The first check the text fails, '' for none: as landing marks it, a certificate's number as of the kind the row names. */
function failureSql(dataset: Dataset, field: Field, text: string): string {
  const { checks, normaliseSql } = fieldElement(field);
  const input = elementInputSql(dataset, field, ({ source }) => `delivered.${identifier(source)}`, text);
  const verdicts = checks.map((check) => `${check.failsSql('canonical')}, '${check.rule}'`);
  if (verdicts.length === 0) return "''";
  return `arrayMap(canonical -> multiIf(canonical = '', '', ${verdicts.join(', ')}, ''), [${normaliseSql(input)}])[1]`;
}

function finishSql(dataset: Dataset, chains: readonly (readonly Step[])[], from: string): string {
  const column = (name: string): string => `delivered.${identifier(name)}`;
  const last = (chain: readonly Step[]): Step => chain.at(-1) as Step;
  const changes = chains
    .flat()
    .map(
      ({ rule, field, before, after }) =>
        `if(${column(before)} != ${column(after)}, [(toUInt64(${rule.ruleId}), toUInt32(${rule.version}), '${field.name}', ${column(before)}, ${column(after)})], [])`,
    );
  const isChanged = (chain: readonly Step[]): string =>
    `${column(last(chain).field.source)} != ${column(last(chain).after)}`;
  const touched = chains.map((chain) => `if(${isChanged(chain)}, '${last(chain).field.name}', '')`);
  const anew = chains
    .filter((chain) => last(chain).field.onInvalid === 'mark')
    .map((chain) => {
      const { field, after } = last(chain);
      const failure = plain(failureSql(dataset, field, column(after)));
      return `if(${isChanged(chain)}, arrayMap(rule -> if(rule = '', '', concat('${field.name}:', rule)), [${failure}])[1], '')`;
    });
  const defects =
    chains.length === 0
      ? 'delivered._defects'
      : `arrayConcat(arrayFilter(defect -> NOT has([${touched.join(', ')}], splitByChar(':', defect)[1]), delivered._defects), arrayRemove([${["''", ...anew].join(', ')}], ''))`;
  const replaced = chains.map((chain) => identifier(last(chain).field.source));
  const values = chains.map(
    (chain) => `${column(last(chain).after)} as ${identifier(last(chain).field.source)}`,
  );
  return `    select
        delivered.* except (${[...replaced, '_defects'].join(', ')}),
        ${[
          ...values,
          `${defects} as _defects`,
          `cast(${changes.length === 0 ? '[]' : `arrayConcat(${changes.join(', ')})`}, '${CHANGE_TYPE}') as _cleaned`,
        ].join(',\n        ')}

    from ${from} as delivered`;
}
