/** Brings one model up to date: whole, by what came, or by the keys that what it reads speaks of; tests it and publishes it. */
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { compileModel, inputsOf } from './compile.ts';
import { followsOf } from './follows.ts';
import type { Graph } from './graph.ts';
import { buildIncrement, type Increment } from './increment.ts';
import { buildWhole, columnsOf, columnsOfQuery, drop, publish, restamp } from './materialise.ts';
import { NO_PASSES, type Passes, passesOf } from './passes.ts';
import type { Project } from './resolve.ts';
import { runTests, type TestResult } from './run-tests.ts';
import type { Shapes } from './shapes.ts';
import { after, buildRelation, contentOf, relationSql, rowsWhere } from './sql.ts';
import { countRows, type Identity, measure, type Published, type Stamp, stampText } from './state.ts';
import { columnsOfFailures, narrowed } from './tested.ts';
import { touchedKeys, type TouchedKeys } from './touched.ts';
import { differenceSql, isMuch, layStep, type Trailed } from './trail.ts';
import { type Node, type Relation, relationName, type Test, type Vars } from './types.ts';

/** What a build goes by. */
export interface Build {
  warehouse: Warehouse;
  project: Project;
  graph: Graph;
  vars: Vars;
  full: boolean;
  published: Map<string, Published>;
  /** Columns of what is published and read. */
  shapes: Shapes;
  /** Sources looked at in this run: their version, and how they came to it where they are followed. */
  sources: Map<string, Promise<Trailed>>;
  /** Of each data set the last batch and the last withdrawal. */
  datasets: { versions: Map<string, string>; withdrawals: Map<string, string> };
  /** Columns asked of what is followed, by model or source. */
  followed: Map<string, string[]>;
  /** Models that are not what they should be in this run, with the reason for those that read them. */
  unfit: Map<string, string>;
}

export interface Rebuilt {
  status: 'built' | 'failed';
  tests: TestResult[];
  reason?: string;
  rows?: number;
  hash?: string;
  fingerprint?: string;
  /** Keys taken anew, of a model that follows its inputs. */
  touched?: number;
}

/** @param withdrawals of the data sets the model is made of, as its stamp has them */
export async function rebuild(
  state: Build,
  node: Node,
  tests: Test[],
  identity: Identity,
  withdrawals: string,
): Promise<Rebuilt> {
  const { warehouse, project } = state;
  const place = relationName(node.relation);
  const old = state.published.get(place)?.stamp ?? undefined;
  const touched = old && !state.full ? await touchedBy(state, node, identity, old) : undefined;
  const isTouched = touched !== undefined && touched.keys > 0;
  const isSame = touched?.keys === 0;
  const vars = isTouched ? { ...state.vars, touched: relationSql(touched.relation) } : state.vars;
  const askedByTests = async (): Promise<string[]> =>
    touched && old && Object.keys(old.found).length > 0
      ? columnsOfFailures(project, tests, { old, vars, columns: await columnsOf(warehouse, node.relation) })
      : [];
  const asked = new Set([...(state.followed.get(node.name) ?? []), ...(isSame ? [] : await askedByTests())]);
  const { increment, shape, grown } =
    isSame && old
      ? { increment: undefined, shape: old.shape, grown: old.grown }
      : await buildTable(state, node, identity, { withdrawals, touched, asked: [...asked] });
  const results = await runTests(
    warehouse,
    project,
    node,
    tests,
    narrowed(project, node, {
      old,
      identity,
      vars,
      whole: relationSql(isSame ? node.relation : buildRelation(node.relation)),
      fresh: isSame ? nothingOf(node) : increment && relationSql(increment.fresh),
      touched,
      // The rows of touched keys as they were.
      left: touched && (increment?.gone ?? nothingOf(node)),
    }),
  );
  const failed = results.filter((result) => result.state === 'failed');
  if (failed.length > 0) {
    await drop(warehouse, node);
    const reason = failed.map((result) => `${result.test}: ${result.failures} failing`).join('; ');
    state.unfit.set(node.name, `${place} failed its tests`);
    return { status: 'failed', tests: results, reason };
  }
  const { rows, hash } = isSame && old ? old : await measured(state, node, identity, increment);
  const { definition, fingerprint, text, saw } = identity;
  const stamp: Stamp = {
    definition,
    fingerprint,
    rows,
    hash,
    clean: results.filter(({ failures }) => failures === 0).map(({ test }) => test),
    found: Object.fromEntries(
      results.filter(({ failures }) => failures > 0).map(({ test, failures }) => [test, failures]),
    ),
    withdrawals,
    text,
    saw: followsOf(node) ? saw : {},
    ...{ shape, grown },
  };
  const trail = await laidTrail(state, node, stamp, increment);
  if (trail) stamp.trail = trail;
  const hasOld = state.published.has(place);
  if (isSame) {
    await restamp(warehouse, node, stampText(stamp));
    await drop(warehouse, node);
  } else await publish(warehouse, node, stampText(stamp), hasOld);
  if (shape === '') state.shapes.forget(node);
  const engine = node.config.materialized === 'view' ? 'View' : node.config.engine;
  state.published.set(place, { engine, stamp });
  return {
    status: 'built',
    rows,
    hash,
    fingerprint,
    tests: results,
    ...(touched && { touched: touched.keys }),
  };
}

/** Of a table to which nothing came. */
const nothingOf = ({ relation }: Node): string => rowsWhere(relation, 'false');

function touchedBy(
  state: Build,
  node: Node,
  identity: Identity,
  old: Stamp,
): Promise<TouchedKeys | undefined> {
  const trailed = async (input: string): Promise<Trailed | undefined> => {
    const model = state.project.nodes.get(input);
    if (!model) return state.sources.get(input);
    return state.published.get(relationName(model.relation))?.stamp ?? undefined;
  };
  return touchedKeys(state.warehouse, state.project, node, { old, identity, vars: state.vars }, trailed);
}

interface Table {
  /** What changed, where it was not built from nothing. */
  increment: Increment | undefined;
  /** As the stamp has them. */
  shape: string;
  grown: string;
}

/** Builds the table beside the published one. */
async function buildTable(
  state: Build,
  node: Node,
  identity: Identity,
  {
    withdrawals,
    touched,
    asked,
  }: { withdrawals: string; touched: TouchedKeys | undefined; asked: readonly string[] },
): Promise<Table> {
  const { warehouse, project, vars, shapes } = state;
  const old = state.published.get(relationName(node.relation))?.stamp;
  const [shape, grown] = [old?.shape ?? '', old?.grown ?? ''];
  if (touched) {
    const { key, relation } = touched;
    const sql = compileModel(project, node, {
      vars: { ...vars, touched: relationSql(relation) },
      incremental: false,
      instead: touched.aside,
    });
    const passes: Passes = { selects: [sql], isLater: false, touched: { key, relation } };
    const increment = await buildIncrement(warehouse, node, passes, { asked, isShaped: true });
    return { increment, shape, grown };
  }
  const growth = await growthOf(state, node, identity);
  const passes: Passes =
    node.kind === 'seed'
      ? NO_PASSES
      : await passesOf(warehouse, project, node, {
          vars,
          incremental: growth !== undefined,
          mayFollow: old?.withdrawals === withdrawals,
        });
  if (growth) {
    const increment = await buildIncrement(warehouse, node, passes, { asked, isShaped: growth.isShaped });
    const fits = growth.isShaped || (await haveSameColumns(warehouse, node.relation, increment.fresh));
    return { increment, shape, grown: fits ? growth.shape : '' };
  }
  if (node.kind === 'seed' || node.config.materialized === 'view') {
    await buildWhole(warehouse, node, passes);
    return { increment: undefined, shape: '', grown: '' };
  }
  const isShaped =
    old?.definition === identity.definition && old.shape !== '' && old.shape === (await shapes.of(node));
  await buildWhole(warehouse, node, passes, isShaped);
  return {
    increment: undefined,
    shape: isShaped ? old.shape : await shapes.of(node, buildRelation(node.relation)),
    grown: isShaped ? grown : '',
  };
}

/** How the published table is added to, or undefined where it must be built from scratch. */
interface Growth {
  /** What columns follow from now (`shapes.ts`). */
  shape: string;
  /** What is added has the columns of the table; else its own query says, and the model forbids to start afresh. */
  isShaped: boolean;
}

async function growthOf(state: Build, node: Node, identity: Identity): Promise<Growth | undefined> {
  const { materialized, full_refresh } = node.config;
  const old = state.published.get(relationName(node.relation));
  if (materialized !== 'incremental' || !old || old.engine.includes('View') || full_refresh === true)
    return undefined;
  const isOther = old.stamp?.definition !== identity.definition;
  if (full_refresh !== false && (state.full || isOther)) return undefined;
  const shape = await state.shapes.of(node);
  // Neither its text nor the columns of what it reads are others than when the engine was asked for those it gives.
  if (!isOther && old.stamp?.grown === shape) return { shape, isShaped: true };
  if (full_refresh === false) return { shape, isShaped: false };
  // What reads sources alone has the columns its text gives it.
  if (inputsOf(state.project, node).nodes.length === 0) return { shape, isShaped: true };
  const [now, then] = await Promise.all([
    columnsOfGrowth(state, node),
    columnsOf(state.warehouse, node.relation),
  ]);
  return JSON.stringify(now) === JSON.stringify(then) ? { shape, isShaped: true } : undefined;
}

/**
 * Columns an increment would have. The engine works out queries for one value to tell, so they find no rows; one that gives a list and
 * must find a row is asked as it is.
 */
function columnsOfGrowth({ warehouse, project, vars }: Build, node: Node): ReturnType<typeof columnsOf> {
  const asked = (isWithoutRows: boolean): ReturnType<typeof columnsOf> =>
    columnsOfQuery(warehouse, compileModel(project, node, { vars, incremental: true, isWithoutRows }));
  return asked(true).catch(() => asked(false));
}

/** Rows and content hash of what was built. */
async function measured(
  { warehouse, published }: Build,
  node: Node,
  identity: Identity,
  increment: Increment | undefined,
): Promise<{ rows: number; hash: string }> {
  const built = buildRelation(node.relation);
  const old = published.get(relationName(node.relation))?.stamp;
  // A view's content follows from its text and inputs, which is what its fingerprint says: no need to read it all.
  if (node.config.materialized === 'view') {
    // A view that works much out is not asked for all of it at every run.
    const rows = node.config.meta['counted'] === false ? 0 : await countRows(warehouse, built);
    return { rows, hash: `view-${identity.fingerprint}` };
  }
  if (increment && old) return after(old, increment.left, increment.came);
  return measure(warehouse, built, contentOf(node));
}

/** The trail to publish with a table, where others follow it and it is known how it came to be what it is. */
async function laidTrail(
  { warehouse, followed, published, full }: Build,
  node: Node,
  { rows, hash }: Stamp,
  increment: Increment | undefined,
): Promise<Stamp['trail']> {
  const columns = followed.get(node.name);
  const before = published.get(relationName(node.relation));
  if (!columns || !before?.stamp || before.engine.includes('View') || node.config.materialized === 'view')
    return undefined;
  const was = before.stamp;
  if (was.hash === hash) return was.trail;
  const step = { before: { hash: was.hash, ...(was.trail && { trail: was.trail }) }, columns, held: rows };
  const difference = (was: string, is: string): string => differenceSql(was, is, columns, contentOf(node));
  if (increment && node.config.incremental_strategy === 'insert_overwrite') {
    // Of a partition that is replaced most rows leave and come again as they were.
    const changed = difference(increment.gone, relationSql(increment.fresh));
    return layStep(warehouse, node.relation, { ...step, changed });
  }
  if (increment) {
    if (isMuch(increment.came.rows + increment.left.rows, rows)) return undefined;
    const names = columns.map((name) => `\`${name}\``).join(', ');
    const left = `SELECT ${names} FROM ${increment.gone}`;
    const came = `SELECT ${names} FROM ${relationSql(increment.fresh)}`;
    return layStep(warehouse, node.relation, { ...step, changed: `${left} UNION ALL ${came}` });
  }
  const built = buildRelation(node.relation);
  // Everything was asked for anew, followers too; and a table whose columns are others cannot be held against itself.
  if (full || !(await haveSameColumns(warehouse, node.relation, built))) return undefined;
  const changed = difference(relationSql(node.relation), relationSql(built));
  return layStep(warehouse, node.relation, { ...step, changed });
}

async function haveSameColumns(warehouse: Warehouse, one: Relation, other: Relation): Promise<boolean> {
  const [was, is] = await Promise.all([columnsOf(warehouse, one), columnsOf(warehouse, other)]);
  return JSON.stringify(was) === JSON.stringify(is);
}
