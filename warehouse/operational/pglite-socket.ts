import { Duplex } from 'node:stream';
import type { PgliteProcess } from './pglite-process.ts';

/** Frontend messages after which PostgreSQL answers: Query, Sync, Flush, copy done and fail, password, function call. */
const ENDS_EXCHANGE = new Set([...'QSHcfpF'].map((letter) => letter.charCodeAt(0)));
const TERMINATE = 'X'.charCodeAt(0);
const READY_FOR_QUERY = 'Z'.charCodeAt(0);
const IDLE = 'I'.charCodeAt(0);

/**
 * A "socket" for `pg` whose other end is PGlite, so that the same driver, with the same types and errors, serves the
 * embedded store and a server. PGlite has one session: the pool must have one connection, and what a closed
 * connection leaves behind is cleared before the next one comes.
 */
export class PgliteSocket extends Duplex {
  #pending: Buffer = Buffer.alloc(0);
  #started = false;
  #transactionState = IDLE;

  constructor(private readonly database: PgliteProcess) {
    super();
  }

  // What `pg` expects of a net.Socket.
  connect(): this {
    setImmediate(() => this.emit('connect'));
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const exchange = this.#takeExchange();
    if (exchange.length === 0) done();
    else this.#send(exchange).then(() => done(), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#clearSession().then(() => {
      this.push(null);
      done();
    }, done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#clearSession().then(
      () => done(error),
      (failure: Error) => done(error ?? failure),
    );
  }

  async #send(exchange: Buffer): Promise<void> {
    const answer = Buffer.from(await this.database.exchange(new Uint8Array(exchange)));
    // ReadyForQuery is the last message of a finished exchange; its only byte says whether a transaction is open.
    if (answer.length >= 6 && answer[answer.length - 6] === READY_FOR_QUERY) {
      this.#transactionState = answer[answer.length - 1] ?? IDLE;
    }
    if (answer.length > 0 && !this.destroyed) this.push(answer);
  }

  /** Complete messages up to the last one that asks for an answer; the rest waits. Terminate is for us alone. */
  #takeExchange(): Buffer {
    let end = 0;
    let position = 0;
    let closing = false;
    while (this.#pending.length - position >= (this.#started ? 5 : 4)) {
      const header = this.#started ? 1 : 0;
      const next = position + header + this.#pending.readUInt32BE(position + header);
      if (next > this.#pending.length) break;
      const type = this.#started ? this.#pending[position] : undefined;
      if (type === TERMINATE) {
        closing = true;
        break;
      }
      if (type === undefined || ENDS_EXCHANGE.has(type)) end = next;
      this.#started = true;
      position = next;
    }
    const exchange = this.#pending.subarray(0, end);
    this.#pending = closing ? Buffer.alloc(0) : this.#pending.subarray(end);
    return exchange;
  }

  #cleared: Promise<void> | undefined;
  #clearSession(): Promise<void> {
    this.#cleared ??= this.#started ? this.#resetSession() : Promise.resolve();
    return this.#cleared;
  }

  async #resetSession(): Promise<void> {
    if (this.#transactionState !== IDLE) await this.database.exchange(simpleQuery('ROLLBACK'));
    await this.database.exchange(simpleQuery('DISCARD ALL'));
  }
}

function simpleQuery(sql: string): Uint8Array {
  const text = Buffer.from(`${sql}\0`, 'utf8');
  const message = Buffer.alloc(5 + text.length);
  message.write('Q');
  message.writeUInt32BE(4 + text.length, 1);
  text.copy(message, 5);
  return new Uint8Array(message);
}
