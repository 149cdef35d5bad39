/** Files that need not be copied while they stay in one file system, and how they begin. */
import { copyFile, link, open, rename } from 'node:fs/promises';
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

/** At most so many bytes of a file's beginning. */
export async function firstBytes(path: string, count: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(count), 0, count, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
