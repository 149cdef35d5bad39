/**
 * The durable log every accepted message is in before it is acknowledged. Messages are written in groups: while one group is
 * being synced to disk the next gathers, so that one `fdatasync` serves as many messages as came meanwhile (group commit).
 */
import { type FileHandle, open } from 'node:fs/promises';
import { AppError } from '../../../domain/errors.ts';
import { errorCode, errorMessage } from '../../../warehouse/error-code.ts';
import { encodeRecord, type Message } from './record.ts';
import { listSegments, mendSegments, type Mended, type Segment, segmentPath } from './segments.ts';
import { syncDirectory } from './sync-directory.ts';

/** A segment is closed when it has this many bytes: about a million readings. */
const MOST_BYTES = 48 * 1024 * 1024;
/** More than this waiting to be written is refused: the sender tries again. */
const MOST_WAITING_BYTES = 64 * 1024 * 1024;

interface Waiting {
  message: Message;
  resolve: () => void;
  reject: (error: unknown) => void;
}

interface OpenSegment extends Segment {
  file: FileHandle;
  /** Bytes that are safe on disk. */
  bytes: number;
  records: number;
}

export class DeviceLog {
  readonly #directory: string;
  #last: number;
  #current: OpenSegment | null = null;
  /** Number of the segment whose file is being made: it is in the directory before it is current. */
  #opening: number | null = null;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #writing: Promise<void> | null = null;
  #isClosed = false;
  #sealAsked = false;

  private constructor(directory: string, last: number) {
    this.#directory = directory;
    this.#last = last;
  }

  /**
   * Mends what a crash left and opens the log for writing.
   * @param lastNumber the highest segment number ever loaded, so that no number comes twice
   */
  static async open(directory: string, lastNumber: number): Promise<{ log: DeviceLog; mended: Mended[] }> {
    await listSegments(directory);
    const mended = await mendSegments(directory);
    const last = Math.max(lastNumber, ...(await listSegments(directory)).map((segment) => segment.number));
    return { log: new DeviceLog(directory, last), mended };
  }

  /**
   * Resolves when the message is on disk.
   * @param bytes about how large it is
   * @throws AppError `resource_limit` (retriable) when the disk does not keep up or is full
   */
  append(message: Message, bytes: number): Promise<void> {
    if (this.#isClosed) return Promise.reject(unavailable('The log of devices is closed.'));
    if (this.#waitingBytes + bytes > MOST_WAITING_BYTES)
      return Promise.reject(unavailable('Messages come faster than the disk takes them.'));
    this.#waitingBytes += bytes;
    return new Promise<void>((resolve, reject) => {
      this.#waiting.push({ message, resolve, reject });
      this.#writing ??= this.#write();
    });
  }

  /** Segments that get no more records, oldest first. */
  async sealed(): Promise<Segment[]> {
    return (await listSegments(this.#directory)).filter(
      ({ number }) => number !== this.#current?.number && number !== this.#opening,
    );
  }

  /** Closes the segment being written, if it has anything in it; the next message begins another. */
  async seal(): Promise<void> {
    this.#sealAsked = true;
    await (this.#writing ??= this.#write());
  }

  /** Writes what waits, then closes. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#writing;
    const current = this.#current;
    this.#current = null;
    if (current !== null) await closed(current.file);
  }

  async #write(): Promise<void> {
    // One turn of the event loop: messages parsed from the same packet of the network go together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0 || this.#sealAsked) {
      if (this.#sealAsked) await this.#sealCurrent();
      const group = this.#waiting;
      this.#waiting = [];
      this.#waitingBytes = 0;
      try {
        await this.#writeGroup(group);
        for (const one of group) one.resolve();
      } catch (error) {
        for (const one of group) one.reject(error);
      }
    }
    this.#writing = null;
  }

  async #sealCurrent(): Promise<void> {
    this.#sealAsked = false;
    const current = this.#current;
    if (current === null || current.bytes === 0) return;
    this.#current = null;
    await closed(current.file);
  }

  async #writeGroup(group: Waiting[]): Promise<void> {
    if (group.length === 0) return;
    const segment = await this.#segment();
    const records = group.map((one, index) => encodeRecord(one.message, segment.records + index));
    const bytes = Buffer.concat(records);
    try {
      for (let written = 0; written < bytes.length;) {
        const step = await segment.file.write(
          bytes,
          written,
          bytes.length - written,
          segment.bytes + written,
        );
        written += step.bytesWritten;
      }
      await segment.file.datasync();
    } catch (cause) {
      await this.#abandon(segment);
      throw unavailable(
        `The log of devices cannot be written: ${errorCode(cause) ?? errorMessage(cause)}.`,
        cause,
      );
    }
    segment.bytes += bytes.length;
    segment.records += records.length;
  }

  async #segment(): Promise<OpenSegment> {
    const current = this.#current;
    if (current !== null && current.bytes < MOST_BYTES) return current;
    this.#current = null;
    if (current !== null) await closed(current.file);
    this.#last = Math.max(this.#last + 1, Date.now());
    const path = segmentPath(this.#directory, this.#last);
    this.#opening = this.#last;
    try {
      const file = await open(path, 'wx', 0o600);
      await syncDirectory(this.#directory);
      this.#current = { number: this.#last, path, file, bytes: 0, records: 0 };
      return this.#current;
    } catch (cause) {
      throw unavailable(
        `The log of devices cannot be begun: ${errorCode(cause) ?? errorMessage(cause)}.`,
        cause,
      );
    } finally {
      this.#opening = null;
    }
  }

  /**
   * After a failed write or sync nobody knows what is on disk: the segment ends where it was last known to be safe, and the
   * next message begins another. Records past that end were not acknowledged; should the cut fail too, they are read as
   * records or cut off as damage, and senders' repetitions are found by their keys either way.
   */
  async #abandon(segment: OpenSegment): Promise<void> {
    this.#current = null;
    await segment.file.truncate(segment.bytes).catch(() => undefined);
    await closed(segment.file);
  }
}

/** Everything that was acknowledged is synced already, so a failing close takes nothing away. */
const closed = (file: FileHandle): Promise<void> => file.close().catch(() => undefined);

const unavailable = (message: string, cause?: unknown): AppError =>
  new AppError('resource_limit', message, {
    fix: 'Send it again; if it goes on, look at the disk of ANJU_HOME.',
    retriable: true,
    cause,
  });
