/** The process the kill test kills: opens the home and withdraws the batch it is told. */
import { withdrawBatch } from '../../ingestion/landing/index.ts';
import { loadConfig } from '../../warehouse/config.ts';
import { openPlatform } from '../../warehouse/platform.ts';

const platform = await openPlatform(loadConfig(process.env));
await withdrawBatch(platform, { batchId: Number(process.argv[2]), reason: 'sent by mistake', by: 'staff' });
await platform.close();
process.exit(0);
