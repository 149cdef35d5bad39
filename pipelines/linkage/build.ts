/** Models and linkage in their order: what the records are made of, who is who, then everything that reads it. */
import { buildModels, type BuildOptions, type ModelResult } from '../dbt/build.ts';
import { buildGraph, reachable } from '../dbt/graph.ts';
import type { Project } from '../dbt/resolve.ts';
import { selectNodes } from '../dbt/select.ts';
import type { OnProgress } from '../progress.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { tellEntityEvents } from './entity-events.ts';
import { linkPersons, type PersonLinkage } from './persons/step.ts';

const RECORDS = 'person_record';

/**
 * As `buildModels`, with the linkage in between. A selection of models builds those alone, on the links there are; so does a run
 * in which the records cannot be built.
 */
export async function buildLinked(
  platform: Platform,
  project: Project,
  options: BuildOptions,
): Promise<{ models: ModelResult[]; linkage?: PersonLinkage }> {
  const isWhole = options.select === undefined || options.select.length === 0;
  if (!isWhole || !project.nodes.has(RECORDS))
    return { models: await buildModels(platform, project, options) };
  const graph = buildGraph(project);
  const first = [RECORDS, ...reachable(graph.parents, RECORDS)].filter((name) => project.nodes.has(name));
  const { onResult, ...quiet } = options;
  const total = [...selectNodes(project, graph, options)].filter(
    (name) => project.nodes.get(name)?.config.materialized !== 'ephemeral',
  ).length;
  const records = await buildModels(platform, project, {
    ...quiet,
    select: first,
    onProgress: countedFrom(0, total, options.onProgress),
  });
  const usable = records.every(({ status }) => status === 'built' || status === 'skipped');
  if (!usable) return { models: await buildModels(platform, project, options) };
  for (const result of records) await onResult?.(result);
  const linkage = await linkPersons(platform);
  const rest = await buildModels(platform, project, {
    ...options,
    exclude: [...(options.exclude ?? []), ...records.map(({ name }) => name)],
    onProgress: countedFrom(records.length, total, options.onProgress),
  });
  await tellEntityEvents(
    platform,
    new Set(rest.filter(({ status }) => status === 'built').map(({ name }) => name)),
  );
  return { models: [...records, ...rest], linkage };
}

/** Two builds are one stage to who watches: models are counted on through both. */
const countedFrom =
  (before: number, total: number, onProgress: OnProgress | undefined): OnProgress =>
  (event) =>
    onProgress?.(event.kind === 'item' ? { ...event, done: event.done + before, total } : event);
