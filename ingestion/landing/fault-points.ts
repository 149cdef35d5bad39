import type { Config } from '../../warehouse/config.ts';

/** The steps between which a delivery, an export or an import can be interrupted; the kill tests stop at each. */
export type FaultPoint =
  | 'after-receive'
  | 'after-read'
  | 'after-stage'
  | 'after-attach-quarantine'
  | 'after-attach'
  | 'before-commit'
  | 'devices-after-readings'
  | 'devices-before-remove'
  | 'after-commit'
  // While a file is copied into the object store, and behind each statement that stages a batch.
  | 'received-part'
  | `stage-${number}`
  | 'withdraw-planned'
  | 'withdraw-repairs-forgotten'
  | 'withdraw-quarantine-removed'
  | 'withdraw-removed'
  | 'withdraw-let-go'
  | 'export-before-ledger'
  | 'export-before-rename'
  | 'import-before-attach'
  | 'import-before-receipt'
  | 'repair-entered'
  | 'repair-states'
  | 'repair-before-land'
  | 'repair-after-land';

/** Dies as a power cut would, when the configuration names this point. Does nothing otherwise, which is always but in tests. */
export function faultPoint(config: Config, point: FaultPoint): void {
  if (config.fault === point) process.kill(process.pid, 'SIGKILL');
}
