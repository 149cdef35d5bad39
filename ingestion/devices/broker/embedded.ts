/**
 * The broker for a small site: aedes in this process. A publication is acknowledged when `authorizePublish` answers, so that is
 * where a message is written down: aedes sends the PUBACK (and the PUBREC of QoS 2) only after the disk has it.
 */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createServer as createSecureServer } from 'node:tls';
import { Aedes, type AuthenticateError, type Client } from 'aedes';
import { AppError } from '../../../domain/errors.ts';
import { errorMessage } from '../../../warehouse/error-code.ts';
import type { Platform } from '../../../warehouse/platform.ts';
import { commandTopic, parseTopic } from '../gateway/topic.ts';
import { type DeviceHub, MOST_PAYLOAD_BYTES } from '../hub.ts';
import { guardPackets } from './packet-guard.ts';

export interface RunningBroker {
  port: number;
  close(): Promise<void>;
}

interface Publication {
  topic: string;
  payload: string | Buffer;
  retain: boolean;
}

/** A packet is a payload, a topic and a little more. */
const MOST_PACKET_BYTES = MOST_PAYLOAD_BYTES + 4096;
const SERVER_UNAVAILABLE = 3;
const BAD_CREDENTIALS = 4;
const NOT_AUTHORISED = 5;
const MOST_CLIENTS = 20_000;
const HANDSHAKE_MS = 10_000;

/** @throws AppError `bad_configuration` when the port is taken */
export async function startEmbeddedBroker(
  platform: Platform,
  hub: DeviceHub,
  { host, port, tls }: { host: string; port: number; tls?: { cert?: string; key?: string } },
): Promise<RunningBroker> {
  /** Who is signed in on a connection. */
  const signedIn = new WeakMap<Client, string>();
  const clients = new Set<Client>();
  let isClosing = false;

  const broker = await Aedes.createBroker({
    concurrency: 1000,
    queueLimit: 1000,
    connectTimeout: 10_000,
    maxTopicLevels: 8,
    maxClientsIdLength: 128,
    authenticate: (client, username, password, done) => {
      const device = hub.authenticate(username ?? '', password?.toString('utf8') ?? '');
      if (device === null) return done(refusal(BAD_CREDENTIALS, 'unknown device or wrong token'), false);
      if (hub.floodGate.restMs(device.device) > 0)
        return done(refusal(SERVER_UNAVAILABLE, 'the device sent too much and must pause'), false);
      // Another's client id would end the other's connection.
      if (client.id !== device.device && !client.id.startsWith(`${device.device}:`))
        return done(refusal(NOT_AUTHORISED, 'the client id is not the device id'), false);
      signedIn.set(client, device.device);
      clients.add(client);
      return done(null, true);
    },
    authorizePublish: (client, packet, done) => {
      const source = client === null ? undefined : signedIn.get(client);
      if (source === undefined || isClosing) return done(new Error('not signed in'));
      take(source, packet).then(
        () => done(null),
        (error: unknown) => {
          platform.log.warn({ device: source, message: errorMessage(error) }, 'a message was not taken');
          // Ends the connection: the device comes back and sends again what was not acknowledged.
          done(error instanceof Error ? error : new Error(errorMessage(error)));
        },
      );
    },
    authorizeSubscribe: (client, subscription, done) => {
      const known = client === null ? undefined : hub.directory.find(signedIn.get(client) ?? '');
      const isOwn = known !== undefined && subscription.topic === commandTopic(known.product, known.device);
      // null refuses this subscription and keeps the connection.
      done(null, isOwn ? subscription : null);
    },
  });

  async function take(source: string, packet: Publication): Promise<void> {
    // Nothing here is kept for later subscribers.
    packet.retain = false;
    const receivedAt = Date.now();
    const topic = parseTopic(packet.topic);
    const known = hub.directory.find(source);
    if (
      topic === null ||
      known?.state !== 'enabled' ||
      topic.device !== source ||
      topic.product !== known.product
    )
      throw new AppError('forbidden', `The device ${source} may not publish there.`);
    const { waitMs, isCut } = hub.floodGate.take(source);
    if (waitMs > 0) hub.counts.flooded += 1;
    if (isCut) await hub.reportFlood(source);
    if (hub.floodGate.restMs(source) > 0)
      throw new AppError('too_many_requests', `The device ${source} sends too much and is cut off.`);
    // Its connection is not read meanwhile; the others' are.
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    await hub.receive({ source, kind: topic.kind, payload, receivedAt });
  }

  const sockets = new Set<Socket>();
  const serve = (socket: Socket): void => {
    if (socket.destroyed) return;
    guardPackets(socket, MOST_PACKET_BYTES);
    broker.handle(socket);
  };
  const server = tls
    ? createSecureServer({ ...tls, noDelay: true, handshakeTimeout: HANDSHAKE_MS }, serve)
    : createServer({ noDelay: true }, serve);
  // Before TLS is agreed on, too.
  server.prependListener('connection', (socket: Socket) => {
    if (sockets.size >= MOST_CLIENTS) return void socket.destroy();
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('tlsClientError', (error: Error) =>
    platform.log.debug({ message: error.message }, 'a device could not agree on TLS'),
  );
  broker.on('clientDisconnect', (client) => clients.delete(client));
  broker.on('clientError', (client, error) =>
    platform.log.debug({ client: client.id, message: error.message }, 'a device connection broke'),
  );
  broker.on('connectionError', (_client, error) =>
    platform.log.debug({ message: error.message }, 'a device connection broke'),
  );
  const stopWatching = hub.onReload(() => {
    for (const client of clients)
      if (hub.directory.find(signedIn.get(client) ?? '')?.state !== 'enabled') client.close();
  });

  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    stopWatching();
    await closed(broker);
    throw new AppError('bad_configuration', `The MQTT broker cannot listen on ${host}:${port}.`, {
      where: { host, port },
      fix: 'Set ANJU_MQTT_PORT to a free port.',
      cause,
    });
  }
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      isClosing = true;
      stopWatching();
      const ended = once(server, 'close');
      server.close();
      await closed(broker);
      for (const socket of sockets) socket.destroy();
      await ended;
    },
  };
}

const closed = (broker: Aedes): Promise<void> => new Promise((resolve) => broker.close(() => resolve()));

const refusal = (returnCode: number, message: string): AuthenticateError =>
  Object.assign(new Error(message), { returnCode }) as AuthenticateError;
