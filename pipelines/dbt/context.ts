/** What a model's Jinja sees: `config ref source var is_incremental this target` and what dbt refuses or ignores. */
import { AppError } from '../../domain/errors.ts';
import { relationSql } from './sql.ts';
import { callArguments } from './jinja.ts';
import type { CallArguments, JinjaContext } from './jinja.ts';
import type { Relation, SourceRef, Vars } from './types.ts';

export interface Target {
  name: string;
  profile_name: string;
  type: 'clickhouse';
  schema: string;
}

export interface ContextHooks {
  where: string;
  vars: Vars;
  target: Target;
  this: Relation | undefined;
  incremental: boolean;
  /** False while the project is read, true when the SQL is about to be run. */
  execute: boolean;
  config: (values: Record<string, unknown>) => void;
  /** Answers the SQL that stands for the model: a relation, or an ephemeral model's query in brackets. */
  ref: (name: string) => string;
  source: (ref: SourceRef) => string;
}

/** dbt's relation object, as far as models use it. */
export function relationObject(relation: Relation): object {
  return {
    database: '',
    schema: relation.database,
    identifier: relation.name,
    name: relation.name,
    toString: () => relationSql(relation),
  };
}

export function jinjaContext(hooks: ContextHooks): JinjaContext {
  const refuse = (what: string, fix: string) => (): never => {
    throw new AppError('bad_configuration', `${hooks.where}: ${what} is not available.`, {
      where: { file: hooks.where },
      fix,
    });
  };
  const config = Object.assign(
    (...values: unknown[]) => {
      const { positional, named } = callArguments(values);
      const [whole] = positional;
      hooks.config({ ...(typeof whole === 'object' ? whole : {}), ...named });
      return '';
    },
    { get: (_name: unknown, otherwise: unknown = null) => otherwise },
  );
  return {
    config,
    ref: (...values: unknown[]) => {
      const { positional, named } = callArguments(values);
      if ('v' in named || 'version' in named)
        refuse('a version of a model', 'Name the model without a version.')();
      return hooks.ref(text(positional.at(-1), 'ref', hooks));
    },
    source: (...values: unknown[]) => {
      const { positional } = callArguments(values);
      return hooks.source({
        source: text(positional[0], 'source', hooks),
        table: text(positional[1], 'source', hooks),
      });
    },
    var: (...values: unknown[]) => variable(callArguments(values), hooks),
    is_incremental: () => hooks.incremental,
    this: hooks.this && relationObject(hooks.this),
    target: hooks.target,
    execute: hooks.execute,
    flags: { FULL_REFRESH: false },
    model: hooks.this && { name: hooks.this.name, schema: hooks.this.database },
    log: () => '',
    env_var: refuse('env_var', 'Use a var of dbt_project.yml: models do not depend on the environment.'),
    run_query: refuse(
      'run_query',
      'Write the query into the model: what a model does must follow from its text.',
    ),
    exceptions: {
      raise_compiler_error: (message: unknown) => {
        throw new AppError('bad_configuration', `${hooks.where}: ${String(message)}`, {
          where: { file: hooks.where },
        });
      },
      warn: () => '',
    },
  };
}

function variable({ positional, named }: CallArguments, hooks: ContextHooks): unknown {
  const name = text(positional[0], 'var', hooks);
  if (Object.hasOwn(hooks.vars, name)) return hooks.vars[name];
  if (positional.length > 1) return positional[1];
  if ('default' in named) return named['default'];
  throw new AppError('bad_configuration', `${hooks.where}: there is no variable ${name}.`, {
    where: { file: hooks.where },
    fix: 'Give it a value under vars in dbt_project.yml, or a default.',
  });
}

function text(value: unknown, what: string, hooks: ContextHooks): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new AppError('bad_configuration', `${hooks.where}: ${what}() needs a name.`, {
    where: { file: hooks.where },
  });
}
