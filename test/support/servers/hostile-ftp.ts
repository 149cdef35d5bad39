import { createServer } from 'node:net';
import { freePort } from './server.ts';

/** An FTP server that lists whatever names it likes, which no honest one could, and remembers what it is then asked for. */
export async function startHostileFtp(names: readonly string[]) {
  const commands: string[] = [];
  const dataPort = await freePort();
  const listing = names.map((name) => `type=file;size=9;modify=20260101000000; ${name}\r\n`).join('');
  const data = createServer((socket) => socket.end(listing));
  await new Promise<void>((resolve) => data.listen(dataPort, '127.0.0.1', resolve));
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write('220 welcome\r\n');
    socket.on('data', (chunk) => {
      for (const command of chunk.toString().split('\r\n').filter(Boolean)) {
        commands.push(command);
        const [verb] = command.split(' ');
        if (verb === 'FEAT') socket.write('211-Features\r\n MLST type*;size*;modify*;\r\n211 End\r\n');
        else if (verb === 'EPSV') socket.write(`229 Extended (|||${dataPort}|)\r\n`);
        else if (verb === 'MLSD') socket.write('150 here\r\n226 done\r\n');
        else
          socket.write(verb === 'USER' ? '331 password\r\n' : verb === 'PASS' ? '230 in\r\n' : '200 ok\r\n');
      }
    });
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    ...{ port, commands },
    stop: async () => {
      await Promise.all([server, data].map((one) => new Promise((resolve) => one.close(resolve))));
    },
  };
}
