/**
 * One run: land what waits in the inbox, bring the models up to date, evaluate the metrics, tell `meta` about it.
 * Every stage can be repeated, and skips what is done: a run killed anywhere is resumed by simply running again.
 */
import { z } from 'zod';
import { chinaDayOf } from '../domain/calendar.ts';
import { AppError } from '../domain/errors.ts';
import { type Contracts, contractsOf } from '../ingestion/contracts/home.ts';
import { settleActions } from '../ingestion/quarantine/index.ts';
import type { Platform } from '../warehouse/platform.ts';
import { followLetters } from './alerts/letters.ts';
import { presenceFiles } from './alerts/absences.ts';
import { rulesInForce, staffAlertFiles } from './alerts/staff.ts';
import { syncCases } from './alerts/sync.ts';
import { refreshCatalog } from './catalog/refresh.ts';
import { cleaningFiles } from './cleaning/models.ts';
import { mendWaiting } from './cleaning/waiting.ts';
import { decidedCaseFiles } from './credit/decided.ts';
import { staffCreditFiles } from './credit/staff.ts';
import type { Project } from './dbt/resolve.ts';
import { pollWhenDue } from './eligibility/plans.ts';
import { divisionFiles } from './divisions/list.ts';
import { homeProject } from './home-project.ts';
import { refreshColumnLineage } from './lineage/refresh.ts';
import { buildLinked } from './linkage/build.ts';
import { decidedFiles } from './linkage/decided.ts';
import { writeMeta } from './meta.ts';
import { refreshOpenViews } from './open-views.ts';
import { masksOfHome } from './personal-columns.ts';
import { MODELS_DIRECTORY } from './models-directory.ts';
import { loadMetrics } from './metrics/definition.ts';
import { cityValues } from './metrics/query.ts';
import { assessBuilt, passGates } from './quality/index.ts';
import { judgeLateness } from './quality/lateness.ts';
import { inStage, latestBusinessDate } from './plan.ts';
import type { OnProgress } from './progress.ts';
import { markInterrupted, RunLedger } from './run-ledger.ts';
import type { RunKind } from './run-ledger.ts';
import type { LandInbox, RunResult } from './run-result.ts';
import { refreshDocuments } from './search/documents.ts';
import { refreshSearch } from './search/refresh.ts';
import { deliverStaffChanges } from './staff-changes.ts';
import { staffTagFiles } from './tags/staff.ts';

export type { DatasetAccount, LandInbox, RunResult } from './run-result.ts';

export interface RunOptions {
  /** dbt selectors of the models to build; all when absent. */
  select?: string[];
  exclude?: string[];
  /** Build everything selected again, incremental models from scratch. */
  full?: boolean;
  /** Business date instead of the latest delivered, YYYY-MM-DD. */
  asOf?: string;
  kind?: RunKind;
  onProgress?: OnProgress;
  signal?: AbortSignal;
  land: LandInbox;
  /** The dbt project; the repository's `models/` when absent. */
  projectDir?: string;
}

export { MODELS_DIRECTORY } from './models-directory.ts';

/**
 * What cases of alert are made of; a run that builds something else leaves them as they are. It comes before what nobody waits for, and
 * its cases are opened as soon as it is there: an instant rule is answered within a minute of the data's commit (issue 5).
 */
const FINDINGS = 'mart_supervision.violation';

/** Platforms with a run under way: one process owns a home, so this is enough to keep runs apart. */
const busy = new WeakSet<Platform>();
export const isRunning = (platform: Platform): boolean => busy.has(platform);

/**
 * @throws AppError `conflict` when a run is under way, `bad_configuration` for a broken project; failing models are in the result
 */
export async function runPipeline(platform: Platform, options: RunOptions): Promise<RunResult> {
  if (busy.has(platform)) {
    throw new AppError('conflict', 'A run is already under way.', {
      retriable: true,
      fix: 'Wait for it to end; anju status shows it.',
    });
  }
  busy.add(platform);
  try {
    const interrupted = await markInterrupted(platform.store);
    if (interrupted.length > 0)
      platform.log.warn({ runs: interrupted }, 'runs were interrupted; this run resumes them');
    const ledger = await RunLedger.begin(platform.store, options.kind ?? 'run');
    try {
      const result = await run(platform, options, ledger);
      await ledger.finish(result);
      return result;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      await ledger.abandon(options.signal?.aborted ? 'interrupted' : 'failed', message);
      throw error;
    }
  } finally {
    busy.delete(platform);
  }
}

/** The models as a run of this home builds them: those of the code, what follows from the home's own contracts, and the rules of its staff. */
export async function projectOf(
  platform: Platform,
  directory = MODELS_DIRECTORY,
  contracts?: Contracts,
): Promise<Project> {
  const known = contracts ?? (await contractsOf(platform.config));
  const decided = [
    ...(await cleaningFiles(platform, known)),
    ...(await decidedFiles(platform.store)),
    ...(await staffAlertFiles(platform.store, directory)),
    ...(await presenceFiles(platform.store)),
    ...(await staffTagFiles(platform.store, directory)),
    ...(await decidedCaseFiles(platform.store)),
    ...(await staffCreditFiles(platform.store, directory)),
    ...(await divisionFiles(platform.store)),
  ];
  return homeProject(known, decided, directory);
}

async function run(platform: Platform, options: RunOptions, ledger: RunLedger): Promise<RunResult> {
  const { onProgress, signal } = options;
  const startedAt = performance.now();
  const seconds: RunResult['seconds'] = {};
  const directory = options.projectDir ?? MODELS_DIRECTORY;
  const contracts = await contractsOf(platform.config);
  const { ofHome } = contracts;
  const project = await projectOf(platform, directory, contracts);
  const metrics = await loadMetrics(`${directory}/metrics`);

  const datasets = await inStage('land', seconds, onProgress, async () => {
    await ledger.startStep('land');
    await settleActions(platform);
    await deliverStaffChanges(platform);
    const accounts = await options.land(platform, { onProgress, signal });
    await mendWaiting(platform, contracts);
    const rows = accounts.reduce((sum, account) => sum + account.loaded, 0);
    await ledger.finishStep('land', { state: rows > 0 ? 'built' : 'skipped', rows });
    return accounts;
  });
  signal?.throwIfAborted();

  const asOf = options.asOf ?? (await latestBusinessDate(platform.store)) ?? String(project.vars['as_of']);
  await ledger.asOf(asOf);
  const gates = await inStage('gates', seconds, onProgress, () =>
    passGates(platform, contracts, ledger.runId),
  );
  const { models } = await inStage('models', seconds, onProgress, () =>
    buildLinked(platform, project, {
      asOf,
      select: options.select,
      exclude: [
        ...(options.exclude ?? []),
        ...gates.heldBack.filter((selector) => isInProject(project, selector)),
      ],
      full: options.full,
      onProgress,
      signal,
      first: FINDINGS,
      onResult: async (result) => {
        await ledger.recordModel(result);
        if (result.model === FINDINGS && ['built', 'skipped'].includes(result.status))
          await openCases(platform, ledger, { asOf, directory });
      },
    }),
  );
  const ok = models.every((model) => model.status === 'built' || model.status === 'skipped');
  const values = await inStage('metrics', seconds, onProgress, () => cityValues(platform.warehouse, metrics));
  await inStage('alerts', seconds, onProgress, async () => {
    await followLetters(platform.store, chinaDayOf(new Date()));
    // What a poll finds are findings of the next run: the models of this one are built.
    if (ok) await pollWhenDue(platform, asOf);
  });
  await inStage('quality', seconds, onProgress, () => {
    const changed = models.filter(({ status }) => status === 'built').map(({ model }) => model);
    return assessBuilt(platform, contracts, {
      ...{ asOf, changed: new Set(changed), batches: gates.batches },
      reconciliations: `${directory}/reconciliations`,
    });
  });
  await inStage('meta', seconds, onProgress, async () => {
    await writeMeta(platform.warehouse, ledger.runId, models);
    await refreshOpenViews(platform.warehouse, masksOfHome(ofHome));
    await refreshColumnLineage(platform, project);
    await refreshCatalog(platform, project, { metrics, asOf });
    await judgeLateness(platform, contracts);
  });
  await inStage('search', seconds, onProgress, async () => {
    await refreshDocuments(platform);
    await refreshSearch(platform);
  });
  seconds.total = Math.round(performance.now() - startedAt) / 1000;
  return {
    ok,
    runId: ledger.runId,
    asOf,
    seconds,
    datasets,
    layers: await layerRows(platform),
    models: models.map(({ model, rows, hash, status, reason }) => ({ model, rows, hash, status, reason })),
    metrics: values,
  };
}

/** Findings into cases, as a step of the run that stands where it came among the models. */
async function openCases(
  platform: Platform,
  ledger: RunLedger,
  { asOf, directory }: { asOf: string; directory: string },
): Promise<void> {
  await ledger.startStep('cases');
  await syncCases(platform, await rulesInForce(platform.store, directory), { asOf, runId: ledger.runId });
  await ledger.finishStep('cases', { state: 'built' });
}

/** A gate holds back `std_x+`; a project may be without that model. */
const isInProject = ({ nodes }: Project, selector: string): boolean => nodes.has(selector.slice(0, -1));

/** Rows of each layer's tables, views not counted. */
async function layerRows(platform: Platform): Promise<Record<string, number>> {
  const rows = await platform.warehouse.rows(
    `SELECT database, toUInt32(sum(total_rows)) AS rows FROM system.tables
     WHERE (database IN ('raw', 'base') OR startsWith(database, 'mart_')) AND NOT endsWith(database, '__build') AND total_rows IS NOT NULL
     GROUP BY database ORDER BY database`,
    z.object({ database: z.string(), rows: z.number() }),
    { lane: 'batch', tag: 'layer rows' },
  );
  return Object.fromEntries(rows.map((row) => [row.database, row.rows]));
}
