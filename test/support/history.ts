/** The macros of the history, and a standardising model as a first build runs it. */
import { contextOf, type Project } from '../../pipelines/dbt/resolve.ts';
import { relationSql } from '../../pipelines/dbt/sql.ts';
import type { Node } from '../../pipelines/dbt/types.ts';

/** SQL that stands for a text of Jinja in the project, such as `{{ as_of('std_x', valid, known) }}`. */
export function sqlIn(project: Project, text: string): string {
  const context = contextOf(project, {
    where: 'the test',
    vars: project.vars,
    execute: true,
    ref: (name) => relationSql(nodeNamed(project, name).relation),
  });
  return project.renderer.render(text, 'the test', context).trim();
}

export function nodeNamed(project: Project, name: string): Node {
  const node = project.nodes.get(name);
  if (!node) throw new Error(`there is no model ${name}`);
  return node;
}

/** What is told of a key: '' that it is gone. */
export interface Told {
  /** Number of the day it is about. */
  day: number;
  /** When it was received and, if it was, withdrawn. */
  known: number;
  withdrawn: number | null;
  value: string;
}

/** What somebody who has read everything believes of a day at an instant: the last told of the last day. */
export function believed(told: readonly Told[], valid: number, known: number): string {
  const visible = told
    .filter(
      (one) => one.day <= valid && one.known <= known && (one.withdrawn === null || one.withdrawn > known),
    )
    .toSorted((a, b) => a.day - b.day || a.known - b.known);
  return visible.at(-1)?.value ?? '';
}

const FIRST = Date.UTC(2026, 0, 1);
/** Day number `number`, YYYY-MM-DD. */
export const dayOf = (number: number): string =>
  new Date(FIRST + number * 86_400_000).toISOString().slice(0, 10);
/** Instant number `number`, an hour apart. */
export const instantOf = (number: number): Date => new Date(FIRST + number * 3_600_000);
/** The same for the engine. */
export const instantText = (number: number): string =>
  instantOf(number).toISOString().slice(0, 19).replace('T', ' ');
