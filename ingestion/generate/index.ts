import { datasetId } from '../contract.ts';
import { datasets } from '../contracts/index.ts';
import {
  addressMacroFile,
  agencyMacroFile,
  certificateMacroFile,
  divisionMacroFile,
  organisationMacroFile,
} from './domain-macros.ts';
import { catalogFile } from './catalog.ts';
import type { GeneratedFile } from './file.ts';
import { seedFiles } from './seeds.ts';
import { stdModelFiles } from './std-model.ts';
import { sourcesFile } from './std-properties.ts';

export type { GeneratedFile } from './file.ts';
export { GENERATED } from './file.ts';
export { ensureRawTables, rawTableSql, stagingTableSql } from './raw-table.ts';

/** Everything in the repository that follows from the contracts and code lists. */
export const contractFiles = (): GeneratedFile[] => [
  sourcesFile(datasets),
  ...datasets.flatMap((dataset) => stdModelFiles(dataset)),
  ...seedFiles(),
  catalogFile(datasets),
  addressMacroFile(),
  organisationMacroFile(),
  divisionMacroFile(),
  certificateMacroFile(),
  agencyMacroFile(datasets.map((dataset) => [datasetId(dataset), dataset.owner])),
];
