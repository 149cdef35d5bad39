/** A certificate authority of an agency's own, made by the `openssl` program: `node:crypto` reads certificates and makes none. */
import { execFile } from 'node:child_process';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryDirectory } from './platform.ts';
import { programAt } from './servers/server.ts';

const run = promisify(execFile);
export const openssl = programAt('openssl');

/** What a server proves itself with, or a client. */
export interface Issued {
  caFile: string;
  certFile: string;
  keyFile: string;
}
export interface Authority {
  caFile: string;
  /** A certificate for these names: `DNS:localhost`, `IP:127.0.0.1`; the files are readable by every account of the machine. */
  issue: (name: string, names: readonly string[]) => Promise<Issued>;
}

/** @param directory for its files; made when missing */
export async function startAuthority(directory: string, name = 'Agency Root'): Promise<Authority> {
  if (openssl === null) throw new Error('openssl is not installed');
  const program = openssl;
  await mkdir(directory, { recursive: true, mode: 0o755 });
  const at = (file: string): string => join(directory, file);
  const [caFile, caKey] = [at('ca.pem'), at('ca.key')];
  const make = (certFile: string, keyFile: string, more: string[]): Promise<unknown> =>
    run(program, [
      ...[
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '2',
        '-keyout',
        keyFile,
        '-out',
        certFile,
      ],
      ...more,
    ]);
  await make(caFile, caKey, ['-subj', `/CN=${name}`]);
  return {
    caFile,
    issue: async (file, names) => {
      const [certFile, keyFile] = [at(`${file}.pem`), at(`${file}.key`)];
      await make(certFile, keyFile, [
        ...['-subj', `/CN=${file}`, '-CA', caFile, '-CAkey', caKey],
        ...['-addext', 'basicConstraints=critical,CA:FALSE'],
        ...(names.length === 0 ? [] : ['-addext', `subjectAltName=${names.join(',')}`]),
      ]);
      await chmod(keyFile, 0o644);
      return { caFile, certFile, keyFile };
    },
  };
}

export type TemporaryAuthority = Authority & { dispose: () => Promise<void> };

/** One in a directory of its own, which servers under other accounts may enter. */
export async function temporaryAuthority(name?: string): Promise<TemporaryAuthority> {
  const { path, dispose } = await temporaryDirectory();
  await chmod(path, 0o755);
  return { ...(await startAuthority(path, name)), dispose };
}
