/** What a dbt project is, once read: nodes, their configs and their tests. Nothing here touches the warehouse. */
import { z } from 'zod';

const names = z.union([z.string().transform((name) => [name]), z.array(z.string())]);
const settings = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

/** Configs of dbt and dbt-clickhouse that the runner understands. An unknown one is an error, not a shrug. */
export const nodeConfigSchema = z.strictObject({
  materialized: z.enum(['table', 'view', 'incremental', 'ephemeral', 'seed']).default('view'),
  enabled: z.boolean().default(true),
  schema: z.string().optional(),
  database: z.string().optional(),
  alias: z.string().optional(),
  tags: names.default([]),
  meta: z.record(z.string(), z.unknown()).default({}),
  /** Refuse (`false`) or force (`true`) the rebuilding of an incremental model from scratch. */
  full_refresh: z.boolean().optional(),
  incremental_strategy: z
    .enum(['append', 'insert_overwrite', 'delete+insert', 'delete_insert'])
    .default('append'),
  unique_key: names.default([]),
  on_schema_change: z.enum(['ignore', 'fail', 'append_new_columns', 'sync_all_columns']).optional(),
  engine: z.string().default('MergeTree()'),
  order_by: names.default([]),
  primary_key: names.default([]),
  partition_by: names.default([]),
  settings: settings.default({}),
  query_settings: settings.default({}),
  column_types: z.record(z.string(), z.string()).default({}),
  quote_columns: z.boolean().optional(),
  delimiter: z.string().length(1).default(','),
  /** Documentation switches of dbt that change nothing in the warehouse. */
  docs: z.unknown().optional(),
  persist_docs: z.unknown().optional(),
  group: z.string().optional(),
  access: z.string().optional(),
});
export type NodeConfig = z.output<typeof nodeConfigSchema>;
export type Materialisation = NodeConfig['materialized'];

/** Limits like dbt's: `!=0`, `>10`, `>= 1`. */
const threshold = z
  .string()
  .regex(/^\s*(=|==|!=|<>|<|<=|>|>=)\s*\d+\s*$/, 'must be a comparison with a number, such as ">10"');
export const testConfigSchema = z.strictObject({
  severity: z
    .string()
    .toLowerCase()
    .pipe(z.enum(['error', 'warn']))
    .default('error'),
  where: z.string().optional(),
  error_if: threshold.default('!=0'),
  warn_if: threshold.default('!=0'),
  tags: names.default([]),
  enabled: z.boolean().default(true),
  meta: z.record(z.string(), z.unknown()).default({}),
});
export type TestConfig = z.output<typeof testConfigSchema>;

/** A place in the warehouse. */
export interface Relation {
  database: string;
  name: string;
}

interface TestBase {
  /** Unique in the project, stable over runs: results are compared by it. */
  name: string;
  config: TestConfig;
  /** File that declares it. */
  path: string;
}
/** `not_null` on a column, `row_count_equals` on a model: a `{% test %}` macro with arguments from a property file. */
export interface GenericTest extends TestBase {
  kind: 'generic';
  macro: string;
  column: string | undefined;
  arguments: Record<string, unknown>;
  /** Model the property file declares it on. */
  model: string;
}
/** A `tests/*.sql` file: a query whose rows are the failures. */
export interface SingularTest extends TestBase {
  kind: 'singular';
  sql: string;
}
export type Test = (GenericTest | SingularTest) & {
  /** Models it reads, found by rendering it. */
  refs: string[];
};

export interface Column {
  name: string;
  description: string;
  dataType: string | undefined;
}

export interface SourceRef {
  source: string;
  table: string;
}

export interface Node {
  kind: 'model' | 'seed';
  /** dbt's unique name: the file name without its ending. */
  name: string;
  /** From the project directory, with `/`. */
  path: string;
  /** The file's text: SQL with Jinja, or CSV. */
  text: string;
  relation: Relation;
  config: NodeConfig;
  description: string;
  columns: Column[];
  /** Names of the models and seeds it reads (ephemeral ones included, not their inputs). */
  refs: string[];
  sources: SourceRef[];
}

export interface Source {
  /** `raw.social_insurance__enterprise_basic` */
  name: string;
  source: string;
  table: string;
  relation: Relation;
  description: string;
}

export type Vars = Record<string, unknown>;

/** `raw.person` → one string that is the same in messages, results and selections. */
export const relationName = (relation: Relation): string => `${relation.database}.${relation.name}`;
export function relationOf(text: string): Relation {
  const [database = '', name = ''] = text.split('.', 2);
  return { database, name };
}
export const sourceName = (ref: SourceRef): string => `${ref.source}.${ref.table}`;
