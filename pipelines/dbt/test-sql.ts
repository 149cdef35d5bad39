/** Tests as SQL: a query whose rows are the failures, with the models under test pointing at their build. */
import { AppError } from '../../domain/errors.ts';
import { identifier } from '../../warehouse/engine/sql.ts';
import { contextOf, nodeOf } from './resolve.ts';
import type { Project } from './resolve.ts';
import { testConfig } from './properties.ts';
import { relationSql } from './sql.ts';
import type { GenericTest, SingularTest, Test, Vars } from './types.ts';

/** Finds out what each test reads, by rendering it, and refuses one whose macro does not exist. */
export function loadTests(
  project: Project,
  generic: GenericTest[],
  files: { path: string; steps: string[]; text: string }[],
): Test[] {
  const declared: (GenericTest | SingularTest)[] = [
    ...generic.filter((test) => project.nodes.has(test.model)),
    ...files.map((file) => singular(project, file)),
  ];
  const names = new Set<string>();
  return declared
    .filter((test) => test.config.enabled)
    .map((test) => {
      if (names.has(test.name)) {
        throw new AppError('bad_configuration', `${test.path}: there are two tests named ${test.name}.`, {
          where: { file: test.path },
          fix: 'Give one a name of its own.',
        });
      }
      names.add(test.name);
      const refs = new Set<string>();
      testSql(
        project,
        test,
        project.vars,
        (name) => (refs.add(name), nodeOf(project, name, test.path), name),
      );
      return { ...test, refs: [...refs].sort() };
    });
}

/**
 * SELECT whose rows are the failures of a test. `ref` answers the SQL that stands for a model.
 */
export function testSql(
  project: Project,
  test: GenericTest | SingularTest,
  vars: Vars,
  ref: (name: string) => string,
): string {
  const context = contextOf(project, { where: test.path, vars, ref, execute: true });
  const filtered = (sql: string): string => {
    if (test.config.where === undefined) return sql;
    const where = project.renderer.render(test.config.where, test.path, context);
    return `(SELECT * FROM ${sql} WHERE ${where})`;
  };
  if (test.kind === 'singular') {
    return filtered(
      test.config.where === undefined
        ? project.renderer.render(test.sql, test.path, context)
        : `(${project.renderer.render(test.sql, test.path, context)}\n)`,
    );
  }
  const named: Record<string, unknown> = { model: filtered(ref(test.model)) };
  if (test.column !== undefined) named['column_name'] = columnSql(test.column);
  for (const [name, value] of Object.entries(test.arguments)) {
    named[name] =
      typeof value === 'string' && isExpression(value)
        ? project.renderer.render(wrapped(value), test.path, context)
        : value;
  }
  const sql = project.renderer.call(`test_${test.macro}`, named, test.path, context);
  if (typeof sql === 'string' && sql !== '') return sql;
  throw new AppError('bug', `Test macro ${test.macro} gives no SQL.`, { where: { file: test.path } });
}

/** dbt writes the other model of `relationships` as the bare text `ref('x')`. */
const isExpression = (value: string): boolean =>
  /^(ref|source)\(.*\)$/.test(value.trim()) || value.includes('{{');
const wrapped = (value: string): string => (value.includes('{{') ? value : `{{ ${value} }}`);
/** A plain column is quoted (it may be Chinese); an expression such as `concat(a, b)` stays as written. */
const columnSql = (column: string): string =>
  /^[\p{L}_][\p{L}\p{N}_]*$/u.test(column) ? identifier(column) : column;

function singular(project: Project, file: { path: string; steps: string[]; text: string }): SingularTest {
  let raw: Record<string, unknown> = {};
  const context = contextOf(project, {
    where: file.path,
    config: (values) => (raw = { ...raw, ...values }),
    ref: (name) => relationSql(nodeOf(project, name, file.path).relation),
  });
  project.renderer.render(file.text, file.path, context);
  return {
    kind: 'singular',
    name: file.steps.at(-1) ?? file.path,
    sql: file.text,
    path: file.path,
    config: testConfig(raw, file.path),
  };
}
