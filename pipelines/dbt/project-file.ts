/** `dbt_project.yml`: where things are, variables, and configs by folder. */
import { z } from 'zod';
import { nodeConfigSchema } from './types.ts';

const paths = (otherwise: string[]) => z.array(z.string()).default(otherwise);
const tree = z.record(z.string(), z.unknown()).default({});

export const projectFileSchema = z.object({
  name: z.string().regex(/^[a-z][a-z0-9_]*$/),
  version: z.union([z.string(), z.number()]).optional(),
  'config-version': z.literal(2).default(2),
  profile: z.string().optional(),
  'model-paths': paths(['models']),
  'seed-paths': paths(['seeds']),
  'macro-paths': paths(['macros']),
  'test-paths': paths(['tests']),
  vars: z.record(z.string(), z.unknown()).default({}),
  models: tree,
  seeds: tree,
});
export type ProjectFile = z.output<typeof projectFileSchema>;

/** Configs as written, before defaults are filled in. */
export type RawConfig = Record<string, unknown>;

const CONFIG_NAMES = new Set(Object.keys(nodeConfigSchema.shape));

/** Later wins, except that tags add up and meta merges, as in dbt. */
export function mergeConfigs(...configs: RawConfig[]): RawConfig {
  const merged: RawConfig = {};
  for (const config of configs) {
    for (const [name, value] of Object.entries(config)) {
      if (name === 'tags') merged['tags'] = [...list(merged['tags']), ...list(value)];
      else if (name === 'meta')
        merged['meta'] = { ...(merged['meta'] as object | undefined), ...(value as object) };
      else merged[name] = value;
    }
  }
  return merged;
}

/**
 * The configs a folder tree gives to a node: those of the root, of the project, and of each folder on the way down.
 * `folders` are the folders below the model path, outermost first, then the node's own name.
 */
export function folderConfig(root: Record<string, unknown>, project: string, folders: string[]): RawConfig {
  let level: Record<string, unknown> | undefined = root;
  let config: RawConfig = {};
  for (const step of [project, ...folders, null]) {
    if (level === undefined) break;
    config = mergeConfigs(config, ownConfigs(level));
    const next: unknown = step === null ? undefined : level[step];
    level = isRecord(next) ? next : undefined;
  }
  return config;
}

/** `vars` at the root and under the project's name, the latter winning. */
export function projectVars(file: ProjectFile): Record<string, unknown> {
  const own = file.vars[file.name];
  return { ...file.vars, ...(isRecord(own) ? own : {}) };
}

function ownConfigs(level: Record<string, unknown>): RawConfig {
  const own: RawConfig = {};
  for (const [key, value] of Object.entries(level)) {
    const name = key.startsWith('+') ? key.slice(1) : key;
    // Without the plus, a config that is itself a mapping could be a folder of that name; dbt asks for the plus then.
    if (key.startsWith('+') || (CONFIG_NAMES.has(name) && !isRecord(value))) own[name] = value;
  }
  return own;
}

const list = (value: unknown): unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
