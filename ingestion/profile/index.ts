/** Self-service: a file nobody has seen becomes a profile, and a draft contract it can be landed under. */
import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { homePaths } from '../../warehouse/home.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { contractsOf } from '../contracts/home.ts';
import { duckIn } from '../readers/duck.ts';
import { type Profile, profileFile } from './profile.ts';

export { draftContract, OPEN_POINTS, proposedName, TO_FILL } from './draft.ts';
export type { ColumnProfile, Profile } from './profile.ts';

/**
 * Profiles a file in a directory of its own under the home.
 * @throws AppError `refused_delivery` for a file landing would refuse too
 */
export async function profile(
  platform: Pick<Platform, 'config'>,
  path: string,
  entries?: string,
): Promise<Profile> {
  const directory = join(homePaths(platform.config.home).work, `profile-${randomUUID()}`);
  await mkdir(join(directory, 'read'), { recursive: true });
  const duck = duckIn(join(directory, 'duckdb'));
  try {
    const { all: datasets } = await contractsOf(platform.config);
    return await profileFile(path, { duck, directory: join(directory, 'read'), datasets, entries });
  } finally {
    await duck.close();
    await rm(directory, { recursive: true, force: true });
  }
}
