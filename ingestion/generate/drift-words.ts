/** What a contract's policies of drift do, in the words of the catalog page and of dbt's properties. */
import type { Dataset, Field } from '../contract.ts';
import { isSameColumn, namedPolicy } from '../drift/policy.ts';

const TABLE = { evolve: '新表按草稿接入', freeze: '新表在收件目录等待', quarantine: '新表整表隔离' };
const NEW_COLUMN = {
  note: '新列仅记录',
  evolve: '新列按原文入库',
  freeze: '新列拒收',
  quarantine: '新列有值的行隔离',
};
const MISSING_COLUMN = {
  note: '缺列按空值入库',
  evolve: '缺列按空值入库',
  freeze: '缺列拒收',
  quarantine: '缺列整批隔离',
};
const TYPE = { evolve: '标记', freeze: '拒收', quarantine: '隔离' };

const percent = (share: number): string => `${Math.round(share * 1000) / 10}%`;
const typeText = (policy: keyof typeof TYPE, threshold: number): string =>
  `取值超过 ${percent(threshold)} 不合规则时${TYPE[policy]}`;

/** For all columns of a data set that are not named. */
export const driftText = ({ drift }: Dataset): string =>
  [
    TABLE[drift.table],
    NEW_COLUMN[drift.column],
    MISSING_COLUMN.freeze,
    typeText(drift.type, drift.typeThreshold),
  ].join('，');

/** Of a column of the contract; '' where nothing is said of it by name. */
export function fieldDriftText({ drift }: Dataset, { source, optionalColumn }: Field): string {
  const named = namedPolicy(drift, source);
  if (!named) return '';
  const { column, type, typeThreshold } = named;
  const parts = [
    // One that may be absent is never missing.
    column === undefined || optionalColumn ? '' : MISSING_COLUMN[column],
    type === undefined && typeThreshold === undefined
      ? ''
      : typeText(type ?? drift.type, typeThreshold ?? drift.typeThreshold),
  ];
  return parts.filter(Boolean).join('，');
}

/** Columns that are named and not of the contract: what happens when they come. */
export const watchedTexts = ({ drift, fields }: Dataset): string[] =>
  Object.entries(drift.columns ?? {})
    .filter(([name]) => !fields.some(({ source }) => isSameColumn(name, source)))
    .flatMap(([name, { column }]) => (column === undefined ? [] : [`“${name}”：${NEW_COLUMN[column]}`]));
