import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { TextScan } from '../../readers/encoding.ts';

const FLUSH_AT = 2 ** 18;

/**
 * A file written in pieces, looked at as landing will: what landing would refuse whole (a line too long, a NUL) stops the
 * connector before anything is delivered, and the position stays where it is.
 */
export class TextFile {
  readonly #file: WriteStream;
  readonly #scan = new TextScan(true);
  #pending: Buffer[] = [];
  #bytes = 0;
  #failure: Error | null = null;

  constructor(readonly path: string) {
    this.#file = createWriteStream(path, { mode: 0o600 });
    this.#file.on('error', (error) => (this.#failure ??= error));
  }

  /** @returns false when the disk is behind: await `drained()` before much more */
  write(piece: Buffer | string): boolean {
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
    this.#pending.push(bytes);
    this.#bytes += bytes.length;
    return this.#bytes < FLUSH_AT || this.#flush();
  }

  #flush(): boolean {
    const piece = Buffer.concat(this.#pending);
    this.#pending = [];
    this.#bytes = 0;
    if (piece.length === 0) return !this.#file.writableNeedDrain;
    this.#scan.push(piece);
    return this.#file.write(piece);
  }

  async drained(): Promise<void> {
    if (this.#failure) throw this.#failure;
    if (!this.#file.writableNeedDrain) return;
    await once(this.#file, 'drain');
  }

  /** @throws AppError `refused_delivery` for what landing would refuse */
  async close(): Promise<void> {
    this.#flush();
    this.#file.end();
    await finished(this.#file);
    if (this.#failure) throw this.#failure;
  }

  abandon(): void {
    this.#file.destroy();
  }
}
