/** Builds the models of a project that are not what their inputs say they should be, each atomically (architecture §5). */
import { isAppError } from '../../domain/errors.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import type { OnProgress } from '../progress.ts';
import { inputsOf } from './compile.ts';
import { followedColumns } from './follows.ts';
import { buildGraph, type Graph, reachable, sourceKey } from './graph.ts';
import { inOrder } from './in-order.ts';
import { drop, prepareBuild } from './materialise.ts';
import { type Build, rebuild } from './rebuild.ts';
import { nodeOf } from './resolve.ts';
import type { Project } from './resolve.ts';
import type { TestResult } from './run-tests.ts';
import { selectNodes } from './select.ts';
import { Shapes } from './shapes.ts';
import {
  datasetOf,
  datasetVersions,
  datasetWithdrawals,
  identify,
  measure,
  readPublished,
  sourceVersion,
} from './state.ts';
import type { Identity } from './state.ts';
import { followSource, type Trailed } from './trail.ts';
import { relationName } from './types.ts';
import type { Node, Source, Test } from './types.ts';

export interface BuildOptions {
  /** `var('as_of')`: the business date, YYYY-MM-DD, this build is a function of. */
  asOf: string;
  select?: string[];
  exclude?: string[];
  /** Relation of a model somebody waits for: what it needs is built before the rest, as far as it is selected. */
  first?: string;
  /** Build everything selected, and incremental models from scratch. */
  full?: boolean;
  onProgress?: OnProgress;
  /** Awaited after each model, whatever became of it. */
  onResult?: (result: ModelResult) => Promise<void>;
  /** Checked between models. */
  signal?: AbortSignal;
}

export interface ModelResult {
  /** Where it is: `mart_supply.dwelling`. */
  model: string;
  /** dbt's name: `supply_dwelling`. */
  name: string;
  database: string;
  /** `skipped`: already up to date. `failed`: its SQL or a test; the old table stays. `blocked`: something it reads failed. */
  status: 'built' | 'skipped' | 'failed' | 'blocked';
  rows: number;
  hash: string;
  fingerprint: string;
  seconds: number;
  reason?: string;
  tests: TestResult[];
  /** Keys taken anew, of a model that follows its inputs and was not built whole. */
  touched?: number;
}

/** One plans and parses its SQL while the other's runs; the batch lane has as many connections. */
const MODELS_AT_ONCE = 2;

/**
 * Brings the selected models up to date in dependency order; one result a model or seed, ephemeral ones excepted.
 * A failing model is a result, not an exception; a broken project or selection throws.
 */
export async function buildModels(
  platform: { warehouse: Warehouse; store: OperationalStore },
  project: Project,
  options: BuildOptions,
): Promise<ModelResult[]> {
  const { warehouse } = platform;
  const graph = buildGraph(project);
  const chosen = selectNodes(project, graph, options);
  const order = graph.order
    .filter((name) => chosen.has(name))
    .map((name) => nodeOf(project, name, 'the graph'))
    .filter((node) => node.config.materialized !== 'ephemeral');
  const state: Build = {
    warehouse,
    project,
    graph,
    vars: { ...project.vars, as_of: options.asOf },
    full: options.full ?? false,
    published: await readPublished(warehouse, project),
    shapes: new Shapes(warehouse, project),
    sources: new Map(),
    followed: followedColumns(project),
    datasets: {
      versions: await datasetVersions(platform.store),
      withdrawals: await datasetWithdrawals(platform.store),
    },
    unfit: new Map(),
  };
  await prepareBuild(warehouse, order);
  const results = new Map<string, ModelResult>();
  await inOrder(
    neededFirst(order, graph, options.first),
    (name) => reachable(graph.waits, name),
    MODELS_AT_ONCE,
    async (name) => {
      options.signal?.throwIfAborted();
      const node = nodeOf(project, name, 'the graph');
      const model = relationName(node.relation);
      const total = order.length;
      options.onProgress?.({ kind: 'item', stage: 'models', item: model, done: results.size, total });
      const startedAt = performance.now();
      const outcome = await bringUpToDate(state, node);
      const result = { ...outcome, seconds: (performance.now() - startedAt) / 1000 };
      results.set(name, result);
      await options.onResult?.(result);
      const { status, reason } = result;
      const rows = status === 'built' ? result.rows : undefined;
      options.onProgress?.({
        kind: 'item',
        stage: 'models',
        item: model,
        state: status,
        rows,
        done: results.size,
        total,
        reason,
      });
    },
  );
  return order.flatMap((node) => results.get(node.name) ?? []);
}

/** Names of the models in their order, those the model of this relation has to wait for and itself before the others. */
function neededFirst(order: readonly Node[], graph: Graph, relation: string | undefined): string[] {
  const names = order.map(({ name }) => name);
  const first = order.find((node) => relationName(node.relation) === relation)?.name;
  if (first === undefined) return names;
  const needed = reachable(graph.waits, first).add(first);
  return [...names.filter((name) => needed.has(name)), ...names.filter((name) => !needed.has(name))];
}

async function bringUpToDate(state: Build, node: Node): Promise<Omit<ModelResult, 'seconds'>> {
  const place = relationName(node.relation);
  const tests = state.graph.testsOf.get(node.name) ?? [];
  const old = state.published.get(place)?.stamp;
  const nothing = {
    model: place,
    name: node.name,
    database: node.relation.database,
    rows: old?.rows ?? 0,
    hash: old?.hash ?? '',
    fingerprint: old?.fingerprint ?? '',
    tests: [],
  };
  const obstacle = findObstacle(state, node, tests);
  if (obstacle !== undefined) {
    state.unfit.set(node.name, obstacle);
    return { ...nothing, status: 'blocked', reason: obstacle };
  }
  try {
    const identity = await identityOf(state, node, tests);
    const withdrawals = withdrawalsAbove(state, node).join('; ');
    if (!state.full && old?.fingerprint === identity.fingerprint) return { ...nothing, status: 'skipped' };
    return { ...nothing, ...(await rebuild(state, node, tests, identity, withdrawals)) };
  } catch (error) {
    if (!isAppError(error) || error.code === 'home_in_use') throw error;
    await drop(state.warehouse, node);
    state.unfit.set(node.name, `${place} failed`);
    return { ...nothing, status: 'failed', reason: error.message };
  }
}

/** Why a model cannot be built in this run, or undefined. */
function findObstacle(state: Build, node: Node, tests: Test[]): string | undefined {
  const read = inputsOf(state.project, node).nodes.map((each) => each.name);
  for (const name of [...read, ...tests.flatMap((test) => test.refs)]) {
    if (name === node.name) continue;
    const unfit = state.unfit.get(name);
    if (unfit !== undefined) return unfit;
    const other = nodeOf(state.project, name, node.path);
    if (other.config.materialized !== 'ephemeral' && !state.published.has(relationName(other.relation))) {
      return `${relationName(other.relation)} is not built; select +${node.name}`;
    }
  }
  return undefined;
}

async function identityOf(state: Build, node: Node, tests: Test[]): Promise<Identity> {
  const { nodes, sources } = inputsOf(state.project, node);
  const versions = new Map<string, string>();
  for (const source of sources) {
    const looked = state.sources.get(source.name) ?? sourceState(state, source);
    state.sources.set(source.name, looked);
    versions.set(source.name, (await looked).hash);
  }
  const tested = tests.flatMap((test) => test.refs).map((name) => nodeOf(state.project, name, node.path));
  const hashes = new Map<string, string>();
  for (const each of [...nodes, ...tested]) {
    if (each.name === node.name || each.config.materialized === 'ephemeral') continue;
    const stamp = state.published.get(relationName(each.relation))?.stamp;
    hashes.set(each.name, stamp?.hash ?? (await measure(state.warehouse, each.relation)).hash);
  }
  return identify(state.project, node, tests, state.vars, {
    node: (each) => hashes.get(each.name) ?? '',
    source: (source) => versions.get(source.name) ?? '',
    afresh: startsAfresh(node) ? [...withdrawalsAbove(state, node), ...definitionsRead(state, nodes)] : [],
  });
}

/** Of the incremental models among these: rows they wrote by one text and write by another are no news that a reader of what is new would see. */
const definitionsRead = ({ published }: Build, nodes: readonly Node[]): string[] =>
  nodes
    .filter(({ config }) => config.materialized === 'incremental')
    .map(({ name, relation }) => `${name} ${published.get(relationName(relation))?.stamp?.definition ?? ''}`)
    .toSorted();

async function sourceState({ warehouse, datasets, followed }: Build, source: Source): Promise<Trailed> {
  const hash = await sourceVersion(warehouse, source, datasets);
  const columns = followed.get(source.name);
  return columns ? followSource(warehouse, source.relation, hash, columns) : { hash };
}

/**
 * An incremental model is built anew after a withdrawal, and when an incremental model it reads is built by another text, unless it says that it
 * finds for itself what changed (`heals`) or may never be.
 */
const startsAfresh = ({ config }: Node): boolean =>
  config.materialized === 'incremental' && config.meta['heals'] !== true && config.full_refresh !== false;

/** Withdrawals of the data sets a model is made of, however many models lie between. */
function withdrawalsAbove({ graph, datasets }: Build, node: Node): string[] {
  const raw = sourceKey('raw.');
  return [...reachable(graph.parents, node.name)]
    .filter((name) => name.startsWith(raw))
    .flatMap((name) => {
      const dataset = datasetOf(name.slice(raw.length));
      const last = datasets.withdrawals.get(dataset);
      return last === undefined ? [] : [`${dataset} ${last}`];
    })
    .toSorted();
}
