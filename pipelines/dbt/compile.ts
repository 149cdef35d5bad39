/** From a model's text to the SQL that is run. */
import { contextOf, nodeOf, sourceOf } from './resolve.ts';
import type { Project } from './resolve.ts';
import { relationSql, rowsWhere } from './sql.ts';
import type { Node, Relation, Source, Vars } from './types.ts';

export interface CompileOptions {
  vars: Vars;
  /** What `is_incremental()` answers. Ephemeral models always see false: they have no table of their own. */
  incremental: boolean;
  /** SQL by name of a model, to be read in its place. */
  instead?: ReadonlyMap<string, string>;
  /** What it reads has no rows: for its columns, which the engine works queries for one value out to tell. */
  isWithoutRows?: boolean;
}

/** The SELECT of a model. Ephemeral models stand in it as bracketed queries. */
export function compileModel(project: Project, node: Node, options: CompileOptions): string {
  const context = contextOf(project, {
    where: node.path,
    vars: options.vars,
    this: node.relation,
    incremental: options.incremental,
    execute: true,
    ref: (name) => options.instead?.get(name) ?? refSql(project, nodeOf(project, name, node.path), options),
    source: (ref) => readSql(sourceOf(project, ref, node.path).relation, options),
  });
  return project.renderer.render(node.text, node.path, context).replace(/[;\s]+$/, '');
}

export function refSql(
  project: Project,
  node: Node,
  { vars, isWithoutRows = false }: Pick<CompileOptions, 'vars' | 'isWithoutRows'>,
): string {
  if (node.config.materialized !== 'ephemeral') return readSql(node.relation, { isWithoutRows });
  return `(\n${compileModel(project, node, { vars, incremental: false, isWithoutRows })}\n)`;
}

const readSql = (relation: Relation, { isWithoutRows }: Pick<CompileOptions, 'isWithoutRows'>): string =>
  isWithoutRows ? rowsWhere(relation, 'false') : relationSql(relation);

/** What a model reads in the warehouse: models and seeds, and sources, looking through ephemeral models. */
export function inputsOf(project: Project, node: Node): { nodes: Node[]; sources: Source[] } {
  const nodes = new Map<string, Node>();
  const sources = new Map<string, Source>();
  const visit = (reader: Node): void => {
    for (const ref of reader.sources) {
      const source = sourceOf(project, ref, reader.path);
      sources.set(source.name, source);
    }
    for (const name of reader.refs) {
      const read = nodeOf(project, name, reader.path);
      if (read.config.materialized === 'ephemeral') visit(read);
      else nodes.set(name, read);
    }
  };
  visit(node);
  return { nodes: [...nodes.values()], sources: [...sources.values()] };
}
