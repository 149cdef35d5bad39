import { Worker } from 'node:worker_threads';
import { AppError } from '../../domain/errors.ts';

/** What goes to pglite-worker.mjs and what comes back. */
type ToWorker = { kind: 'exchange'; id: number; bytes: Uint8Array } | { kind: 'close' };
type FromWorker =
  | { kind: 'ready' }
  | { kind: 'answer'; id: number; bytes: Uint8Array }
  | { kind: 'failed'; id: number; message: string }
  | { kind: 'closed' };

interface Exchange {
  resolve: (bytes: Uint8Array) => void;
  reject: (error: Error) => void;
}

/** PGlite in its worker thread. */
export class PgliteProcess {
  readonly #worker: Worker;
  readonly #exchanges = new Map<number, Exchange>();
  #nextId = 0;
  #closing = false;
  #failure: Error | undefined;
  #whenClosed: (() => void) | undefined;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (message: FromWorker) => this.#receive(message));
    worker.unref(); // only an exchange under way keeps the process from ending
    worker.on('error', (error) => this.#fail(error));
    worker.on('exit', (code) => this.#fail(new Error(`it ended with code ${code}`)));
  }

  /** Opens or creates (about 5 s) the database in `dataDir`. The caller holds the home's lock: PGlite takes none. */
  static async open(dataDir: string): Promise<PgliteProcess> {
    const worker = new Worker(new URL('./pglite-worker.mjs', import.meta.url), {
      workerData: { dataDir },
      execArgv: [],
    });
    await new Promise<void>((resolve, reject) => {
      worker.once('message', () => resolve());
      worker.once('error', (error) =>
        reject(
          new AppError(
            'sql_failed',
            `The operational store at ${dataDir} could not be opened: ${error.message}`,
            {
              where: { path: dataDir },
              cause: error,
            },
          ),
        ),
      );
    });
    return new PgliteProcess(worker);
  }

  /** Sends one exchange of the wire protocol; answers come in the order of the calls. */
  exchange(bytes: Uint8Array): Promise<Uint8Array> {
    if (this.#closing) return Promise.resolve(new Uint8Array());
    if (this.#failure) return Promise.reject(this.#failure);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#exchanges.set(id, { resolve, reject });
      this.#worker.ref();
      this.#post({ kind: 'exchange', id, bytes });
    });
  }

  /** Later exchanges are answered with nothing: they only tidy a session that ends here. */
  async close(): Promise<void> {
    if (this.#closing || this.#failure) return;
    this.#closing = true;
    this.#worker.ref();
    const closed = new Promise<void>((resolve) => (this.#whenClosed = resolve));
    this.#post({ kind: 'close' });
    await closed;
    await this.#worker.terminate();
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #receive(message: FromWorker): void {
    if (message.kind === 'closed') this.#whenClosed?.();
    if (message.kind !== 'answer' && message.kind !== 'failed') return;
    const exchange = this.#exchanges.get(message.id);
    this.#exchanges.delete(message.id);
    if (this.#exchanges.size === 0 && !this.#closing) this.#worker.unref();
    if (message.kind === 'answer') exchange?.resolve(message.bytes);
    else exchange?.reject(new Error(message.message));
  }

  #fail(cause: Error): void {
    if (this.#closing) {
      for (const exchange of this.#exchanges.values()) exchange.resolve(new Uint8Array());
      this.#whenClosed?.();
      return;
    }
    this.#failure ??= new AppError(
      'sql_failed',
      `The operational store's engine stopped: ${cause.message}.`,
      {
        fix: 'Start Anju again; what was acknowledged is kept.',
        retriable: true,
        cause,
      },
    );
    for (const exchange of this.#exchanges.values()) exchange.reject(this.#failure);
    this.#exchanges.clear();
    this.#whenClosed?.();
  }
}
