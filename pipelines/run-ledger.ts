/** What runs have done, in the operational store: one row a run, one a step, one a test result, and what is published. */
import { randomBytes } from 'node:crypto';
import type { OperationalStore } from '../warehouse/operational/store.ts';
import type { ModelResult } from './dbt/build.ts';
import type { RunResult } from './run-result.ts';

export type RunKind = 'run' | 'demo' | 'land' | 'schedule';

/** Runs that say they are running though this process has just started are those a crash left behind. */
export async function markInterrupted(store: OperationalStore): Promise<string[]> {
  const rows = await store.db
    .updateTable('run')
    .set({ state: 'interrupted', finished_at: new Date() })
    .where('state', '=', 'running')
    .returning('run_id')
    .execute();
  const ids = rows.map((row) => row.run_id);
  if (ids.length > 0) {
    await store.db
      .updateTable('run_step')
      .set({ state: 'failed', finished_at: new Date(), error: JSON.stringify({ message: 'interrupted' }) })
      .where('run_id', 'in', ids)
      .where('state', '=', 'running')
      .execute();
  }
  return ids;
}

export class RunLedger {
  private constructor(
    private readonly store: OperationalStore,
    readonly runId: string,
  ) {}

  static async begin(store: OperationalStore, kind: RunKind): Promise<RunLedger> {
    const runId = `${new Date().toISOString().replace(/[-:]|\.\d+/g, '')}-${randomBytes(3).toString('hex')}`;
    await store.db.insertInto('run').values({ run_id: runId, kind, state: 'running' }).execute();
    return new RunLedger(store, runId);
  }

  async asOf(date: string): Promise<void> {
    await this.store.db.updateTable('run').set({ as_of: date }).where('run_id', '=', this.runId).execute();
  }

  async startStep(step: string): Promise<void> {
    await this.store.db
      .insertInto('run_step')
      .values({ run_id: this.runId, step, state: 'running' })
      .execute();
  }

  async finishStep(
    step: string,
    outcome: { state: 'built' | 'skipped' | 'failed'; rows?: number; message?: string },
  ): Promise<void> {
    await this.store.db
      .updateTable('run_step')
      .set({
        state: outcome.state,
        rows: outcome.rows ?? null,
        finished_at: new Date(),
        error: outcome.message === undefined ? null : JSON.stringify({ message: outcome.message }),
      })
      .where('run_id', '=', this.runId)
      .where('step', '=', step)
      .execute();
  }

  /** One model's step, its test results and its published state, together or not at all. */
  async recordModel(result: ModelResult): Promise<void> {
    const finished = new Date();
    await this.store.db.transaction().execute(async (trx) => {
      await trx
        .insertInto('run_step')
        .values({
          run_id: this.runId,
          step: `model:${result.model}`,
          state: result.status,
          rows: result.rows,
          started_at: new Date(finished.getTime() - result.seconds * 1000),
          finished_at: finished,
          error: result.reason === undefined ? null : JSON.stringify({ message: result.reason }),
        })
        .execute();
      if (result.tests.length > 0) {
        await trx
          .insertInto('quality_result')
          .values(
            result.tests.map((test) => ({
              run_id: this.runId,
              test: test.test,
              model: result.model,
              severity: test.severity,
              state: test.state,
              failures: test.failures,
            })),
          )
          .execute();
      }
      if (result.status !== 'built' && result.status !== 'skipped') return;
      await trx
        .insertInto('model_state')
        .values({
          model: result.model,
          fingerprint: result.fingerprint,
          rows: result.rows,
          content_hash: result.hash,
          built_at: finished,
          run_id: this.runId,
        })
        .onConflict((conflict) =>
          conflict
            .column('model')
            .doUpdateSet((eb) => ({
              fingerprint: eb.ref('excluded.fingerprint'),
              rows: eb.ref('excluded.rows'),
              content_hash: eb.ref('excluded.content_hash'),
              built_at: eb.ref('excluded.built_at'),
              run_id: eb.ref('excluded.run_id'),
            }))
            // A skipped model keeps the time it was built, unless a crash came between publishing and writing this row.
            .where('model_state.fingerprint', '!=', result.fingerprint),
        )
        .execute();
    });
  }

  async finish(result: RunResult): Promise<void> {
    const { models: _models, datasets: _datasets, ...summary } = result;
    await this.end(result.ok ? 'succeeded' : 'failed', { summary: JSON.stringify(summary) });
  }

  async abandon(state: 'failed' | 'interrupted', message: string): Promise<void> {
    await this.end(state, { error: JSON.stringify({ message }) });
  }

  private async end(
    state: 'succeeded' | 'failed' | 'interrupted',
    rest: { summary?: string; error?: string },
  ): Promise<void> {
    await this.store.db
      .updateTable('run')
      .set({ state, finished_at: new Date(), ...rest })
      .where('run_id', '=', this.runId)
      .execute();
  }
}
