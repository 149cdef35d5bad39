import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * Stands between a client and a server, and cuts the first connection over which the server has sent more than `cutAfter`
 * bytes. Later ones go through.
 * @param ways pairs of the port to listen on, at `host`, and the server's on 127.0.0.1
 */
export async function startCuttingProxy(
  host: string,
  ways: [listen: number, server: number][],
  cutAfter: number,
) {
  let cuts = 0;
  let bytes = 0;
  const sockets = new Set<Socket>();
  const listen = async ([port, to]: [number, number]): Promise<Server> => {
    const server = createServer((client) => {
      const upstream = connect(to, '127.0.0.1');
      let passed = 0;
      const end = (): void => {
        client.destroy();
        upstream.destroy();
      };
      for (const socket of [client, upstream]) {
        sockets.add(socket);
        socket.on('error', end);
      }
      client.pipe(upstream);
      upstream.on('end', () => client.end());
      upstream.on('data', (chunk) => {
        const left = cuts === 0 ? cutAfter - passed : Infinity;
        passed += chunk.length;
        const part = chunk.length > left ? chunk.subarray(0, left) : chunk;
        bytes += part.length;
        if (chunk.length > left) {
          cuts += 1;
          client.write(part, end);
        } else if (!client.write(part)) {
          upstream.pause();
          client.once('drain', () => upstream.resume());
        }
      });
    });
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
    return server;
  };
  const servers = await Promise.all(ways.map(listen));
  return {
    /** Cuts every connection there is now. */
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    cuts: () => cuts,
    /** Bytes the server's side sent through. */
    bytes: () => bytes,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}
