import { connectors } from '../../ingestion/connectors/index.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { agencyLookup } from './lookup/agency-lookup.ts';
import { collectionOf } from './service.ts';
import type { Connectors } from './tasks.ts';

/** Every connector a task of this platform may use: those of `ingestion/`, and those that know what our own cases need. */
export const collectionConnectors = (platform: Platform): Connectors =>
  collectionOf(platform)?.connectors ?? makeConnectors(platform);

export const makeConnectors = (platform: Platform): Connectors => ({
  ...connectors,
  agency_lookup: agencyLookup(platform),
});
