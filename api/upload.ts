import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Request } from 'express';
import { AppError } from '../domain/errors.ts';
import { homePaths } from '../warehouse/home.ts';
import type { Platform } from '../warehouse/platform.ts';

/** A package of a whole province's contracts is far below this. */
const MOST_BYTES = 2 * 1024 ** 3;

/**
 * Streams the body of a request into a file of its own, hands its path on and removes it. Bounded memory, bounded disk.
 * @throws AppError `bad_request` for another media type, `too_large`
 */
export async function withUpload<T>(
  platform: Platform,
  request: Request,
  mediaType: string,
  use: (file: string) => Promise<T>,
  mostBytes = MOST_BYTES,
): Promise<T> {
  if (!request.is(mediaType))
    throw new AppError('bad_request', `The body must be ${mediaType}.`, {
      fix: `Send the file itself with Content-Type: ${mediaType}.`,
    });
  const tooLarge = () => new AppError('too_large', `The file has more than ${mostBytes} bytes.`);
  if (Number(request.get('content-length') ?? 0) > mostBytes) throw tooLarge();
  const { spool } = homePaths(platform.config.home);
  await mkdir(spool, { recursive: true });
  const file = path.join(spool, `${randomUUID()}.upload`);
  try {
    let bytes = 0;
    await pipeline(
      request,
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          bytes += chunk.length;
          if (bytes > mostBytes) throw tooLarge();
          yield chunk;
        }
      },
      createWriteStream(file, { mode: 0o600 }),
    );
    return await use(file);
  } finally {
    await rm(file, { force: true });
  }
}
