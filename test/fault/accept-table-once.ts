/** The process the kill test kills: opens the home and accepts the table whose report it is told. */
import { acceptDrift } from '../../ingestion/drift/decide.ts';
import { loadConfig } from '../../warehouse/config.ts';
import { openPlatform } from '../../warehouse/platform.ts';

const platform = await openPlatform(loadConfig(process.env));
await acceptDrift(platform, { driftId: process.argv[2] ?? '', by: 'staff', reason: 'agreed' });
await platform.close();
process.exit(0);
