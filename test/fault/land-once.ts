/** The process the kill test kills: opens the home, lands the inbox, leaves. */
import { landInbox } from '../../ingestion/landing/index.ts';
import { loadConfig } from '../../warehouse/config.ts';
import { openPlatform } from '../../warehouse/platform.ts';

const platform = await openPlatform(loadConfig(process.env));
await landInbox(platform);
await platform.close();
process.exit(0);
