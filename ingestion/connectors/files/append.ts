import { createWriteStream, type WriteStream } from 'node:fs';

/**
 * Writes on behind what a local file holds, and comes back only when nothing of it is on its way any more, also after an
 * error: the next try looks at the size and goes on there.
 */
export async function appendTo(
  path: string,
  write: (stream: WriteStream) => Promise<unknown>,
): Promise<void> {
  const stream = createWriteStream(path, { flags: 'a', mode: 0o600 });
  const closed = new Promise<void>((resolve) => stream.once('close', () => resolve()));
  stream.on('error', () => undefined); // kept by the stream, and thrown below
  const failure = await write(stream).then(
    () => null,
    (error: unknown) => ({ error }),
  );
  stream.end();
  await closed;
  if (stream.errored && isOurs(stream.errored)) throw stream.errored;
  if (failure) throw failure.error;
}

/** Not the transfer but our own disk. */
const isOurs = (error: Error): boolean =>
  'syscall' in error && ['write', 'open'].includes(String(error.syscall));
