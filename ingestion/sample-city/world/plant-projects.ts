/** Projects behind their plan, above their budget or at the end of their approval, and others just short of that. */
import { addMonths } from '../calendar.ts';
import type { CitySize } from '../options.ts';
import type { Project } from './housing.ts';

/** Approvals last this long from the planned start. */
export const APPROVED_MONTHS = 240;
export const approvedUntil = (project: Project): number =>
  project.approvedUntil ?? addMonths(project.plannedStart, APPROVED_MONTHS);

/** What is changed, in turn: a violation, and behind it one that only looks like it; null leaves a project as it is. */
type Change = ((project: Project, lastDay: number) => Partial<Project>) | null;
const OF_UNFINISHED: readonly Change[] = [
  (_, lastDay) => ({ plannedCompletion: lastDay - 40 }),
  (_, lastDay) => ({ plannedCompletion: lastDay }),
  ({ started }) => ({ plannedStart: started - 90 }),
  ({ started }) => ({ plannedStart: started - 60 }),
  null,
];
const OF_FINISHED: readonly Change[] = [
  () => ({ investedShare: 1.2 }),
  null,
  () => ({ investedShare: 1.09 }),
  null,
  (_, lastDay) => ({ approvedUntil: lastDay + 45 }),
  null,
  (_, lastDay) => ({ approvedUntil: lastDay + 61 }),
  null,
  (_, lastDay) => ({ approvedUntil: lastDay - 10 }),
  null,
  null,
  null,
];

export function plantProjects({ lastDay }: CitySize, projects: readonly Project[]): void {
  const isFinished = (project: Project): boolean => project.completed <= lastDay;
  const change = (some: readonly Project[], changes: readonly Change[]): void =>
    some.forEach((project, i) => {
      const changed = changes[i % changes.length]?.(project, lastDay);
      if (changed) Object.assign(project, changed, { planted: true });
    });
  change(
    projects.filter((project) => !isFinished(project)),
    OF_UNFINISHED,
  );
  change(projects.filter(isFinished), OF_FINISHED);
}
