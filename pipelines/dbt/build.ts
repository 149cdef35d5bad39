/** Builds the models of a project that are not what their inputs say they should be, each atomically (architecture §5). */
import { isAppError } from '../../domain/errors.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import type { OnProgress } from '../progress.ts';
import { compileModel, inputsOf } from './compile.ts';
import { buildGraph, reachable, sourceKey } from './graph.ts';
import type { Graph } from './graph.ts';
import { inOrder } from './in-order.ts';
import { build, columnsOf, columnsOfQuery, drop, prepareBuild, publish } from './materialise.ts';
import { NO_PASSES, passesOf } from './passes.ts';
import { nodeOf } from './resolve.ts';
import type { Project } from './resolve.ts';
import { looksAtRowsAlone, runTests } from './run-tests.ts';
import type { TestResult } from './run-tests.ts';
import { selectNodes } from './select.ts';
import { after, buildRelation, contentOf } from './sql.ts';
import {
  countRows,
  datasetOf,
  datasetVersions,
  datasetWithdrawals,
  identify,
  measure,
  readPublished,
  sourceVersion,
  stampText,
} from './state.ts';
import type { Identity, Published, Stamp } from './state.ts';
import { relationName } from './types.ts';
import type { Node, Test, Vars } from './types.ts';

export interface BuildOptions {
  /** `var('as_of')`: the business date, YYYY-MM-DD, this build is a function of. */
  asOf: string;
  select?: string[];
  exclude?: string[];
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
}

/** One plans and parses its SQL while the other's runs; the batch lane has as many connections. */
const MODELS_AT_ONCE = 2;

interface Build {
  warehouse: Warehouse;
  project: Project;
  graph: Graph;
  vars: Vars;
  full: boolean;
  published: Map<string, Published>;
  sources: Map<string, string>;
  /** Of each data set the last batch and the last withdrawal. */
  datasets: { versions: Map<string, string>; withdrawals: Map<string, string> };
  /** Models that are not what they should be in this run, with the reason for those that read them. */
  unfit: Map<string, string>;
}

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
    sources: new Map(),
    datasets: {
      versions: await datasetVersions(platform.store),
      withdrawals: await datasetWithdrawals(platform.store),
    },
    unfit: new Map(),
  };
  await prepareBuild(warehouse, order);
  const byName = new Map(order.map((node) => [node.name, node]));
  const results = new Map<string, ModelResult>();
  await inOrder(
    [...byName.keys()],
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
    if (!state.full && old?.fingerprint === identity.fingerprint) return { ...nothing, status: 'skipped' };
    return { ...nothing, ...(await rebuild(state, node, tests, identity)) };
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
  for (const source of sources) {
    if (!state.sources.has(source.name)) {
      state.sources.set(source.name, await sourceVersion(state.warehouse, source, state.datasets));
    }
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
    source: (source) => state.sources.get(source.name) ?? '',
    withdrawals: startsAfresh(node) ? withdrawalsAbove(state, node) : [],
  });
}

/** An incremental model is built anew after a withdrawal, unless it says that it finds for itself what changed (`heals`). */
const startsAfresh = ({ config }: Node): boolean =>
  config.materialized === 'incremental' && config.meta['heals'] !== true;

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

type Outcome = Pick<ModelResult, 'status' | 'tests' | 'reason'> &
  Partial<Pick<ModelResult, 'rows' | 'hash' | 'fingerprint'>>;

async function rebuild(state: Build, node: Node, tests: Test[], identity: Identity): Promise<Outcome> {
  const { warehouse, project, vars } = state;
  const place = relationName(node.relation);
  const incremental = await isIncrement(state, node, identity);
  const withdrawals = withdrawalsAbove(state, node).join('; ');
  const old = state.published.get(place)?.stamp;
  const passes =
    node.kind === 'seed'
      ? NO_PASSES
      : await passesOf(warehouse, project, node, {
          vars,
          incremental,
          mayFollow: old?.withdrawals === withdrawals,
        });
  const increment = await build(warehouse, node, passes, incremental);
  const built = buildRelation(node.relation);
  const wereClean = new Set(increment ? old?.clean : []);
  const results = await runTests(warehouse, project, node, tests, vars, (test) =>
    increment && wereClean.has(test.name) && looksAtRowsAlone(node, test) ? increment.fresh : built,
  );
  const failed = results.filter((result) => result.state === 'failed');
  if (failed.length > 0) {
    await drop(warehouse, node);
    const reason = failed.map((result) => `${result.test}: ${result.failures} failing`).join('; ');
    state.unfit.set(node.name, `${place} failed its tests`);
    return { status: 'failed', tests: results, reason };
  }
  // A view's content follows from its text and inputs, which is what its fingerprint says: no need to read it all.
  const isView = node.config.materialized === 'view';
  const { rows, hash } = isView
    ? {
        // A view that works much out is not asked for all of it at every run.
        rows: node.config.meta['counted'] === false ? 0 : await countRows(warehouse, built),
        hash: `view-${identity.fingerprint}`,
      }
    : increment && old
      ? after(old, increment.left, increment.came)
      : await measure(warehouse, built, contentOf(node));
  const clean = results.filter(({ failures }) => failures === 0).map(({ test }) => test);
  const stamp: Stamp = { ...identity, rows, hash, clean, withdrawals };
  await publish(warehouse, node, stampText(stamp), state.published.has(place));
  state.published.set(place, {
    engine: node.config.materialized === 'view' ? 'View' : node.config.engine,
    stamp,
  });
  return { status: 'built', rows, hash, fingerprint: identity.fingerprint, tests: results };
}

/** May the published table be added to, or must it be built from scratch? */
async function isIncrement(state: Build, node: Node, identity: Identity): Promise<boolean> {
  const { materialized, full_refresh } = node.config;
  const old = state.published.get(relationName(node.relation));
  if (materialized !== 'incremental' || !old || old.engine.includes('View') || full_refresh === true)
    return false;
  if (full_refresh === false) return true;
  if (state.full || old.stamp?.definition !== identity.definition) return false;
  // What reads sources alone has the columns its text gives it.
  if (inputsOf(state.project, node).nodes.length === 0) return true;
  const sql = compileModel(state.project, node, { vars: state.vars, incremental: true });
  const [now, then] = await Promise.all([
    columnsOfQuery(state.warehouse, sql),
    columnsOf(state.warehouse, node.relation),
  ]);
  return JSON.stringify(now) === JSON.stringify(then);
}
