/** What a rule must be before it is written down: about fields there are, unable to break a row's identity or the engine. */
import { z } from 'zod';
import { isCodeListName, mapCode, normaliseWord } from '../../domain/codes/index.ts';
import { checkElement } from '../../domain/element.ts';
import { AppError } from '../../domain/errors.ts';
import type { Contracts } from '../../ingestion/contracts/home.ts';
import type { Dataset, Field } from '../../ingestion/contract.ts';
import { fieldElement } from '../../ingestion/generate/field-element.ts';
import { stdModelSql } from '../../ingestion/generate/std-model.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { compileRules } from './compile.ts';
import { groupsOf, inert, replacement } from './inert.ts';
import { type Action, changedField, type Definition, fieldsOf, type Rule, UNITS } from './rule.ts';
import { rulesWith } from './trial.ts';

/** The engine refuses statements above 256 KiB, and a rule set nobody can read is no rule set. */
const LONGEST_MODEL = 200_000;
const MOST_RULES = 50;
const DAYS = ['date', 'month', 'timestamp'];
const NUMBERS = ['money', 'area', 'quantity'];

const refuse = (message: string, field: string): never => {
  throw new AppError('bad_request', message, { where: { field } });
};

/** @throws AppError `not_found` for a data set, `bad_request` naming the part of the definition that cannot be */
export async function validateRule(
  warehouse: Warehouse,
  contracts: Pick<Contracts, 'get' | 'find'>,
  definition: Definition,
  active: readonly Rule[],
  ruleId = 0,
): Promise<void> {
  const dataset = contracts.get(definition.dataset);
  for (const name of fieldsOf(definition)) fieldIn(dataset, name, 'field');
  const changes = changedField(definition);
  const identity = [...dataset.key, dataset.load.cursor, dataset.load.operation];
  if (changes !== undefined && identity.includes(changes))
    refuse(
      `${changes} says which row it is (or when): a rule may not change it. Mend the rows at their source.`,
      'action.field',
    );
  const { effectiveFrom, effectiveTo } = definition;
  if (effectiveFrom !== undefined && effectiveTo !== undefined && effectiveTo <= effectiveFrom)
    refuse('The rule would end before it begins.', 'effectiveTo');
  checkAction(definition.action, dataset, contracts);
  const rules = rulesWith(active, { ruleId, version: 0, definition });
  if (rules.length > MOST_RULES)
    refuse(`${definition.dataset} has ${MOST_RULES} active rules already.`, 'dataset');
  const length = stdModelSql(dataset, compileRules(dataset, rules, contracts.find)).length;
  if (length > LONGEST_MODEL) refuse('The rules of this data set have become too long together.', 'action');
  await askEngine(warehouse, definition);
}

function fieldIn(dataset: Dataset, name: string, where: string): Field {
  const field = dataset.fields.find((each) => each.name === name);
  return field ?? refuse(`${dataset.source}.${dataset.dataset} has no field ${name}.`, where);
}

function checkAction(action: Action, dataset: Dataset, contracts: Pick<Contracts, 'get'>): void {
  const element = (): string =>
    fieldIn(dataset, 'field' in action ? action.field : '', 'action.field').element;
  const among = (list: readonly string[], what: string): void => {
    if (!list.includes(element()))
      refuse(`This kind of rule is for ${what}, not for ${element()}.`, 'action.field');
  };
  switch (action.kind) {
    case 'unit':
      return among([UNITS[action.from].element], UNITS[action.from].element);
    case 'date':
      return among(DAYS, 'days');
    case 'number':
      return among([...NUMBERS, 'share', 'integer'], 'numbers');
    case 'map':
      return checkWords(action.words, fieldIn(dataset, action.field, 'action.field'));
    case 'default': {
      const failure = checkElement(
        fieldElement(fieldIn(dataset, action.field, 'action.field')),
        action.value,
      );
      if (failure) refuse(`${action.value} ${failure.message}.`, 'action.value');
      return;
    }
    case 'replace':
      if (action.pattern) replacement(action.with, groupsOf(action.find));
      return;
    case 'duplicate':
      if (dataset.load.strategy === 'append')
        refuse(
          'Facts of this data set have no current version; its contract finds repeats by key.',
          'action.kind',
        );
      return;
    case 'compare': {
      if (action.authority === `${dataset.source}.${dataset.dataset}`)
        refuse('A data set is no authority over itself.', 'action.authority');
      const authority = contracts.get(action.authority);
      fieldIn(authority, action.authorityKey, 'action.authorityKey');
      fieldIn(authority, action.authorityField, 'action.authorityField');
      return;
    }
    default:
  }
}

function checkWords(words: Record<string, string>, { codes }: Field): void {
  if (codes === undefined || !isCodeListName(codes)) return;
  for (const [from, to] of Object.entries(words)) {
    if (to !== '' && mapCode(codes, normaliseWord(to)) === '')
      refuse(`${from} would become ${to}, which is not in the code list ${codes}.`, 'action.words');
  }
}

/** Patterns as RE2 takes them: JavaScript reads some it does not, and the other way round. */
async function askEngine(warehouse: Warehouse, { action, when }: Definition): Promise<void> {
  const tests = when.flatMap((one) => (one.is === 'like' ? [`match('', ${inert(one.pattern)})`] : []));
  if (action.kind === 'replace' && action.pattern) {
    const put = replacement(action.with, groupsOf(action.find));
    tests.push(`replaceRegexpAll('a', ${inert(action.find)}, ${inert(put)}) != ''`);
  }
  if (tests.length === 0) return;
  try {
    await warehouse.rows(`SELECT toUInt8(ignore(${tests.join(', ')})) AS one`, z.unknown(), {
      lane: 'interactive',
      maxSeconds: 5,
      tag: 'cleaning pattern',
    });
  } catch (error) {
    throw new AppError('bad_request', 'The engine cannot read the pattern.', {
      where: { field: 'action' },
      fix: 'Write it as RE2 understands it.',
      cause: error,
    });
  }
}
