/** The rules that look beyond one text: against the authority's table, against other rows, at what is missing. */
import type { Dataset } from '../../ingestion/contract.ts';
import { fieldElement } from '../../ingestion/generate/field-element.ts';
import { plain, stdName } from '../../ingestion/generate/std-columns.ts';
import { identifier } from '../../warehouse/engine/sql.ts';
import { appliesSql, CHANGE_TYPE, fieldOf } from './row-sql.ts';
import type { RowAction, Rule } from './rule.ts';
import { isTextAction } from './rule.ts';

/** 状态位 and whom it concerns. `expected`: the authority's value, or the key hash of the row that stands for this one. */
export const FINDING_TYPE =
  'Array(Tuple(rule_id UInt64, rule_version UInt32, finding String, field String, value String, expected String, outcome String))';

const OPEN = "toDate32('2299-12-31')";
const n = (name: string): string => `judged.${identifier(`n_${name}`)}`;

type Of<K extends RowAction['kind']> = { rule: Rule; action: Extract<RowAction, { kind: K }> };
const ofKind = <K extends RowAction['kind']>(rules: readonly Rule[], kind: K): Of<K>[] =>
  rules.flatMap((rule) => {
    const { action } = rule.definition;
    return action.kind === kind && !isTextAction(action) ? [{ rule, action } as Of<K>] : [];
  });

/** Two subqueries: what others say of the row (joins, windows), then what follows from it. */
export function judgedSql(
  dataset: Dataset,
  rules: readonly Rule[],
  find: (id: string) => Dataset | undefined,
): string {
  const compares = ofKind(rules, 'compare');
  const duplicates = dataset.load.strategy === 'append' ? [] : ofKind(rules, 'duplicate');
  const incompletes = ofKind(rules, 'incomplete');
  const compared = compares.map((one) => comparison(dataset, one, find(one.action.authority)));
  const doubled = duplicates.map((one) => duplication(dataset, one));
  const missing = incompletes.map((one) => incompletion(dataset, one));
  const all = [...compared, ...doubled, ...missing];
  const isClosed = doubled.flatMap(({ closes }) => closes ?? []);
  // One value a field: of several authorities the first rule's word counts.
  const replaced = new Map(compared.flatMap(({ replaces }) => (replaces ? [replaces] : [])).reverse());
  const taken = [...replaced].map(([field, { when }]) => `if(${when}, '${field}', '')`);
  const changes = compared.flatMap(({ change }) => change ?? []);
  const marks = [...all.map(({ mark }) => mark), "''"];
  const except = [
    '_defects',
    '_defective',
    '_cleaned',
    ...[...replaced.keys()].map((field) => identifier(`n_${field}`)),
    ...(isClosed.length > 0 ? ['valid_to'] : []),
  ];
  const without = (list: string, name: string): string =>
    taken.length === 0
      ? list
      : `arrayFilter(${name} -> NOT has([${taken.join(', ')}], splitByChar(':', ${name})[1]), ${list})`;
  const columns = [
    ...[...replaced].map(
      ([field, { when, value }]) => `if(${when}, ${value}, ${n(field)}) as ${identifier(`n_${field}`)}`,
    ),
    ...(isClosed.length > 0
      ? [`if(${isClosed.join(' OR ')}, judged.valid_from, judged.valid_to) as valid_to`]
      : []),
    `arrayConcat(${without('judged._defects', 'defect')}, arrayDistinct(arrayRemove([${marks.join(', ')}], ''))) as _defects`,
    `${without('judged._defective', 'name')} as _defective`,
    `cast(arrayConcat(judged._cleaned, ${changes.length === 0 ? '[]' : changes.join(', ')}), '${CHANGE_TYPE}') as _cleaned`,
    `cast(${all.length === 0 ? '[]' : `arrayConcat(${all.map(({ finding }) => finding).join(', ')})`}, '${FINDING_TYPE}') as _findings`,
  ];
  const beside = [
    ...compared.flatMap(({ columns: own }) => own),
    ...doubled.flatMap(({ columns: own }) => own),
  ];
  return `    select
        judged.* except (${except.join(', ')}),
        ${columns.join(',\n        ')}

    from (
        select ${['judged.*', ...beside].join(',\n            ')}
        from normalised as judged
        ${compared.map(({ join }) => join).join('\n        ')}
    ) as judged`;
}

/** What a rule says of a row: array of at most one finding, and the mark that goes with it. */
interface Judgement {
  columns: string[];
  finding: string;
  mark: string;
}

const found = (rule: Rule, when: string, parts: readonly [string, string, string, string, string]): string =>
  `if(${when}, [(toUInt64(${rule.ruleId}), toUInt32(${rule.version}), ${parts.join(', ')})], [])`;

function canonicalApplies(dataset: Dataset, rule: Rule): string {
  return appliesSql(dataset, rule.definition, 'judged', (condition) => n(condition.field));
}

/** The text an authority's typed value has, so that 1200 and 1200.00 are one. */
const spoken = (dataset: Dataset, name: string): string => {
  const element = fieldElement(fieldOf(dataset, name));
  const value = plain(element.parseSql(n(name)));
  return `if(has(judged._defective, '${name}'), '', ifNull(toString(${value}), ''))`;
};

interface Comparison extends Judgement {
  join: string;
  replaces?: [string, { when: string; value: string }];
  change?: string;
}

function comparison(
  dataset: Dataset,
  { rule, action }: Of<'compare'>,
  authority: Dataset | undefined,
): Comparison {
  if (!authority) throw new RangeError(`There is no contract ${action.authority}`);
  const id = `a${rule.ruleId}`;
  const applies = canonicalApplies(dataset, rule);
  const said = `judged.${id}_value`;
  const own = `judged.${id}_own`;
  const differs = `(judged.${id}_known = 1 AND ${said} != '' AND ${own} != ${said} AND ${applies})`;
  const unmatched = `(judged.${id}_known = 0 AND ${n(action.key)} != '' AND ${applies})`;
  const outcome = { keep: 'kept', replace: 'replaced', flag: 'to_handle' }[action.onMismatch];
  const name = `'${action.field}'`;
  const model = `{{ ref('${stdName(authority)}') }}`;
  const current = authority.load.strategy === 'append' ? '' : ' and theirs.is_current = 1';
  const key = `ifNull(toString(theirs.${identifier(action.authorityKey)}), '')`;
  const value = `ifNull(toString(theirs.${identifier(action.authorityField)}), '')`;
  return {
    // An authority that says two things of one key says nothing.
    join: `left join (
            select ${key} as ${id}_key, if(uniqExact(${value}) = 1, any(${value}), '') as ${id}_value, toUInt8(1) as ${id}_known
            from ${model} as theirs where ${key} != ''${current}
            group by ${id}_key
        ) as ${id} on ${id}.${id}_key = ${spoken(dataset, action.key)}`,
    columns: [
      `${id}.${id}_value as ${id}_value`,
      `ifNull(${id}.${id}_known, 0) as ${id}_known`,
      `${spoken(dataset, action.field)} as ${id}_own`,
    ],
    finding: `arrayConcat(${found(rule, differs, ["'mismatch'", name, own, said, `'${outcome}'`])}, ${found(rule, unmatched, ["'unmatched'", name, own, "''", "'to_handle'"])})`,
    mark: action.onMismatch === 'flag' ? `if(${differs}, '${action.field}:mismatch', '')` : "''",
    ...(action.onMismatch === 'replace'
      ? {
          replaces: [action.field, { when: differs, value: said }] as [
            string,
            { when: string; value: string },
          ],
          change: `if(${differs}, [(toUInt64(${rule.ruleId}), toUInt32(${rule.version}), ${name}, ${own}, ${said})], [])`,
        }
      : {}),
  };
}

interface Duplication extends Judgement {
  closes?: string;
}

function duplication(dataset: Dataset, { rule, action }: Of<'duplicate'>): Duplication {
  const id = `d${rule.ruleId}`;
  const eligible = [
    `judged.valid_to = ${OPEN}`,
    ...action.fields.map((name) => `${n(name)} != ''`),
    canonicalApplies(dataset, rule),
  ].join(' AND ');
  const filled = dataset.fields.map(({ name }) => `(${n(name)} != '')`).join(' + ');
  const latest = 'judged._business_date desc, judged._batch_id desc, judged._row_no desc, judged._key_hash';
  const order = {
    latest,
    earliest: 'judged._business_date, judged._batch_id, judged._row_no, judged._key_hash',
    most_complete: `(${filled}) desc, ${latest}`,
  }[action.survivor];
  const window = `over (partition by (${eligible}), ${action.fields.map(n).join(', ')} order by ${order} rows between unbounded preceding and unbounded following)`;
  const isOther = `(judged.${id}_of_them AND judged.${id}_place > 1)`;
  const fields = `'${action.fields.join(',')}'`;
  return {
    columns: [
      `toBool(${eligible}) as ${id}_of_them`,
      `row_number() ${window.replace(/ rows between.*\)$/, ')')} as ${id}_place`,
      `first_value(judged._key_hash) ${window} as ${id}_survivor`,
    ],
    finding: found(rule, isOther, [
      "'duplicate'",
      fields,
      'hex(judged._key_hash)',
      `hex(judged.${id}_survivor)`,
      action.action === 'close' ? "'closed'" : "'to_handle'",
    ]),
    mark: `if(${isOther}, '*:duplicate', '')`,
    ...(action.action === 'close' ? { closes: isOther } : {}),
  };
}

function incompletion(dataset: Dataset, { rule, action }: Of<'incomplete'>): Judgement {
  const missing = `arrayFilter(name -> name != '', [${action.fields.map((name) => `if(${spoken(dataset, name)} = '', '${name}', '')`).join(', ')}])`;
  const when = `(notEmpty(${missing}) AND ${canonicalApplies(dataset, rule)})`;
  return {
    columns: [],
    finding: found(rule, when, [
      "'incomplete'",
      `arrayStringConcat(${missing}, ',')`,
      "''",
      "''",
      "'to_handle'",
    ]),
    mark: `if(${when}, '*:incomplete', '')`,
  };
}
