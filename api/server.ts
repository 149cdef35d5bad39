import { once } from 'node:events';
import { type AddressInfo } from 'node:net';
import { createServer } from 'node:http';
import { AppError } from '../domain/errors.ts';
import { startDevices } from '../ingestion/devices/index.ts';
import { makeConnectors } from '../pipelines/collection/connectors.ts';
import { startCollection } from '../pipelines/collection/service.ts';
import { startScheduler } from '../pipelines/scheduler.ts';
import type { Platform } from '../warehouse/platform.ts';
import { createApp } from './app.ts';
import { createServices } from './endpoints.ts';
import { importResources } from './resources/import.ts';

export interface Server {
  url: string;
  /** Port of the embedded MQTT broker, when there is one. */
  mqttPort: number | null;
  /** Stops the schedule, lets running requests end, closes the port. */
  close(): Promise<void>;
}

/** Serves a platform over HTTP and runs its schedule. Port 0 takes any free one. */
export async function serve(
  platform: Platform,
  { host = platform.config.host, port = platform.config.port } = {},
): Promise<Server> {
  const services = await createServices(platform);
  const http = createServer(
    { requestTimeout: 120_000, headersTimeout: 20_000, keepAliveTimeout: 10_000 },
    createApp(platform, services),
  );
  const collection = await startCollection(platform, { connectors: makeConnectors(platform) });
  http.listen(port, host);
  try {
    await once(http, 'listening');
  } catch (cause) {
    await collection.close();
    const code = (cause as NodeJS.ErrnoException).code;
    throw new AppError(
      'bad_configuration',
      code === 'EADDRINUSE'
        ? `Port ${port} is taken by another program.`
        : `Cannot listen on ${host}:${port}: ${code}.`,
      { where: { host, port }, fix: 'Set ANJU_PORT to a free port.', cause },
    );
  }
  const address = http.address() as AddressInfo;
  const url = `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
  const devices = await startDevices(platform).catch(async (error: unknown) => {
    http.close();
    await collection.close();
    throw error;
  });
  await platform.lock.setUrl(url);
  const scheduler = startScheduler(platform, {
    onRun: async ({ ok }) => {
      if (ok) await importResources(platform);
    },
  });
  await collection.look();
  return {
    url,
    mqttPort: devices.mqttPort,
    close: async () => {
      await collection.close();
      await scheduler.stop();
      const closed = once(http, 'close');
      http.close();
      http.closeIdleConnections();
      await closed;
      await devices.close();
    },
  };
}
