import { mkdir, open, readdir, readFile, rename, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { syncDirectory } from './sync-directory.ts';
import { soundLength } from './record.ts';

/** A file of the log. Its number is the millisecond it was begun in, or one more than the one before: it never comes twice. */
export interface Segment {
  number: number;
  path: string;
}

const NAME = /^(\d{15})\.log$/;

export const segmentPath = (directory: string, number: number): string =>
  join(directory, `${String(number).padStart(15, '0')}.log`);

/** The segments there are, oldest first. */
export async function listSegments(directory: string): Promise<Segment[]> {
  await mkdir(directory, { recursive: true });
  return (await readdir(directory))
    .flatMap((file) => {
      const number = NAME.exec(file)?.[1];
      return number === undefined ? [] : [{ number: Number(number), path: join(directory, file) }];
    })
    .sort((a, b) => a.number - b.number);
}

export interface Mended {
  segment: Segment;
  /** Bytes cut off. */
  cut: number;
  /** Where they are kept; null for the torn end of the last segment, which nobody was told is safe. */
  keptAt: string | null;
}

/**
 * Cuts off what a crash left half written, before anything is loaded. Only the last segment can have such an end, for a
 * new one is begun when the one before is whole on disk; damage elsewhere is a fault of the disk, and its bytes are kept.
 */
export async function mendSegments(directory: string): Promise<Mended[]> {
  const segments = await listSegments(directory);
  const mended: Mended[] = [];
  for (const [index, segment] of segments.entries()) {
    const bytes = await readFile(segment.path);
    const sound = soundLength(bytes);
    if (sound < bytes.length) {
      const isLast = index === segments.length - 1;
      const keptAt = isLast ? null : `${segment.path}.damaged`;
      if (keptAt !== null) await keep(keptAt, bytes.subarray(sound));
      await truncate(segment.path, sound);
      mended.push({ segment, cut: bytes.length - sound, keptAt });
    }
    if (sound === 0) await rm(segment.path);
  }
  await syncDirectory(directory);
  return mended;
}

async function keep(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(`${path}.part`, 'w', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.part`, path);
}
