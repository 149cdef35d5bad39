/** Entities whose history can be asked for on both axes of time. Each has a view `base.history_<name>`. */
import { AppError } from '../../domain/errors.ts';

export interface HistoryEntity {
  zh: string;
  /** Column of the view a caller names it by; never a personal value, for it stands in addresses. */
  key: string;
  /** Our own store's statements, which win over the business system's of the same number. */
  ours?: string;
  /** Entity with division columns that says where it is, by the same key; without one only the whole city may be asked. */
  place?: { table: string; column: string };
  /** Table of codes people decided to be one: `left_code` and `kept_code`. */
  merged?: string;
}

export const historyEntities = {
  dwelling: {
    ...{ zh: '房源', key: 'house_code', merged: 'base.dwelling_merged' },
    place: { table: 'base.dwelling', column: 'house_code' },
  },
  contract: {
    zh: '合同',
    key: 'contract_no',
    ours: 'base.std_anju__contract',
    place: { table: 'base.contract', column: 'contract_no' },
  },
  application: {
    zh: '申请',
    key: 'application_no',
    ours: 'base.std_anju__application',
    place: { table: 'base.application', column: 'application_no' },
  },
  household: {
    zh: '家庭',
    key: 'application_no',
    ours: 'base.std_anju__application',
    place: { table: 'base.application', column: 'application_no' },
  },
  household_member: {
    zh: '家庭成员',
    key: 'household_id',
    place: { table: 'base.application', column: 'application_no' },
  },
  occupant: {
    zh: '入住人员',
    key: 'contract_no',
    place: { table: 'base.contract', column: 'contract_no' },
  },
  meter: {
    ...{ zh: '表计', key: 'house_code', merged: 'base.dwelling_merged' },
    place: { table: 'base.dwelling', column: 'house_code' },
  },
  enterprise: { zh: '企业', key: 'credit_code', merged: 'base.enterprise_merged' },
  person: { zh: '人员属性', key: 'person_id' },
  property_right: { zh: '产权', key: 'person_id' },
} as const satisfies Record<string, HistoryEntity>;

export type HistoryName = keyof typeof historyEntities;
export const historyNames = Object.keys(historyEntities) as [HistoryName, ...HistoryName[]];

/** @throws AppError `not_found` */
export function historyEntity(name: string): HistoryEntity {
  const found = Object.entries(historyEntities).find(([known]) => known === name);
  if (found) return found[1];
  throw new AppError('not_found', `There is no history of ${name}.`, {
    where: { entity: name },
    fix: `Ask for one of: ${historyNames.join(', ')}.`,
  });
}
