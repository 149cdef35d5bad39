/** Shapes of docs/architecture.md §10, as the screens use them. */

export type Grain = 'day' | 'week' | 'month' | 'quarter' | 'year';
export type Filters = Record<string, string | string[]>;

export interface MetricRequest {
  id: string;
  metric: string;
  dimensions?: string[];
  grain?: Grain;
  from?: string;
  to?: string;
  filters?: Filters;
  compare?: ('yoy' | 'pop')[];
  orderBy?: 'value' | 'period';
  limit?: number;
}

export interface Comparison {
  value: number | null;
  change: number | null;
}

export interface MetricRow {
  keys: Record<string, string>;
  labels: Record<string, string>;
  period?: string;
  /** null when a ratio has no denominator: shown as "no data", never as zero. */
  value: number | null;
  numerator?: number | null;
  denominator?: number | null;
  yoy?: Comparison;
  pop?: Comparison;
}

export interface MetricResult {
  id: string;
  metric: string;
  zh: string;
  unit: string;
  rows: MetricRow[];
  error?: { code: string; detail: string };
}

export interface MetricsAnswer {
  asOf: string;
  builtAt: string;
  results: MetricResult[];
}

export interface Division {
  code: string;
  name: string;
  level: string;
  parentCode: string | null;
  tileX: number | null;
  tileY: number | null;
  population: number | null;
}

export interface Violation {
  violationId: string;
  rule: string;
  ruleZh: string;
  level: 'high' | 'medium' | 'low';
  place: string;
  districtCode: string;
  streetCode: string;
  since: string;
  summaryZh: string;
}

export interface DrillAnswer {
  metric: string;
  value: number | null;
  total: number;
  columns: { name: string; zh: string }[];
  rows: Record<string, unknown>[];
}

export type Role = 'leader' | 'analyst' | 'staff' | 'auditor' | 'administrator';

export interface Me {
  user: string;
  name: string;
  role: Role;
  /** What the role may do, e.g. `metrics:read`; the server checks it again on every call. */
  rights: string[];
  /** Division the account is confined to; empty for the whole city. */
  scopeDivision: string;
}
