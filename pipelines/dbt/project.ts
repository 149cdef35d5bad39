/** A dbt project directory, read whole: nodes with their configs, sources, tests, and the macros they render with. */
import { readFile, readdir } from 'node:fs/promises';
import { basename, extname, join, posix } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { Renderer } from './jinja.ts';
import { folderConfig, mergeConfigs, projectFileSchema, projectVars } from './project-file.ts';
import type { ProjectFile, RawConfig } from './project-file.ts';
import { parseProperties } from './properties.ts';
import type { NodeProperties, SourceProperties } from './properties.ts';
import { broken, contextOf, nodeOf, sourceOf } from './resolve.ts';
import type { Project } from './resolve.ts';
import { loadTests } from './test-sql.ts';
import { nodeConfigSchema, relationName, sourceName } from './types.ts';
import type { Node, Source, SourceRef } from './types.ts';

interface File {
  path: string;
  /** Folders below the model path, then the name without ending. */
  steps: string[];
  text: string;
}

const BUILTIN_TESTS = new URL('./builtin-tests.sql', import.meta.url);

/**
 * Reads the project of a directory. Throws an `AppError` that names the file for anything it does not understand.
 * @param made models, seeds and properties that are in no file: `path` names a folder below a model or seed path, as if they
 * were there; one that is there is replaced
 */
export async function loadProject(
  dir: string,
  made: readonly { path: string; content: string }[] = [],
): Promise<Project> {
  const file = await readProjectFile(dir);
  const [modelFiles, seedFiles, macroFiles, testFiles] = await Promise.all([
    readFiles(dir, file['model-paths'], ['.sql', '.yml', '.yaml']),
    readFiles(dir, file['seed-paths'], ['.csv', '.yml', '.yaml']),
    readFiles(dir, file['macro-paths'], ['.sql']),
    readFiles(dir, file['test-paths'], ['.sql']),
  ]);
  const replaced = new Set(made.map(({ path }) => path));
  const models = [
    ...modelFiles.filter(({ path }) => !replaced.has(path)),
    ...made
      .filter(({ path }) => !isSeedOf(file, path))
      .map(({ path, content }) => ({ path, steps: stepsOf(path), text: content })),
  ];
  const seeds = [
    ...seedFiles.filter(({ path }) => !replaced.has(path)),
    ...made
      .filter(({ path }) => isSeedOf(file, path))
      .map(({ path, content }) => ({ path, steps: stepsOf(path), text: content })),
  ];
  const builtin = { path: 'built-in tests', text: await readFile(BUILTIN_TESTS, 'utf8') };
  const macros = [builtin, ...macroFiles.map(({ path, text }) => ({ path, text }))];
  const propertyFiles = [...models, ...seeds].filter((each) => /\.ya?ml$/.test(each.path));
  const properties = propertyFiles.map((each) => parseProperties(each.text, each.path));
  const project: Project = {
    dir,
    name: file.name,
    target: { name: 'anju', profile_name: file.profile ?? file.name, type: 'clickhouse', schema: 'base' },
    vars: projectVars(file),
    renderer: new Renderer(macros),
    nodes: new Map(),
    sources: sourcesByName(properties.flatMap((each) => each.sources)),
    tests: [],
    macros,
  };
  const described = new Map<string, NodeProperties>();
  for (const node of properties.flatMap((each) => each.nodes)) {
    if (described.has(node.name)) throw broken(node.path, `${node.name} is described twice`);
    described.set(node.name, node);
  }
  // Names switched off by `enabled: false`: their properties and tests are ignored, a `ref` to them is an error.
  const disabled = new Set<string>();
  for (const each of [...models, ...seeds]) {
    const kind = { '.sql': 'model', '.csv': 'seed' } as const;
    const extension = extname(each.path);
    if (extension !== '.sql' && extension !== '.csv') continue;
    const node = readNode(project, file, kind[extension], each, described);
    if (node.config.enabled) addNode(project, node);
    else disabled.add(node.name);
  }
  for (const [name, node] of described) {
    if (!project.nodes.has(name) && !disabled.has(name))
      throw broken(node.path, `there is no ${node.kind} ${name}`);
  }
  checkReferences(project);
  project.tests = loadTests(
    project,
    [...described.values()].flatMap((node) => node.tests),
    testFiles,
  );
  return project;
}

const isSeedOf = (file: ProjectFile, path: string): boolean =>
  file['seed-paths'].includes(path.split('/')[0] ?? '');

function readNode(
  project: Project,
  file: ProjectFile,
  kind: Node['kind'],
  source: File,
  described: Map<string, NodeProperties>,
): Node {
  const name = source.steps.at(-1) ?? '';
  const properties = described.get(name);
  const folder = folderConfig(kind === 'model' ? file.models : file.seeds, file.name, source.steps);
  const outside = mergeConfigs(
    folder,
    properties?.config ?? {},
    kind === 'seed' ? { materialized: 'seed' } : {},
  );
  const read = kind === 'model' ? readModel(project, source) : { config: {}, refs: [], sources: [] };
  const parsed = nodeConfigSchema.safeParse(mergeConfigs(outside, read.config));
  if (!parsed.success) throw broken(source.path, z.prettifyError(parsed.error));
  const config = parsed.data;
  const facts = {
    name,
    resource_type: kind,
    package_name: project.name,
    original_file_path: source.path,
    config,
  };
  const fqn = [project.name, ...source.steps];
  return {
    kind,
    name,
    path: source.path,
    text: source.text,
    relation: {
      database:
        naming(project, 'generate_schema_name', 'custom_schema_name', config.schema, {
          ...facts,
          fqn,
        }) ??
        config.schema ??
        project.target.schema,
      name:
        naming(project, 'generate_alias_name', 'custom_alias_name', config.alias, { ...facts, fqn }) ??
        config.alias ??
        name,
    },
    config,
    description: properties?.description ?? '',
    columns: properties?.columns ?? [],
    refs: read.refs,
    sources: read.sources,
  };
}

function addNode(project: Project, node: Node): void {
  const twin = project.nodes.get(node.name);
  if (twin)
    throw broken(
      node.path,
      `the name ${node.name} is taken by ${twin.path}; dbt wants names unique in a project`,
    );
  const place = relationName(node.relation);
  for (const other of project.nodes.values()) {
    if (relationName(other.relation) === place)
      throw broken(node.path, `${node.name} and ${other.name} would both be ${place}`);
  }
  project.nodes.set(node.name, node);
}

/** The project's own naming macro decides, so that the dbt command line comes to the same place. */
function naming(
  project: Project,
  macro: string,
  argument: string,
  value: string | undefined,
  node: Record<string, unknown>,
): string | undefined {
  if (!project.renderer.has(macro)) return undefined;
  const context = contextOf(project, { where: String(node['original_file_path']) });
  const answer = project.renderer.call(
    macro,
    { [argument]: value ?? null, node },
    String(node['original_file_path']),
    context,
  );
  return typeof answer === 'string' && answer !== '' ? answer : undefined;
}

/** Renders a model for both of its lives, first build and increment, to learn its config and what it reads. */
function readModel(
  project: Project,
  file: File,
): { config: RawConfig; refs: string[]; sources: SourceRef[] } {
  let config: RawConfig = {};
  const refs = new Set<string>();
  const sources = new Map<string, SourceRef>();
  for (const incremental of [true, false]) {
    const context = contextOf(project, {
      where: file.path,
      incremental,
      this: { database: 'this', name: file.steps.at(-1) ?? '' },
      config: (values) => (config = mergeConfigs(config, values)),
      ref: (name) => (refs.add(name), name),
      source: (ref) => (sources.set(sourceName(ref), ref), sourceName(ref)),
    });
    config = {};
    project.renderer.render(file.text, file.path, context);
  }
  return { config, refs: [...refs].sort(), sources: [...sources.values()] };
}

function checkReferences(project: Project): void {
  for (const node of project.nodes.values()) {
    for (const ref of node.refs) nodeOf(project, ref, node.path);
    for (const source of node.sources) sourceOf(project, source, node.path);
  }
}

function sourcesByName(list: SourceProperties[]): Map<string, Source> {
  const sources = new Map<string, Source>();
  for (const each of list) {
    const name = sourceName(each);
    if (sources.has(name)) throw broken('sources', `source ${name} is declared twice`);
    sources.set(name, {
      name,
      source: each.source,
      table: each.table,
      relation: { database: each.schema, name: each.identifier },
      description: each.description,
    });
  }
  return sources;
}

async function readProjectFile(dir: string): Promise<ProjectFile> {
  const path = join(dir, 'dbt_project.yml');
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new AppError('bad_configuration', `There is no dbt project at ${dir}.`, {
      where: { file: path },
      fix: 'Create dbt_project.yml.',
      cause,
    });
  });
  const parsed = projectFileSchema.safeParse(parse(text));
  if (!parsed.success) throw broken('dbt_project.yml', z.prettifyError(parsed.error));
  return parsed.data;
}

/** Files below the given folders with one of the endings, in name order; a missing folder holds none. */
async function readFiles(dir: string, roots: string[], endings: string[]): Promise<File[]> {
  const found: File[] = [];
  for (const root of roots) {
    const entries = await readdir(join(dir, root), { recursive: true, withFileTypes: true }).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return [];
        throw error;
      },
    );
    const paths = entries
      .filter((entry) => entry.isFile() && endings.includes(extname(entry.name)))
      .map((entry) =>
        join(entry.parentPath, entry.name)
          .slice(join(dir, root).length + 1)
          .split(/[\\/]/),
      )
      .sort((a, b) => (a.join('/') < b.join('/') ? -1 : 1));
    for (const steps of paths) {
      const text = await readFile(join(dir, root, ...steps), 'utf8');
      const path = posix.join(root, ...steps);
      found.push({ path, steps: stepsOf(path, root), text });
    }
  }
  return found;
}

/** The folders below the model path, then the name without ending. */
const stepsOf = (path: string, root = path.split('/')[0] ?? ''): string[] => {
  const steps = posix.relative(root, path).split('/');
  const last = steps.at(-1) ?? '';
  return [...steps.slice(0, -1), basename(last, extname(last))];
};
