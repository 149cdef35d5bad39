/** A real PostgreSQL for the homes of `anju bench faults` whose operational store is a server, which falls in the middle of landing. */
import { setTimeout as delay } from 'node:timers/promises';
import {
  postgresProgram,
  type PostgresServer,
  startPostgres,
} from '../test/support/servers/postgres-server.ts';

const TEMPLATE = 'anju_template';

export class FaultStore {
  readonly #server: PostgresServer;

  private constructor(server: PostgresServer) {
    this.#server = server;
  }

  /** Null where PostgreSQL is not installed. */
  static async start(): Promise<FaultStore | null> {
    if (postgresProgram === null) return null;
    const server = await startPostgres();
    await server.query(`CREATE DATABASE ${TEMPLATE}`);
    return new FaultStore(server);
  }

  /** Where a migrated, empty store is made once. */
  get template(): string {
    return this.#urlOf(TEMPLATE);
  }

  /** A copy of the template. */
  async database(name: string): Promise<string> {
    await this.#server.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
    return this.#urlOf(name);
  }

  /** Down at once, every session with it, and up again. */
  restart = (): Promise<void> => this.#server.restart();

  /** The server's first process gets `kill -9`; its others notice and leave, and only then a new one may start. */
  async kill(): Promise<void> {
    await this.#server.kill();
    for (;;) {
      try {
        return await this.#server.start();
      } catch (error) {
        // "pre-existing shared memory block is still in use": the old sessions are not gone yet.
        if (!String(error).includes('shared memory')) throw error;
        await delay(50);
      }
    }
  }

  stop = (): Promise<void> => this.#server.stop();

  #urlOf(database: string): string {
    const { host, port, user } = this.#server.address;
    return `postgresql://${user}@${host}:${port}/${database}`;
  }
}
