import { call } from './client.ts';

/** What clerks edit (api/routes/resources.ts): the same shapes for applications, contracts, complaints and reports of breaches. */
export const resourceNames = ['applications', 'contracts', 'complaints', 'breach-reports'] as const;
export type ResourceName = (typeof resourceNames)[number];

export interface Code {
  code: string;
  zh: string;
}

export interface FieldInfo {
  name: string;
  zh: string;
  /** Data element: `date`, `timestamp`, `money`, `integer`, `text`, `code`, … */
  element: string;
  required: boolean;
  /** Name of a list in `codeLists`, or null. */
  codes: string | null;
  isPersonal: boolean;
}

export interface ResourceSchema {
  zh: string;
  /** Field with the number of the record. */
  key: string;
  stateField: string;
  /** State → states it may go to; staying is always allowed. */
  transitions: Record<string, string[]>;
  fields: FieldInfo[];
  codeLists: Record<string, Code[]>;
}

/** Field → canonical text: a code, `YYYY-MM-DD`, a number in the unit of its element; '' where there is none. */
export type Values = Record<string, string>;

export interface ResourceRow {
  key: string;
  version: number;
  record: Values;
  updatedAt: string;
  updatedBy: string;
}

export interface Version {
  version: number;
  operation: 'I' | 'U' | 'D';
  record: Values;
  changedAt: string;
  changedBy: string;
  reason: string;
}

const root = (name: ResourceName) => `/api/${name}`;
const at = (name: ResourceName, key: string) => `${root(name)}/${encodeURIComponent(key)}`;

export const resources = {
  schema: (name: ResourceName, signal: AbortSignal) =>
    call<ResourceSchema>(`${root(name)}/schema`, { signal }),
  /** `next` is what to send as `after` for the rows behind these; null at the end. */
  list: (name: ResourceName, query: URLSearchParams, signal: AbortSignal) =>
    call<{ rows: ResourceRow[]; next: string | null }>(`${root(name)}?${query}`, { signal }),
  one: (name: ResourceName, key: string, signal: AbortSignal) => call<ResourceRow>(at(name, key), { signal }),
  history: (name: ResourceName, key: string, signal: AbortSignal) =>
    call<{ versions: Version[] }>(`${at(name, key)}/history`, { signal }),
  create: (name: ResourceName, record: Values, reason: string) =>
    call<ResourceRow>(root(name), { method: 'POST', body: { record, reason } }),
  change: (name: ResourceName, row: Pick<ResourceRow, 'key' | 'version'>, record: Values, reason: string) =>
    call<ResourceRow>(at(name, row.key), { method: 'PUT', body: { record, version: row.version, reason } }),
  remove: (name: ResourceName, row: Pick<ResourceRow, 'key' | 'version'>, reason: string) =>
    call<void>(`${at(name, row.key)}?version=${row.version}`, { method: 'DELETE', body: { reason } }),
};
