/** A project in memory, and how a name in it becomes a place in the warehouse. */
import { AppError } from '../../domain/errors.ts';
import { jinjaContext } from './context.ts';
import type { ContextHooks, Target } from './context.ts';
import type { MacroFile, Renderer } from './jinja.ts';
import { relationSql } from './sql.ts';
import { sourceName } from './types.ts';
import type { Node, Source, SourceRef, Test, Vars } from './types.ts';

export interface Project {
  dir: string;
  name: string;
  target: Target;
  /** Defaults of `dbt_project.yml`; a run lays its own over them. */
  vars: Vars;
  renderer: Renderer;
  /** Models and seeds by name. */
  nodes: Map<string, Node>;
  sources: Map<string, Source>;
  tests: Test[];
  macros: MacroFile[];
}

/** A rendering context of the project with harmless answers for whatever the caller does not hook. */
export function contextOf(
  project: Project,
  hooks: Partial<ContextHooks> & { where: string },
): ReturnType<typeof jinjaContext> {
  return jinjaContext({
    vars: project.vars,
    target: project.target,
    this: undefined,
    incremental: false,
    execute: false,
    config: () => undefined,
    ref: (name) => relationSql(nodeOf(project, name, hooks.where).relation),
    source: (ref) => relationSql(sourceOf(project, ref, hooks.where).relation),
    ...hooks,
  });
}

export function nodeOf(project: Project, name: string, where: string): Node {
  const node = project.nodes.get(name);
  if (!node) throw broken(where, `ref('${name}') names no model or seed`);
  return node;
}

export function sourceOf(project: Project, ref: SourceRef, where: string): Source {
  const source = project.sources.get(sourceName(ref));
  if (!source) throw broken(where, `source('${ref.source}', '${ref.table}') is not declared`);
  return source;
}

/** An error in the project's own files, named by path. */
export const broken = (path: string, what: string): AppError =>
  new AppError('bad_configuration', `${path}: ${what}`, {
    where: { file: path },
    fix: 'Mend the dbt project.',
  });
