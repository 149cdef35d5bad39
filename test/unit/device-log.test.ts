/** The durable log of devices: what is acknowledged is in a segment that nobody takes for finished while it is written. */
import { expect, test } from '@jest/globals';
import { DeviceLog } from '../../ingestion/devices/log/device-log.ts';
import type { Message } from '../../ingestion/devices/log/record.ts';
import { temporaryDirectory } from '../support/platform.ts';

const message = (seq: number): Message => ({
  receivedAt: seq,
  source: 'W-1',
  readings: [],
  events: [],
  refusals: [{ device: 'W-1', rule: 'test', field: '', message: String(seq), payload: '' }],
});

test('a segment whose file is being made is not sealed: the loader would load nothing of it and remove it', async () => {
  const directory = await temporaryDirectory();
  const { log } = await DeviceLog.open(directory.path, 0);
  for (let seq = 0; seq < 30; seq++) {
    let isOnDisk = false;
    const appending = log.append(message(seq), 256).finally(() => (isOnDisk = true));
    const before = await log.sealed();
    while (!isOnDisk) expect(await log.sealed()).toEqual(before);
    await appending;
    await log.seal();
    expect(await log.sealed()).toHaveLength(seq + 1);
  }
  await log.close();
  await directory.dispose();
});
