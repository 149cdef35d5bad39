/** Devices for tests: registered through the same functions staff use. */
import { closeDeviceHub, deviceHub, type DeviceHub, registerChanged } from '../../ingestion/devices/index.ts';
import { addDevice, type DeviceInput, deviceInputSchema } from '../../ingestion/devices/registry/devices.ts';
import type { Platform } from '../../warehouse/platform.ts';

export interface RegisteredDevice {
  id: string;
  /** '' for one that speaks through a gateway. */
  token: string;
}

export async function registerDevices(
  platform: Platform,
  devices: readonly (Partial<DeviceInput> & { deviceId: string; product: string })[],
): Promise<RegisteredDevice[]> {
  await deviceHub(platform);
  const registered: RegisteredDevice[] = [];
  for (const device of devices) {
    const { token } = await addDevice(platform.store, deviceInputSchema.parse(device), 'test');
    registered.push({ id: device.deviceId, token: token ?? '' });
  }
  await registerChanged(platform);
  return registered;
}

/** Closes the hub without loading, as an orderly stop does, and opens it again. */
export async function reopenedHub(platform: Platform): Promise<DeviceHub> {
  await closeDeviceHub(platform);
  return deviceHub(platform);
}
