import { chown, mkdir, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connect } from 'amqplib';
import type { Issued } from '../authority.ts';
import { temporaryDirectory } from '../platform.ts';
import { accountOf } from './account.ts';
import { freePort, programAt, startServer } from './server.ts';

const installed = programAt('rabbitmq-server');
/** Not the wrapper in the path, which changes its user and writes into the system's log. */
export const rabbitmq = installed === null ? null : '/usr/lib/rabbitmq/bin/rabbitmq-server';
const run = promisify(execFile);

/**
 * A private RabbitMQ on 127.0.0.1 with a name server of its own; user and password are `guest`.
 * @param tls adds a port with TLS, for clients with a certificate of the same authority only
 */
export async function startRabbitmq(tls?: Issued) {
  if (rabbitmq === null) throw new Error('rabbitmq-server is not installed');
  const directory = await temporaryDirectory();
  const at = (name: string): string => join(directory.path, name);
  const account = accountOf('rabbitmq');
  await mkdir(at('logs'));
  await writeFile(at('plugins'), '[].\n');
  const securePort = await freePort();
  const lines = ['loopback_users = none', ...(tls ? secured(securePort, tls) : []), ''];
  await writeFile(at('rabbitmq.conf'), lines.join('\n'));
  const paths = [directory.path, at('logs'), at('plugins'), at('rabbitmq.conf')];
  for (const path of paths) await chown(path, account.uid ?? -1, account.gid ?? -1);
  const [port, distribution, names] = [await freePort(), await freePort(), await freePort()];
  const env = { HOME: directory.path, ERL_EPMD_PORT: String(names), ERL_EPMD_ADDRESS: '127.0.0.1' };
  const server = await startServer({
    program: rabbitmq,
    args: [],
    port,
    ...account,
    cwd: directory.path,
    // It listens before it has started, and hangs up on who comes then.
    serves: () => letsIn(port),
    env: {
      ...env,
      RABBITMQ_NODENAME: `anju${port}@localhost`,
      RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
      RABBITMQ_NODE_PORT: String(port),
      RABBITMQ_DIST_PORT: String(distribution),
      RABBITMQ_MNESIA_BASE: at('mnesia'),
      RABBITMQ_LOG_BASE: at('logs'),
      RABBITMQ_CONFIG_FILE: at('rabbitmq.conf'),
      RABBITMQ_ENABLED_PLUGINS_FILE: at('plugins'),
      RABBITMQ_PID_FILE: at('pid'),
      // The script becomes the server instead of waiting beside it.
      RUNNING_UNDER_SYSTEMD: 'true',
    },
  });
  return {
    port,
    securePort,
    stop: async () => {
      // Its data are thrown away: nothing is gained by an orderly end.
      await server.stop('SIGKILL');
      await run('epmd', ['-port', String(names), '-kill']).catch(() => undefined);
      await directory.dispose();
    },
  };
}

const letsIn = (port: number): Promise<boolean> =>
  connect(`amqp://guest:guest@127.0.0.1:${port}`, { timeout: 5000 }).then(
    async (connection) => {
      await connection.close();
      return true;
    },
    () => false,
  );

const secured = (port: number, { caFile, certFile, keyFile }: Issued): string[] => [
  ...[`listeners.ssl.1 = 127.0.0.1:${port}`, `ssl_options.cacertfile = ${caFile}`],
  ...[`ssl_options.certfile = ${certFile}`, `ssl_options.keyfile = ${keyFile}`],
  ...['ssl_options.verify = verify_peer', 'ssl_options.fail_if_no_peer_cert = true'],
];
