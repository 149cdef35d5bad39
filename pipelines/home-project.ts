/** The models as a home builds them: those of the code, what follows from the home's own contracts, and what its staff decided. */
import type { Contracts } from '../ingestion/contracts/home.ts';
import type { GeneratedFile } from '../ingestion/generate/file.ts';
import { homeModelFiles } from '../ingestion/generate/std-model.ts';
import { loadProject } from './dbt/project.ts';
import type { Project } from './dbt/resolve.ts';
import { MODELS_DIRECTORY } from './models-directory.ts';

/**
 * @param ofStaff models and seeds that follow from rules and priorities; they stand in place of files of the same path
 * @throws AppError `bad_configuration` for a broken project, such as models that read each other in a circle
 */
export function homeProject(
  { ofHome }: Pick<Contracts, 'ofHome'>,
  ofStaff: readonly GeneratedFile[],
  directory = MODELS_DIRECTORY,
): Promise<Project> {
  const replaced = new Set(ofStaff.map(({ path }) => path));
  return loadProject(directory, [
    // Of a table nobody has accepted nothing is in raw.
    ...homeModelFiles(ofHome.filter(({ state }) => state !== 'held')).filter(
      ({ path }) => !replaced.has(path),
    ),
    ...ofStaff,
  ]);
}
