import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryDirectory } from '../platform.ts';
import { freePort, programAt, startServer } from './server.ts';

export const sshd = programAt('sshd');
const run = promisify(execFile);

/** A private sshd on 127.0.0.1, SFTP only, for whoever runs the tests, by key. */
export async function startSftpServer() {
  if (sshd === null) throw new Error('sshd is not installed');
  const directory = await temporaryDirectory();
  const at = (name: string): string => join(directory.path, name);
  for (const name of ['host', 'user', 'stranger'])
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', at(name)]);
  // Where root runs it, it wants this directory, which an init script would have made.
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  await mkdir(at('files'));
  const port = await freePort();
  await writeFile(
    at('config'),
    [
      ...['ListenAddress 127.0.0.1', `Port ${port}`, `HostKey ${at('host')}`, `PidFile ${at('pid')}`],
      ...[`AuthorizedKeysFile ${at('user.pub')}`, 'StrictModes no', 'UsePAM no', 'PermitRootLogin yes'],
      ...[
        'PasswordAuthentication no',
        'Subsystem sftp internal-sftp',
        'ForceCommand internal-sftp',
        'LogLevel ERROR',
      ],
      '',
    ].join('\n'),
  );
  const server = await startServer({ program: sshd, args: ['-D', '-e', '-f', at('config')], port });
  const { stdout } = await run('ssh-keygen', ['-l', '-f', at('host.pub')]);
  return {
    port,
    files: at('files'),
    user: userInfo().username,
    key: await readFile(at('user'), 'utf8'),
    otherKey: await readFile(at('stranger'), 'utf8'),
    fingerprint: stdout.split(' ')[1] ?? '',
    stop: async () => {
      await server.stop();
      await directory.dispose();
    },
  };
}
