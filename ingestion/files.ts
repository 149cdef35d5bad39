/** Files that need not be copied while they stay in one file system. */
import { copyFile, link, rename } from 'node:fs/promises';
import { errorCode } from '../warehouse/error-code.ts';

const orCopied = (work: (from: string, to: string) => Promise<void>) => async (from: string, to: string) => {
  try {
    await work(from, to);
  } catch (error) {
    if (errorCode(error) !== 'EXDEV') throw error;
    await copyFile(from, to);
  }
};

export const moveFile = orCopied(rename);
export const linkFile = orCopied(link);
