/**
 * The own state of each analysis a list of pre-reviews is filtered by (data.md C.1: 社保当前状态, 公安户籍类型, 婚姻状况 …), found in what a review kept of
 * its outcomes: values of measures and the facts they stand on. A state that says nothing was found needs data sets that had answered.
 */
import { AppError } from '../../domain/errors.ts';
import type { Analysis } from './definitions.ts';

interface State {
  zh: string;
  /** A JSON path that finds something in the outcomes of a review in that state. */
  path: string;
}

const answered = '@.silent.size() == 0';
const some = (zh: string, measure: string): State => ({
  zh,
  path: `$[*] ? (@.values.${measure} != "" && @.values.${measure} != "0")`,
});
const none = (zh: string, measure: string): State => ({
  zh,
  path: `$[*] ? (@.values.${measure} == "0" && ${answered})`,
});
const fact = (zh: string, name: string, word?: string): State => ({
  zh,
  path: `$[*].evidence[*] ? (@.fact == "${name}"${word === undefined ? '' : ` && @.word == "${word}"`})`,
});
const silent = (analysis: Analysis): State => ({
  zh: '未答复',
  path: `$[*] ? (@.analysis == "${analysis}" && @.silent.size() > 0)`,
});

export const STATES = {
  insurance: {
    ...{ insured: some('在保', 'is_insured'), not_insured: none('未在保', 'is_insured') },
    silent: silent('insurance'),
  },
  fund: {
    ...{ normal: some('正常缴存', 'has_fund'), not_normal: none('未正常缴存', 'has_fund') },
    silent: silent('fund'),
  },
  police: {
    urban: fact('非农业户口', 'register', 'urban'),
    rural: fact('农业户口', 'register', 'rural'),
    resident: fact('居民户口', 'register', 'resident'),
    other: fact('其他户口', 'register', 'other'),
    unregistered: {
      zh: '无户籍登记',
      path: `$[*] ? (@.values.local_register_years == "" && ${answered})`,
    },
    silent: silent('police'),
  },
  civil_affairs: {
    married: fact('有在婚登记', 'marriage'),
    not_married: {
      zh: '无在婚登记',
      path: `$[*] ? (@.rule == "marriage_truthful" && ${answered} && @.evidence.size() == 0)`,
    },
    silent: silent('civil_affairs'),
  },
  property: {
    ...{ home: some('名下有住房', 'homes'), no_home: none('名下无住房', 'homes') },
    ...{ signing: some('有进行中的网签', 'signings'), silent: silent('property') },
  },
  security: {
    ...{ benefit: some('享受其他住房保障', 'benefits'), no_benefit: none('未享受其他住房保障', 'benefits') },
    applying: some('另有审核中的申请', 'other_applications'),
    silent: silent('security'),
  },
  managed: {
    ...{
      renting: some('在租直管公房', 'managed_rentals'),
      not_renting: none('未租直管公房', 'managed_rentals'),
    },
    silent: silent('managed'),
  },
} as const satisfies Record<Analysis, Record<string, State>>;

/** @throws AppError `bad_request` for a state the analysis has not */
export function stateOf(analysis: Analysis, state: string): State {
  const states: Readonly<Record<string, State>> = STATES[analysis];
  const found = Object.hasOwn(states, state) ? states[state] : undefined;
  if (found) return found;
  throw new AppError('bad_request', `The analysis ${analysis} has no state ${state}.`, {
    where: { analysis, state },
    fix: `Its states are ${Object.keys(states).join(', ')}.`,
  });
}
