/** The way in: what a serving process starts, and what API and command line do with devices. */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode, errorMessage } from '../../warehouse/error-code.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { startEmbeddedBroker } from './broker/embedded.ts';
import { type BrokerConnection, connectBroker } from './broker/external.ts';
import { closeDeviceHub, deviceHub, type DeviceHub } from './hub.ts';

export { closeDeviceHub, deviceHub, registerChanged, type DeviceHub } from './hub.ts';

const RECONNECT_MS = 10_000;

export interface RunningDevices {
  hub: DeviceHub;
  /** Port of the embedded broker, when there is one. */
  mqttPort: number | null;
  close(): Promise<void>;
}

/** Loads what the log holds, and takes messages over every way the settings name. */
export async function startDevices(platform: Platform): Promise<RunningDevices> {
  const { mqttPort, mqttHost, mqttUrl } = platform.config.devices;
  const hub = await deviceHub(platform);
  hub.loader.start();
  try {
    const broker =
      mqttPort === undefined
        ? null
        : await startEmbeddedBroker(platform, hub, { host: mqttHost, port: mqttPort });
    const external = mqttUrl === undefined ? null : keepConnected(platform, hub, mqttUrl);
    return {
      hub,
      mqttPort: broker?.port ?? null,
      close: async () => {
        await Promise.all([broker?.close(), external?.close()]);
        await closeDeviceHub(platform);
      },
    };
  } catch (error) {
    await closeDeviceHub(platform);
    throw error;
  }
}

/** Somebody else's broker may be away when we start: everything else must not wait for it. */
function keepConnected(platform: Platform, hub: DeviceHub, url: string): BrokerConnection {
  const stop = new AbortController();
  const connecting = (async (): Promise<BrokerConnection | null> => {
    const clientId = await ownClientId(platform.config.home);
    while (!stop.signal.aborted) {
      try {
        return await connectBroker(platform, hub, { url, clientId });
      } catch (error) {
        platform.log.error(
          { message: errorMessage(error) },
          'the MQTT broker is not there; it is tried again',
        );
        await pause(RECONNECT_MS, stop.signal);
      }
    }
    return null;
  })();
  return {
    close: async () => {
      stop.abort();
      await (await connecting)?.close();
    },
  };
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

/** The broker knows our session by it, so it must be the same after a restart and nobody else's. */
async function ownClientId(home: string): Promise<string> {
  const directory = join(home, 'devices');
  const path = join(directory, 'client-id');
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
  const clientId = `anju-${randomBytes(8).toString('hex')}`;
  await mkdir(directory, { recursive: true });
  await writeFile(path, clientId, { mode: 0o600 });
  return clientId;
}
