/** A private mosquitto that keeps its sessions and queues on disk. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Issued } from '../authority.ts';
import { freePort, programAt, type RunningServer, startServer } from './server.ts';

export const MOSQUITTO = programAt('mosquitto');

export interface Mosquitto extends RunningServer {
  url: string;
  /** The listener with TLS, where there is one; it takes clients with a certificate only. */
  secureUrl: string;
  /** Stops it in an orderly way and starts it again on the same port, with what it kept. */
  restart: () => Promise<void>;
}

/**
 * @param directory its own; made when missing
 * @param tls adds a listener with TLS
 */
export async function startMosquitto(directory: string, tls?: Issued): Promise<Mosquitto> {
  if (MOSQUITTO === null) throw new Error('mosquitto is not installed');
  await mkdir(directory, { recursive: true });
  const port = await freePort();
  const securePort = await freePort();
  const config = join(directory, 'mosquitto.conf');
  await writeFile(
    config,
    [
      `listener ${port} 127.0.0.1`,
      'allow_anonymous true',
      ...(tls
        ? [
            ...[`listener ${securePort} 127.0.0.1`, `cafile ${tls.caFile}`, `certfile ${tls.certFile}`],
            ...[`keyfile ${tls.keyFile}`, 'require_certificate true'],
          ]
        : []),
      'persistence true',
      `persistence_location ${directory}/`,
      'max_queued_messages 0',
      'max_inflight_messages 100',
      // As root it would change to a user that may not write here.
      'user root',
      '',
    ].join('\n'),
  );
  const command = { program: MOSQUITTO, args: ['-c', config], port };
  let running = await startServer(command);
  return {
    port,
    get pid() {
      return running.pid;
    },
    url: `mqtt://127.0.0.1:${port}`,
    secureUrl: `mqtts://localhost:${securePort}`,
    restart: async () => {
      await running.stop();
      running = await startServer(command);
    },
    stop: (signal) => running.stop(signal),
  };
}
