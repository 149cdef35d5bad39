/**
 * What a build is held against: the same SQL sent by hand to the engine over a client of its own, once as the project has it (the SELECTs
 * of the models, each into a table of the same storage, and behind each the tests of it) and once the SELECTs alone. No hashes, no stamps,
 * no ledger, nothing published. They read the published tables, whose content is the same, so that they are the very statements the build sends.
 */
import { join } from 'node:path';
import { Session } from 'chdb';
import { buildGraph, reachable } from '../pipelines/dbt/graph.ts';
import { inOrder } from '../pipelines/dbt/in-order.ts';
import { buildWhole } from '../pipelines/dbt/materialise.ts';
import { NO_PASSES, passesOf } from '../pipelines/dbt/passes.ts';
import type { Project } from '../pipelines/dbt/resolve.ts';
import { runTests } from '../pipelines/dbt/run-tests.ts';
import { buildRelation, relationSql } from '../pipelines/dbt/sql.ts';
import type { Node } from '../pipelines/dbt/types.ts';
import { identifier } from '../warehouse/engine/sql.ts';
import type { Warehouse } from '../warehouse/engine/warehouse.ts';
import { errorMessage } from '../warehouse/error-code.ts';
import { homePaths } from '../warehouse/home.ts';
import type { Platform } from '../warehouse/platform.ts';
import { type Taken, taken } from './bench.ts';

const DATABASE = 'bench_bare';
const BUILT_IN = buildRelation({ database: DATABASE, name: '' }).database;
/** As many as a build has under way (`pipelines/dbt/build.ts`). */
const AT_ONCE = 2;
const NOTHING = { selects: [], tests: [] };

/** What makes a model, and what tests it. */
export interface Sent {
  selects: string[];
  tests: string[];
}

/** By model, in the order models are built. */
export type Statements = Map<string, Sent>;

/** All of it, or the tables without their tests. */
export type Part = 'all' | 'selects';

/**
 * The statements of building everything as of a day.
 * @param names of models and seeds, where not all are wanted
 */
export async function statementsOf(
  { warehouse }: Platform,
  project: Project,
  asOf: string,
  names?: ReadonlySet<string>,
): Promise<Statements> {
  const vars = { ...project.vars, as_of: asOf };
  const statements: Statements = new Map();
  const { order, testsOf } = buildGraph(project);
  for (const name of order) {
    const node = project.nodes.get(name);
    if (!node || node.config.materialized === 'ephemeral' || names?.has(name) === false) continue;
    const sent: Sent = { selects: [], tests: [] };
    const passes =
      node.kind === 'seed'
        ? NO_PASSES
        : await passesOf(asking(warehouse, sent), project, node, {
            vars,
            incremental: false,
            mayFollow: true,
          });
    const made = aside(node);
    await buildWhole(recorder(warehouse, sent), made, passes);
    await runTests(recorder(warehouse, sent), project, node, testsOf.get(name) ?? [], () => ({
      sql: relationSql(buildRelation(made.relation)),
      vars,
    }));
    statements.set(name, sent);
  }
  return statements;
}

/** The model in a database of its own, and without the column of hashes that a build adds to some. */
function aside(node: Node): Node {
  const meta = Object.fromEntries(Object.entries(node.config.meta).filter(([name]) => name !== 'follows'));
  return {
    ...node,
    relation: { database: DATABASE, name: node.name },
    config: { ...node.config, meta },
  };
}

/** Writes down what would be run and asked. */
const recorder = (warehouse: Warehouse, sent: Sent): Warehouse =>
  instead(warehouse, {
    run: (sql) => {
      sent.selects.push(sql);
      return Promise.resolve();
    },
    rows: (sql) => {
      sent.tests.push(sql);
      return Promise.resolve([]);
    },
  });

/** Asks what is asked, and writes down what is run for it. */
const asking = (warehouse: Warehouse, sent: Sent): Warehouse =>
  instead(warehouse, {
    run: (sql, options) => {
      sent.selects.push(sql);
      return warehouse.run(sql, options);
    },
  });

/** The warehouse with these methods in the place of its own. */
const instead = (warehouse: Warehouse, methods: Partial<Pick<Warehouse, 'run' | 'rows'>>): Warehouse =>
  new Proxy(warehouse, {
    get(target, name): unknown {
      const value: unknown = Reflect.get(methods, name) ?? Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });

/** What sending them takes: all of it, and the SELECTs alone. */
export async function byHand(
  platform: Platform,
  project: Project,
  statements: Statements,
): Promise<Record<Part, Taken>> {
  const all = await withBareClient(platform, project, (send) => taken(() => send(statements, 'all')));
  const selects = await withBareClient(platform, project, (send) => taken(() => send(statements, 'selects')));
  return { all, selects };
}

/** Sends the statements in the order of what reads what, as many at once as a build, under its limits. */
async function withBareClient<T>(
  { warehouse, config }: Platform,
  project: Project,
  use: (send: (statements: Statements, part: Part) => Promise<void>) => Promise<T>,
): Promise<T> {
  const { waits } = buildGraph(project);
  const paths = homePaths(config.home);
  const sessions = Array.from(
    { length: AT_ONCE },
    () =>
      new Session(paths.warehouse, {
        connectionArgs: [`--config-file=${join(paths.engineConfig, 'config.xml')}`],
      }),
  );
  const { maxMemoryBytes, maxSeconds } = config.lanes.batch;
  const drop = (): Promise<void> =>
    warehouse.run(`DROP DATABASE IF EXISTS ${identifier(BUILT_IN)}`, { lane: 'batch', tag: 'bench' });
  try {
    for (const session of sessions)
      await session.queryAsync(
        `SET max_memory_usage = ${maxMemoryBytes}, max_execution_time = ${maxSeconds}`,
      );
    await drop();
    await warehouse.run(`CREATE DATABASE ${identifier(BUILT_IN)}`, { lane: 'batch', tag: 'bench' });
    const idle = [...sessions];
    return await use((statements, part) =>
      inOrder(
        [...statements.keys()],
        (name) => reachable(waits, name),
        AT_ONCE,
        async (name) => {
          const session = idle.pop();
          if (!session) throw new RangeError('more models at once than clients');
          const { selects, tests } = statements.get(name) ?? NOTHING;
          for (const sql of part === 'all' ? [...selects, ...tests] : selects)
            await session.queryAsync(sql, { format: 'Null' }).catch((error: unknown) => {
              throw new Error(`${name}: ${errorMessage(error)}`, { cause: error });
            });
          idle.push(session);
        },
      ),
    );
  } finally {
    for (const session of sessions) session.close();
    await drop();
  }
}
