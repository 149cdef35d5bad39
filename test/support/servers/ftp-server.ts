import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openssl, startAuthority } from '../authority.ts';
import { temporaryDirectory } from '../platform.ts';
import { accountOf } from './account.ts';
import { freePort, programAt, startServer } from './server.ts';

/** vsftpd changes its user and its root, which only root may. */
export const vsftpd = process.getuid?.() === 0 && openssl ? programAt('vsftpd') : null;

export const FTP_PASSWORD = 'housing@example.org';

/**
 * A private vsftpd on 127.0.0.1: user `anonymous`, who must know the password, and may do everything in `/files`. TLS is offered,
 * with a certificate for `localhost` by an authority of its own. One port for all transfers, so that a test can stand in between.
 */
export async function startFtpServer() {
  if (vsftpd === null) throw new Error('vsftpd is not installed');
  const directory = await temporaryDirectory();
  // The root of a chroot must not be writable; what is in it may.
  const root = join(directory.path, 'root');
  const files = join(root, 'files');
  const empty = join(directory.path, 'empty');
  const [passwords, configuration] = [join(directory.path, 'passwords'), join(directory.path, 'vsftpd.conf')];
  await chmod(directory.path, 0o755);
  await mkdir(empty, { mode: 0o755 });
  await mkdir(files, { recursive: true });
  const { uid = 0, gid = 0 } = accountOf('ftp');
  await chown(files, uid, gid);
  const authority = await startAuthority(join(directory.path, 'authority'));
  const { certFile, keyFile } = await authority.issue('ftp', ['DNS:localhost']);
  await writeFile(passwords, `${FTP_PASSWORD}\n`);
  const port = await freePort();
  const dataPort = await freePort();
  const settings = {
    ...{ listen: 'YES', listen_address: '127.0.0.1', listen_port: port, background: 'NO', listen_ipv6: 'NO' },
    ...{ pasv_min_port: dataPort, pasv_max_port: dataPort, port_enable: 'NO', connect_from_port_20: 'NO' },
    ...{ anonymous_enable: 'YES', local_enable: 'NO', ftp_username: 'ftp', anon_root: root },
    ...{ secure_email_list_enable: 'YES', email_password_file: passwords, anon_world_readable_only: 'NO' },
    ...{ write_enable: 'YES', anon_upload_enable: 'YES', anon_mkdir_write_enable: 'YES' },
    ...{ anon_other_write_enable: 'YES', secure_chroot_dir: empty },
    ...{ seccomp_sandbox: 'NO', isolate: 'NO', isolate_network: 'NO', utf8_filesystem: 'YES' },
    ...{ ssl_enable: 'YES', allow_anon_ssl: 'YES', require_ssl_reuse: 'NO' },
    ...{ rsa_cert_file: certFile, rsa_private_key_file: keyFile },
  };
  await writeFile(
    configuration,
    Object.entries(settings)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
  const server = await startServer({ program: vsftpd, args: [configuration], port });
  return {
    ...{ port, dataPort, files },
    caFile: authority.caFile,
    stop: async () => {
      await server.stop();
      await directory.dispose();
    },
  };
}
