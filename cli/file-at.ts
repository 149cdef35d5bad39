import { stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../domain/errors.ts';

/** The absolute path of what a person named on the command line. @throws AppError `bad_request` when nothing is there */
export async function fileAt(named: string): Promise<string> {
  const absolute = path.resolve(named);
  await stat(absolute).catch((cause: unknown) => {
    throw new AppError('bad_request', `There is nothing to read at ${named}.`, {
      where: { path: absolute },
      fix: 'Check the path.',
      cause,
    });
  });
  return absolute;
}
