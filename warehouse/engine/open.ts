import type { Config } from '../config.ts';
import type { Logger } from '../log.ts';
import { openEmbeddedWarehouse } from './embedded.ts';
import { openServerWarehouse } from './server.ts';
import type { Warehouse } from './warehouse.ts';

/** The server when its URL is set, else the embedded engine; the caller holds the home's lock. */
export function openWarehouse(config: Config, log: Logger): Promise<Warehouse> {
  return config.clickhouseUrl
    ? openServerWarehouse(config, config.clickhouseUrl, log)
    : openEmbeddedWarehouse(config, log);
}
