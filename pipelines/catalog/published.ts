/** Entries of what leaves the platform: export packages and reports. */
import type { PackageDefinition } from '../exports/definition.ts';
import { NO_ELEMENT, OFFICE, type WithoutDatasets } from './entry.ts';
import type { Report } from './reports.ts';

export const packageEntry = (one: PackageDefinition): WithoutDatasets => ({
  kind: 'export',
  name: one.name,
  parent: one.from,
  zh: one.zh,
  comment: one.reference,
  type: one.receiver,
  owner: OFFICE,
  grain: one.key.join(', '),
  level: one.level,
  mask: 'none',
  legal_basis: one.legal_basis,
  update_days: 0,
  sharing_type: '有条件共享',
  resources: [],
  explanation: '按约定送交的数据包，以其数据表的目录项为准',
  ...NO_ELEMENT,
});

export const reportEntry = (one: Report): WithoutDatasets => ({
  kind: 'report',
  name: one.name,
  parent: one.reads[0] ?? '',
  zh: one.zh,
  comment: `${one.comment}（${one.reference}）`,
  type: one.page,
  owner: OFFICE,
  grain: one.reads.join(', '),
  level: 2,
  mask: 'none',
  legal_basis: one.legal_basis,
  update_days: one.update_days,
  sharing_type: '有条件共享',
  resources: [],
  explanation: '由平台数据生成的报表，以所读数据表的目录项为准',
  ...NO_ELEMENT,
});
