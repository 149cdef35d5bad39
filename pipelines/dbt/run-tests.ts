/** Runs the tests of a model on its build, all in one query. Only the number of failing rows leaves the engine, never a value. */
import { z } from 'zod';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { refSql } from './compile.ts';
import { nodeOf } from './resolve.ts';
import type { Project } from './resolve.ts';
import { testSql } from './test-sql.ts';
import type { Subject } from './tested.ts';
import type { Node, Test } from './types.ts';

export interface TestResult {
  test: string;
  severity: 'error' | 'warn';
  state: 'passed' | 'warned' | 'failed';
  /** Rows that fail. */
  failures: number;
}

/** `subject` answers what stands for `node` in a test; other models are read where they are published. */
export async function runTests(
  warehouse: Warehouse,
  project: Project,
  node: Node,
  tests: Test[],
  subject: (test: Test) => Subject,
): Promise<TestResult[]> {
  if (tests.length === 0) return [];
  const failures = new Map<number, number>();
  const counts = tests.flatMap((test, index) => {
    const { sql: model, vars, instead, after } = subject(test);
    const count = (of: string, sign: '' | '-'): string => {
      const sql = testSql(project, test, vars, (name) =>
        name === node.name
          ? of
          : (instead?.get(name) ?? refSql(project, nodeOf(project, name, test.path), { vars })),
      );
      return `SELECT ${index} AS test, ${sign}toInt64(count()) AS failures FROM (\n${sql}\n)`;
    };
    if (!after) return [count(model, '')];
    failures.set(index, after.failures);
    return [count(model, ''), count(after.left, '-')];
  });
  const rows = await warehouse.rows(
    counts.join('\nUNION ALL\n'),
    z.object({ test: z.number(), failures: z.coerce.number() }),
    {
      lane: 'batch',
      tag: `test ${node.name}`,
    },
  );
  for (const { test, failures: found } of rows) failures.set(test, (failures.get(test) ?? 0) + found);
  return tests.map((test, index) => {
    const failing = failures.get(index) ?? 0;
    return {
      test: test.name,
      severity: test.config.severity,
      state: verdict(test, failing),
      failures: failing,
    };
  });
}

/** dbt's rule: `error_if` counts only at severity error; below it `warn_if` decides. */
function verdict({ config }: Test, failures: number): TestResult['state'] {
  if (config.severity === 'error' && holds(failures, config.error_if)) return 'failed';
  return holds(failures, config.warn_if) ? 'warned' : 'passed';
}

export function holds(count: number, threshold: string): boolean {
  const [, operator, text] = /^\s*([=!<>]+)\s*(\d+)\s*$/.exec(threshold) ?? [];
  const limit = Number(text);
  switch (operator) {
    case '>':
      return count > limit;
    case '>=':
      return count >= limit;
    case '<':
      return count < limit;
    case '<=':
      return count <= limit;
    case '!=':
    case '<>':
      return count !== limit;
    default:
      return count === limit;
  }
}
