/** Property files (`*.yml` beside models and seeds): descriptions, columns, tests, sources. */
import { parse } from 'yaml';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { isRecord } from './project-file.ts';
import type { RawConfig } from './project-file.ts';
import { testConfigSchema } from './types.ts';
import type { Column, GenericTest, TestConfig } from './types.ts';

const testEntry = z.union([z.string(), z.record(z.string(), z.unknown())]);
const tests = { tests: z.array(testEntry).default([]), data_tests: z.array(testEntry).default([]) };
const columnSchema = z.object({
  name: z.string(),
  description: z.string().default(''),
  data_type: z.string().optional(),
  ...tests,
});
const nodeSchema = z.object({
  name: z.string(),
  description: z.string().default(''),
  config: z.record(z.string(), z.unknown()).default({}),
  columns: z.array(columnSchema).default([]),
  ...tests,
});
const sourceSchema = z.object({
  name: z.string(),
  schema: z.string().optional(),
  tables: z.array(
    z.object({
      name: z.string(),
      identifier: z.string().optional(),
      description: z.string().default(''),
      ...tests,
    }),
  ),
});
const fileSchema = z.object({
  version: z.literal(2).default(2),
  models: z.array(nodeSchema).default([]),
  seeds: z.array(nodeSchema).default([]),
  sources: z.array(sourceSchema).default([]),
});

export interface NodeProperties {
  name: string;
  kind: 'model' | 'seed';
  path: string;
  description: string;
  config: RawConfig;
  columns: Column[];
  tests: GenericTest[];
}
export interface SourceProperties {
  source: string;
  schema: string;
  table: string;
  identifier: string;
  description: string;
}
export interface Properties {
  nodes: NodeProperties[];
  sources: SourceProperties[];
}

/** Text of one property file → what it says. Throws an `AppError` naming the file and the entry. */
export function parseProperties(text: string, path: string): Properties {
  const parsed = fileSchema.safeParse(parse(text) ?? {});
  if (!parsed.success) throw broken(path, z.prettifyError(parsed.error));
  const file = parsed.data;
  const nodes = (['model', 'seed'] as const).flatMap((kind) =>
    file[`${kind}s`].map((node) => ({
      name: node.name,
      kind,
      path,
      description: node.description,
      config: node.config,
      columns: node.columns.map((column) => ({
        name: column.name,
        description: column.description,
        dataType: column.data_type,
      })),
      tests: [
        ...[...node.tests, ...node.data_tests].map((entry) => genericTest(entry, node.name, undefined, path)),
        ...node.columns.flatMap((column) =>
          [...column.tests, ...column.data_tests].map((entry) =>
            genericTest(entry, node.name, column.name, path),
          ),
        ),
      ],
    })),
  );
  const sources = file.sources.flatMap((source) =>
    source.tables.map((table) => {
      if (table.tests.length + table.data_tests.length > 0) {
        throw broken(
          path,
          `source ${source.name}.${table.name} has tests; its contract checks it when it lands`,
        );
      }
      return {
        source: source.name,
        schema: source.schema ?? source.name,
        table: table.name,
        identifier: table.identifier ?? table.name,
        description: table.description,
      };
    }),
  );
  return { nodes, sources };
}

/** `not_null`, or `{accepted_values: {values: […], config: {…}}}`, or with dbt's newer `arguments:` level. */
function genericTest(
  entry: z.output<typeof testEntry>,
  model: string,
  column: string | undefined,
  path: string,
): GenericTest {
  const [macro, body] = typeof entry === 'string' ? [entry, {}] : onlyEntry(entry, path);
  const { config: nested, arguments: args, name, ...rest } = body;
  const own: Record<string, unknown> = {};
  const values: Record<string, unknown> = isRecord(args) ? { ...args } : {};
  for (const [key, value] of Object.entries(rest)) {
    if (key in testConfigSchema.shape) own[key] = value;
    else if (key !== 'description') values[key] = value;
  }
  const config = testConfig({ ...own, ...(isRecord(nested) ? nested : {}) }, path);
  const given = typeof name === 'string' ? name : testName(macro, model, column, values, config);
  return { kind: 'generic', name: given, macro, model, column, arguments: values, config, path };
}

export function testConfig(raw: RawConfig, path: string): TestConfig {
  const parsed = testConfigSchema.safeParse(raw);
  if (!parsed.success) throw broken(path, z.prettifyError(parsed.error));
  return parsed.data;
}

/** `unique_person_person_id`; arguments and a `where` are part of it, so that two tests of one kind stay apart. */
function testName(
  macro: string,
  model: string,
  column: string | undefined,
  values: Record<string, unknown>,
  config: TestConfig,
): string {
  const extra = [...Object.values(values).flat().map(String), config.where ?? ''];
  const suffix = extra
    .join('_')
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_|_$/g, '')
    .slice(0, 60);
  return [macro, model, column, suffix].filter(Boolean).join('_');
}

function onlyEntry(entry: Record<string, unknown>, path: string): [string, Record<string, unknown>] {
  // dbt also writes a test as `{name: x, test_name: not_null}`; one way is enough here.
  const [first, ...others] = Object.entries(entry).filter(([key]) => key !== 'config');
  if (!first || others.length > 0)
    throw broken(path, `a test needs exactly one name, found ${JSON.stringify(entry)}`);
  const body = isRecord(first[1]) ? first[1] : {};
  return [first[0], 'config' in entry ? { ...body, config: entry['config'] } : body];
}

const broken = (path: string, what: string): AppError =>
  new AppError('bad_configuration', `${path}: ${what}`, {
    where: { file: path },
    fix: 'Mend the property file.',
  });
