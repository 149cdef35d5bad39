/** The process the kill test kills: takes messages over MQTT and loads them all the time, until told to stop. */
import { startDevices } from '../../ingestion/devices/index.ts';
import { loadConfig } from '../../warehouse/config.ts';
import { openPlatform } from '../../warehouse/platform.ts';

const platform = await openPlatform(loadConfig(process.env));
const devices = await startDevices(platform);
process.once('SIGTERM', () => void stop());
process.stdout.write('serving\n');

async function stop(): Promise<void> {
  await devices.hub.loader.load();
  await devices.hub.loader.rollUp();
  await devices.close();
  await platform.close();
  process.exit(0);
}
