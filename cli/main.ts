/** The `anju` command. Progress goes to standard error; with `--json` one JSON object is the last line of standard output; exit 0 only on success. */
import { Command } from 'commander';
import { isAppError } from '../domain/errors.ts';
import { addAsOf } from './commands/as-of.ts';
import { addBench } from './commands/bench.ts';
import { addCatalog } from './commands/catalog.ts';
import { addAlerts } from './commands/alerts.ts';
import { addCleaning } from './commands/cleaning.ts';
import { type BootstrapSeconds, addDemo } from './commands/demo.ts';
import { addDevice } from './commands/device.ts';
import { addDivisions } from './commands/divisions.ts';
import { addDoctor } from './commands/doctor.ts';
import { addDrift } from './commands/drift.ts';
import { addCredit } from './commands/credit.ts';
import { addEligibility } from './commands/eligibility.ts';
import { addExchange } from './commands/exchange.ts';
import { addIdentity } from './commands/identity.ts';
import { addLand } from './commands/land.ts';
import { addLineage } from './commands/lineage.ts';
import { addProfile } from './commands/profile.ts';
import { addQuality } from './commands/quality.ts';
import { addQuarantine } from './commands/quarantine.ts';
import { addRun } from './commands/run.ts';
import { addSearch } from './commands/search.ts';
import { addServe } from './commands/serve.ts';
import { addSql } from './commands/sql.ts';
import { addStatus } from './commands/status.ts';
import { addRetention } from './commands/retention.ts';
import { addWithdraw } from './commands/withdraw.ts';
import { addVerify } from './commands/verify.ts';
import { addTags } from './commands/tags.ts';
import { addTask } from './commands/task.ts';

export async function main(
  argv: string[],
  bootstrap: BootstrapSeconds = { install: 0, screens: 0 },
): Promise<void> {
  const program = new Command('anju')
    .description('安居 — data platform for public-housing agencies')
    .showHelpAfterError('(anju --help lists the commands)');
  addDemo(program, bootstrap);
  addRun(program);
  addLand(program);
  addProfile(program);
  addWithdraw(program);
  addRetention(program);
  addAsOf(program);
  addDrift(program);
  addLineage(program);
  addIdentity(program);
  addServe(program);
  addStatus(program);
  addDoctor(program);
  addSql(program);
  addSearch(program);
  addCatalog(program);
  addDivisions(program);
  addExchange(program);
  addTask(program);
  addBench(program);
  addDevice(program);
  addVerify(program);
  addQuarantine(program);
  addAlerts(program);
  addCleaning(program);
  addTags(program);
  addCredit(program);
  addEligibility(program);
  addQuality(program);
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    process.stderr.write(`${describeError(error)}\n`);
    process.exitCode = isStopped(error) ? STOPPED : 1;
  }
}

/** As shells say it of a process that was interrupted. */
const STOPPED = 130;
/** Ctrl-C, or TERM: whatever waited was told to wait no longer. */
const isStopped = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';

/** What went wrong, where, and what to do; a stack only for our own mistakes. */
function describeError(error: unknown): string {
  if (isStopped(error)) return 'stopped before it was done; what was done stays: run the command again';
  if (!isAppError(error))
    return `error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  const where = Object.entries(error.where).map(([key, value]) => `  ${key}: ${value}`);
  return [`error: ${error.message}`, ...where, ...(error.fix ? [`fix: ${error.fix}`] : [])].join('\n');
}
