/** What a test has to look at: the whole table, or what came to it where the rest has been looked at before and found good. */
import { identifier } from '../../warehouse/engine/sql.ts';
import { refSql } from './compile.ts';
import { nodeOf, type Project } from './resolve.ts';
import type { Identity, Stamp } from './state.ts';
import { testSql } from './test-sql.ts';
import type { GenericTest, Node, Test, Vars } from './types.ts';

/** Tests of the project and dbt's own whose failures are rows, each for itself; `relationships` while what it points to is the same. */
const OF_ROWS = new Set(['not_null', 'accepted_values', 'between', 'expression_is_true']);

export interface Built {
  /** The stamp of the table there was, and what the one under test follows from. */
  old: Stamp | undefined;
  identity: Identity;
  vars: Vars;
  /** The relation under test, and what came to the old one; both as SQL. */
  whole: string;
  fresh: string | undefined;
  /** The key whose rows were taken anew. */
  key: readonly string[] | undefined;
}

/** What stands for the model in a test: a relation or a query in brackets, and the variables the test is read with. */
export interface Subject {
  sql: string;
  vars: Vars;
}

export function narrowed(project: Project, node: Node, built: Built): (test: Test) => Subject {
  const { old, identity, vars, whole, fresh } = built;
  const wereClean = new Set(old?.clean);
  const { touched, ...ofAll } = vars;
  const all = { sql: whole, vars: ofAll };
  return (test) => {
    if (fresh === undefined || test.kind !== 'generic' || !wereClean.has(test.name)) return all;
    const some = { sql: fresh, vars: ofAll };
    const isSettled = test.refs.every((name) => name === node.name || old?.saw[name] === identity.saw[name]);
    if (OF_ROWS.has(test.macro) || test.macro === 'relationships') return isSettled ? some : all;
    const unique = uniqueColumns(test);
    if (unique) {
      const { incremental_strategy: strategy, unique_key, materialized } = node.config;
      const replaced =
        built.key ??
        (materialized === 'incremental' && strategy === 'delete+insert' ? unique_key : undefined);
      // Rows of one key came together: what is unique within them cannot be found in another key's.
      if (replaced?.every((name) => unique.includes(name))) return some;
      const names = unique.map(identifier).join(', ');
      return {
        sql: `(SELECT * FROM ${whole} WHERE (${names}) IN (SELECT ${names} FROM ${fresh}))`,
        vars: ofAll,
      };
    }
    // A test that knows what touched keys are says of them what it says of all.
    const knowsKeys = touched !== undefined && textOf(project, test, vars) !== textOf(project, test, ofAll);
    return knowsKeys ? { sql: fresh, vars } : all;
  };
}

/** Columns a test says are together unique, if that is what it says. */
function uniqueColumns({ macro, column, arguments: given }: GenericTest): string[] | undefined {
  if (macro === 'unique' && column !== undefined && /^\w+$/.test(column)) return [column];
  const columns = macro === 'unique_combination' ? given['columns'] : undefined;
  return Array.isArray(columns) ? columns.map(String) : undefined;
}

const textOf = (project: Project, test: Test, vars: Vars): string =>
  testSql(project, test, vars, (name) => refSql(project, nodeOf(project, name, test.path), vars));
