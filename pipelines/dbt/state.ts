/**
 * What is published, and what it was built from. The fingerprint travels in the table's comment, so that it changes with
 * the table in the same EXCHANGE: after a crash there is no doubt whether an increment is already in. `model_state` in
 * the operational store is a copy for people and for the API.
 */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { z } from 'zod';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { compileModel, inputsOf, refSql } from './compile.ts';
import { followsOf, trailSchema } from './follows.ts';
import { nodeOf } from './resolve.ts';
import type { Project } from './resolve.ts';
import { type Content, contentHashSql, KEPT_HASH, type Measure, relationSql } from './sql.ts';
import { testSql } from './test-sql.ts';
import { relationName } from './types.ts';
import type { Node, Relation, Source, Test, Vars } from './types.ts';

const stampSchema = z.object({
  /** Hash of everything the published content follows from. */
  fingerprint: z.string(),
  /** Hash of the model's text and storage, and of what else an incremental model starts afresh for: when it changes, it does. */
  definition: z.string(),
  rows: z.number(),
  hash: z.string(),
  /** Tests that found nothing: what is added to the table is all they have to look at next time. */
  clean: z.array(z.string()).default([]),
  /** How many rows the others found. */
  found: z.record(z.string(), z.number()).default({}),
  /** The last withdrawals of the data sets it is made of: after another one rows of raw may be others under the same numbers. */
  withdrawals: z.string().default(''),
  /** Hash of the SQL with the run's variables, and what each input was: what follows its inputs can only go on from these. */
  text: z.string().default(''),
  saw: z.record(z.string(), z.string()).default({}),
  /** Which columns it had when it was built whole, and those of what it read (`shapes.ts`). */
  shape: z.string().default(''),
  /** The same of the last increment whose columns the engine was asked for, and which had those of the table. */
  grown: z.string().default(''),
  /** How it came to say what it says, where other models follow it. */
  trail: trailSchema.optional(),
});
export type Stamp = z.output<typeof stampSchema>;

export interface Published {
  engine: string;
  /** Null when something else than this runner made the table (the dbt command line, a hand). */
  stamp: Stamp | null;
}

/** The number is that of the content hash: a table measured by another one counts as unknown. */
const MARK = 'anju2 ';
export const stampText = (stamp: Stamp): string => MARK + JSON.stringify(stamp);

/** Every relation that exists in the project's databases, by `database.name`. */
export async function readPublished(warehouse: Warehouse, project: Project): Promise<Map<string, Published>> {
  const databases = [...new Set([...project.nodes.values()].map((node) => node.relation.database))];
  const rows = await warehouse.rows(
    'SELECT database, name, engine, comment FROM system.tables WHERE database IN {databases:Array(String)}',
    z.object({ database: z.string(), name: z.string(), engine: z.string(), comment: z.string() }),
    { lane: 'batch', params: { databases }, tag: 'published models' },
  );
  return new Map(
    rows.map((row) => [relationName(row), { engine: row.engine, stamp: readStamp(row.comment) }]),
  );
}

function readStamp(comment: string): Stamp | null {
  if (!comment.startsWith(MARK)) return null;
  try {
    return stampSchema.parse(JSON.parse(comment.slice(MARK.length)));
  } catch (error) {
    // A comment edited by hand: the table is then one we know nothing about, and it is built again.
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null;
    throw error;
  }
}

/**
 * Row count and content hash of a relation, in one scan.
 * @param content absent: every column is content
 */
export const measure = (warehouse: Warehouse, relation: Relation, content?: Content): Promise<Measure> =>
  measureBy(warehouse, relation, contentHashSql(relation, content));

/** @param sql as `measureSql` makes it */
export async function measureBy(warehouse: Warehouse, relation: Relation, sql: string): Promise<Measure> {
  const [found] = await warehouse.rows(sql, z.object({ rows: z.coerce.number(), hash: z.string() }), {
    lane: 'batch',
    tag: `hash ${relationName(relation)}`,
  });
  return found ?? { rows: 0, hash: '0-0' };
}

export const countRows = (warehouse: Warehouse, relation: Relation, where = 'true'): Promise<number> =>
  warehouse.value(
    `SELECT toUInt64(count()) FROM ${relationSql(relation)} WHERE ${where}`,
    z.coerce.number(),
    {
      lane: 'batch',
      tag: `count ${relationName(relation)}`,
    },
  );

/** The last loaded batch of each data set: `social_insurance.enterprise_basic` → `12`. */
export async function datasetVersions(store: OperationalStore): Promise<Map<string, string>> {
  const rows = await store.db
    .selectFrom('batch')
    .select(['dataset', (eb) => eb.fn.max('batch_id').as('last')])
    .where('state', '=', 'loaded')
    .groupBy('dataset')
    .execute();
  const versions = new Map(rows.map((row) => [row.dataset, String(row.last)]));
  const segment = await lastSegment(store);
  if (segment !== null) versions.set(DEVICE_DAYS, segment);
  return versions;
}

/** Readings of devices come in segments, not in batches: the last one that the aggregates know is their version. */
const DEVICE_DAYS = 'device_day';
async function lastSegment(store: OperationalStore): Promise<string | null> {
  const { rows } = await sql<{ last: string | null }>`
    select max(segment)::text as last from device_segment where quarters = '[]'::jsonb`.execute(store.db);
  return rows[0]?.last ?? null;
}

/** The copy of the register of devices is written as a whole and small: its content is its version. */
const isRegister = ({ relation }: Source): boolean => relation.name === 'device';

/** Rows of withdrawn batches: the version of the data set they were of names the withdrawal. */
const isWithdrawn = ({ relation }: Source): boolean =>
  relation.database === 'meta' && relation.name === 'withdrawn_row';

/**
 * The last withdrawal of each data set: batches left raw or were landed again under the number they had. What was added up of such
 * a data set cannot be gone on with, and is added up anew.
 */
export async function datasetWithdrawals(store: OperationalStore): Promise<Map<string, string>> {
  const rows = await store.db
    .selectFrom('withdrawal')
    .select(['dataset', (eb) => eb.fn.max('withdrawal_id').as('last')])
    .groupBy('dataset')
    .execute();
  return new Map(rows.map((row) => [row.dataset, String(row.last)]));
}

/** Version of a source: its data set's last batch, or its content where the landing ledger does not know it. */
export async function sourceVersion(
  warehouse: Warehouse,
  source: Source,
  { versions, withdrawals }: { versions: Map<string, string>; withdrawals: Map<string, string> },
): Promise<string> {
  const dataset = datasetOf(source.relation.name);
  if (source.relation.database === 'raw' && !isRegister(source)) {
    const withdrawn = withdrawals.get(dataset);
    const last = versions.get(dataset) ?? 'nothing loaded';
    return withdrawn === undefined ? last : `${last}, withdrawal ${withdrawn}`;
  }
  return isWithdrawn(source) ? '' : (await measure(warehouse, source.relation)).hash;
}

/** `social_insurance__enterprise_basic` → `social_insurance.enterprise_basic` */
export const datasetOf = (table: string): string => table.replace('__', '.');

export interface Identity {
  fingerprint: string;
  definition: string;
  /** Hash of the SQL with the run's variables. */
  text: string;
  /** Content version by input, its tests' included: models, seeds and sources. */
  saw: Record<string, string>;
}

/**
 * The identity of what a build would give. `versions` answers the content version of a model or source.
 * The as-of date is in it where the SQL names it, so a model that does not read the date is not built again for it.
 */
export function identify(
  project: Project,
  node: Node,
  tests: Test[],
  vars: Vars,
  versions: {
    node: (node: Node) => string;
    source: (source: Source) => string;
    /** What an incremental model starts afresh for, beside its own text. */
    afresh: string[];
  },
): Identity {
  const { nodes, sources } = inputsOf(project, node);
  const texts = (given: Vars): string[] =>
    node.kind === 'seed'
      ? [node.text]
      : [
          compileModel(project, node, { vars: given, incremental: false }),
          ...(node.config.materialized === 'incremental'
            ? [compileModel(project, node, { vars: given, incremental: true })]
            : []),
          ...(followsOf(node)
            ? [compileModel(project, node, { vars: { ...given, touched: 'touched' }, incremental: false })]
            : []),
        ];
  const {
    engine,
    order_by,
    primary_key,
    partition_by,
    settings,
    query_settings,
    column_types,
    materialized,
  } = node.config;
  const { incremental_strategy, unique_key } = node.config;
  const storage = {
    engine,
    order_by,
    primary_key,
    partition_by,
    settings,
    query_settings,
    column_types,
    materialized,
  };
  const definition = hash([
    texts(project.vars),
    storage,
    incremental_strategy,
    unique_key,
    node.columns.map((column) => column.dataType),
    ...(followsOf(node) ? [followsOf(node), KEPT_HASH] : []),
    ...(versions.afresh.length > 0 ? [versions.afresh] : []),
  ]);
  const read = new Map(nodes.map((each) => [each.name, versions.node(each)]));
  for (const name of tests.flatMap((test) => test.refs)) {
    const other = nodeOf(project, name, node.path);
    if (name !== node.name && other.config.materialized !== 'ephemeral') read.set(name, versions.node(other));
  }
  const asked = texts(vars);
  const told = new Map(sources.map((source) => [source.name, versions.source(source)]));
  return {
    definition,
    text: hash(asked),
    saw: Object.fromEntries([...read, ...told]),
    fingerprint: hash([
      definition,
      asked,
      tests.map((test) => [
        testSql(project, test, vars, (name) => refSql(project, nodeOf(project, name, test.path), { vars })),
        test.config,
      ]),
      [...read].toSorted(([a], [b]) => (a < b ? -1 : 1)),
      [...told].toSorted(),
    ]),
  };
}

const hash = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32);
