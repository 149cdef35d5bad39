/** What a test has to look at: the whole table, or what came to it where the rest has been looked at before and found good. */
import { identifier } from '../../warehouse/engine/sql.ts';
import { refSql } from './compile.ts';
import { takenAnew } from './passes.ts';
import { nodeOf, type Project } from './resolve.ts';
import type { Identity, Stamp } from './state.ts';
import { testSql } from './test-sql.ts';
import type { TouchedKeys } from './touched.ts';
import type { GenericTest, Node, Test, Vars } from './types.ts';

/** Tests of the project and dbt's own whose failures are rows, each for itself; `relationships` while what it points to is the same. */
const EACH_ROW = new Set(['not_null', 'between', 'expression_is_true', 'relationships']);
/** One that counts values instead. */
const OF_ROWS = new Set([...EACH_ROW, 'accepted_values']);

export interface Built {
  /** The stamp of the table there was, and what the one under test follows from. */
  old: Stamp | undefined;
  identity: Identity;
  vars: Vars;
  /** The relation under test, and what came to the old one; both as SQL. */
  whole: string;
  fresh: string | undefined;
  /** Which keys were taken anew, and which rows of the old table these were: a relation or a query in brackets. */
  touched: TouchedKeys | undefined;
  left: string | undefined;
}

/** What stands for the model in a test: a relation or a query in brackets, and the variables the test is read with. */
export interface Subject {
  sql: string;
  vars: Vars;
  /** SQL by name of another model, to be read in its place. */
  instead?: ReadonlyMap<string, string>;
  /** What is looked at takes the place of these rows, and so many failed with them. */
  after?: { left: string; failures: number };
}

export function narrowed(project: Project, node: Node, built: Built): (test: Test) => Subject {
  const { old, identity, vars, whole, fresh, left } = built;
  const wereClean = new Set(old?.clean);
  const { touched, ...ofAll } = vars;
  const all = { sql: whole, vars: ofAll };
  return (test) => {
    if (fresh === undefined || test.kind !== 'generic') return all;
    const some = { sql: fresh, vars: ofAll };
    const isSettled = test.refs.every((name) => name === node.name || old?.saw[name] === identity.saw[name]);
    if (!wereClean.has(test.name)) {
      const failures = old?.found[test.name];
      const isSum = failures !== undefined && left !== undefined && isSettled && EACH_ROW.has(test.macro);
      return isSum ? { ...some, after: { left, failures } } : all;
    }
    if (OF_ROWS.has(test.macro)) return isSettled ? some : all;
    const unique = uniqueColumns(test);
    if (unique) {
      const { incremental_strategy: strategy, unique_key, materialized } = node.config;
      const replaced =
        built.touched?.key ??
        takenAnew(node) ??
        (materialized === 'incremental' && strategy === 'delete+insert' ? unique_key : undefined);
      // Rows of one key came together: what is unique within them cannot be found in another key's.
      if (replaced?.every((name) => unique.includes(name)) || isWithinPartitions(node, unique)) return some;
      const names = unique.map(identifier).join(', ');
      return {
        sql: `(SELECT * FROM ${whole} WHERE (${names}) IN (SELECT ${names} FROM ${fresh}))`,
        vars: ofAll,
      };
    }
    // A test that knows what touched keys are says of them what it says of all.
    const knowsKeys = touched !== undefined && textOf(project, test, vars) !== textOf(project, test, ofAll);
    return knowsKeys ? { sql: fresh, vars, instead: built.touched?.aside } : all;
  };
}

/** Whether rows that share these columns lie in one partition, and partitions come whole. */
function isWithinPartitions({ config }: Node, unique: readonly string[]): boolean {
  const { materialized, incremental_strategy: strategy, partition_by: partition } = config;
  if (materialized !== 'incremental' || strategy !== 'insert_overwrite') return false;
  const names = partition.flatMap((expression) => expression.match(/\b[A-Za-z_]\w*\b(?!\s*\()/g) ?? []);
  return names.length > 0 && names.every((name) => unique.includes(name));
}

/** Columns that tests which found something may ask of rows that left: those their texts name. */
export function columnsOfFailures(
  project: Project,
  tests: readonly Test[],
  { old, vars, columns }: { old: Stamp; vars: Vars; columns: readonly { name: string }[] },
): string[] {
  const texts = tests.filter(({ name }) => name in old.found).map((test) => textOf(project, test, vars));
  return columns.flatMap(({ name }) => (texts.some((text) => text.includes(name)) ? [name] : []));
}

/** Columns a test says are together unique, if that is what it says. */
function uniqueColumns({ macro, column, arguments: given }: GenericTest): string[] | undefined {
  if (macro === 'unique' && column !== undefined && /^\w+$/.test(column)) return [column];
  const columns = macro === 'unique_combination' ? given['columns'] : undefined;
  return Array.isArray(columns) ? columns.map(String) : undefined;
}

const textOf = (project: Project, test: Test, vars: Vars): string =>
  testSql(project, test, vars, (name) => refSql(project, nodeOf(project, name, test.path), { vars }));
