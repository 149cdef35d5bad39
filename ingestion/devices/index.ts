/** The way in: what a serving process starts, and what API and command line do with devices. */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../../warehouse/error-code.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { trustOf } from '../connectors/tls.ts';
import { startEmbeddedBroker } from './broker/embedded.ts';
import { connectBroker } from './broker/external.ts';
import { closeDeviceHub, deviceHub, type DeviceHub } from './hub.ts';

export { closeDeviceHub, deviceHub, registerChanged, type DeviceHub } from './hub.ts';

export interface RunningDevices {
  hub: DeviceHub;
  /** Port of the embedded broker, when there is one. */
  mqttPort: number | null;
  close(): Promise<void>;
}

/** Loads what the log holds, and takes messages over every way the settings name. */
export async function startDevices(platform: Platform): Promise<RunningDevices> {
  const { mqttPort, mqttHost, mqttTls, mqttUrl, mqttTrust, mqttShare } = platform.config.devices;
  const hub = await deviceHub(platform);
  hub.loader.start();
  try {
    const broker =
      mqttPort === undefined
        ? null
        : await startEmbeddedBroker(platform, hub, {
            ...{ host: mqttHost, port: mqttPort },
            tls: mqttTls && (await trustOf(mqttTls)),
          });
    const external =
      mqttUrl === undefined
        ? null
        : connectBroker(platform, hub, {
            ...{ url: mqttUrl, share: mqttShare, caFile: mqttTrust.caFile },
            clientId: await ownClientId(platform.config.home),
            trust: await trustOf(mqttTrust),
          });
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
