import type { z } from 'zod';
import type { Platform } from '../../warehouse/platform.ts';
import {
  deviceAdd,
  deviceExchange,
  deviceList,
  deviceProductPublish,
  deviceProducts,
  deviceState,
  deviceToken,
} from './devices.ts';
import {
  taskChange,
  taskCreate,
  taskDelete,
  taskList,
  taskQueue,
  taskReplay,
  taskRunNow,
  taskRuns,
  taskStart,
  taskStatistics,
  taskStop,
  taskTest,
} from './collection.ts';
import { alertOperations } from './alerts.ts';
import { catalog, catalogDetail, catalogQuality } from './catalog.ts';
import { divisionsLoad } from './divisions.ts';
import { cleaningOperations } from './cleaning.ts';
import { creditOperations } from './credit.ts';
import { creditIndicatorOperations } from './credit-indicators.ts';
import { drift } from './drift.ts';
import { eligibilityOperations } from './eligibility.ts';
import { exportPackage, fileReceiptOf, importPackageFile } from './exchange.ts';
import { asOf } from './history.ts';
import {
  identityAlias,
  identityAliases,
  identityAliasUndo,
  identityDecide,
  identityList,
  identityUndo,
  why,
} from './identity.ts';
import { land } from './land.ts';
import { lineageColumns, lineageRows } from './lineage.ts';
import type { OperationContext } from './operation.ts';
import { profile } from './profile.ts';
import { qualityLetter, qualityScores } from './quality.ts';
import { quarantineAct, quarantineList, quarantineShow } from './quarantine.ts';
import { retention } from './retention.ts';
import { run } from './run.ts';
import { search } from './search.ts';
import { sql } from './sql.ts';
import { status } from './status.ts';
import { tagOperations } from './tags.ts';
import { withdraw } from './withdraw.ts';

/** Everything the `anju` command asks of a platform. */
export const operations = {
  run,
  land,
  profile,
  drift,
  lineageColumns,
  lineageRows,
  status,
  sql,
  search,
  catalog,
  catalogDetail,
  catalogQuality,
  divisionsLoad,
  export: exportPackage,
  import: importPackageFile,
  receipt: fileReceiptOf,
  withdraw,
  asOf,
  why,
  identityList,
  identityDecide,
  identityUndo,
  identityAliases,
  identityAlias,
  identityAliasUndo,
  deviceList,
  deviceAdd,
  deviceState,
  deviceToken,
  deviceExchange,
  deviceProducts,
  deviceProductPublish,
  quarantineList,
  quarantineShow,
  quarantineAct,
  qualityScores,
  qualityLetter,
  'task-list': taskList,
  'task-create': taskCreate,
  'task-change': taskChange,
  'task-delete': taskDelete,
  'task-start': taskStart,
  'task-stop': taskStop,
  'task-run-now': taskRunNow,
  'task-test': taskTest,
  'task-queue': taskQueue,
  'task-replay': taskReplay,
  'task-runs': taskRuns,
  'task-stats': taskStatistics,
  ...alertOperations,
  ...cleaningOperations,
  ...tagOperations,
  ...creditOperations,
  ...creditIndicatorOperations,
  ...eligibilityOperations,
  retention,
} as const;

export type OperationName = keyof typeof operations;
export type OperationParams<N extends OperationName> = z.input<(typeof operations)[N]['params']>;
export type OperationResult<N extends OperationName> = z.output<(typeof operations)[N]['result']>;

export const isOperationName = (name: string): name is OperationName => Object.hasOwn(operations, name);

/** Checks the parameters and does the operation. */
export async function performOperation(
  platform: Platform,
  name: OperationName,
  params: unknown,
  context: OperationContext,
): Promise<unknown> {
  const { params: schema, run: perform } = operations[name];
  // The registry pairs each operation with its own schema; the compiler sees only the union of all of them here.
  return perform(platform, schema.parse(params) as never, context);
}

export type { OperationContext };
