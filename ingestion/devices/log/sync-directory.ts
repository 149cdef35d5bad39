import { open } from 'node:fs/promises';

/** Makes names made or removed in a directory as durable as the files' bytes. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
