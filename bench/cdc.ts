/**
 * `anju bench cdc`: 10,000 random changes in PostgreSQL and as many in MariaDB (with keys that change) while both servers crash and
 * the collector is killed (`kill -9`), again and again. In the end raw must hold every change once, in its order, and replay to the
 * source's own state. Beside it: how fast a backlog lands, held against the server only decoding the same log for itself.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { saveContract } from '../ingestion/contracts/home.ts';
import { loadConfig } from '../warehouse/config.ts';
import { createLog } from '../warehouse/log.ts';
import { openPlatform, type Platform } from '../warehouse/platform.ts';
import { type Bench, type BenchCall, type Measured, rounded, seconds } from './bench.ts';
import { collectOnce, mariadbSubject, postgresSubject, type Subject, type Task } from './cdc-subjects.ts';
import { compare, type Replay, tableContracts } from './cdc-world.ts';

const CHANGES = 10_000;
const CRASHES = 5;

async function run(call: BenchCall): Promise<Measured> {
  const wanted = Math.max(100, Math.round(CHANGES * call.scale));
  return withDisturbedLogs(call, wanted, async ({ platform, subjects, faults, replays }) => {
    const { ours, ...rest } = await backlog(call, platform, subjects[0]);
    return {
      ...rest,
      ours: { replays, faults, backlog: ours },
      ok: [...Object.values(replays), ours].every(isRight),
    };
  });
}

export interface DisturbedLogs {
  platform: Platform;
  subjects: readonly Subject[];
  faults: { collectorKilled: number; serversCrashed: number };
  /** By source. */
  replays: Record<string, Replay & { changes: number }>;
}

const isRight = ({ wrongRows, lost, twice }: Replay): boolean => wrongRows + lost + twice === 0;

/**
 * Collects the change logs of a PostgreSQL and a MariaDB while both and the collector fall, five times each.
 * @param wanted changes in each
 */
export async function withDisturbedLogs<T>(
  call: Pick<BenchCall, 'home' | 'seed' | 'say'>,
  wanted: number,
  use: (logs: DisturbedLogs) => Promise<T>,
): Promise<T> {
  const subjects = [await postgresSubject(call.seed, 300), await mariadbSubject(call.seed + 1, 300)];
  const config = loadConfig({ ANJU_HOME: call.home, UV_THREADPOOL_SIZE: process.env.UV_THREADPOOL_SIZE });
  try {
    for (const { tables } of subjects)
      for (const contract of tableContracts(tables.source.name)) await saveContract(config, contract);
    const faults = await disturb(call, wanted, subjects);
    const platform = await openPlatform(config, { log: createLog({ logLevel: 'silent' }) });
    try {
      const replays: DisturbedLogs['replays'] = {};
      for (const { tables } of subjects)
        replays[tables.source.name] = { changes: tables.changes, ...(await compare(platform, tables)) };
      return await use({ platform, subjects, faults, replays });
    } finally {
      await platform.close();
    }
  } finally {
    for (const { stop } of subjects) await stop();
  }
}

/** Writes the changes while servers crash and the collector is killed; ends when the collector has seen the last of them. */
async function disturb(
  call: Pick<BenchCall, 'home' | 'say'>,
  wanted: number,
  subjects: readonly Subject[],
): Promise<DisturbedLogs['faults']> {
  const faults = { collectorKilled: 0, serversCrashed: 0 };
  const tasks = subjects.map(({ task }) => task);
  let collector = startCollector(call.home, tasks);
  const steps = CRASHES * 2;
  // What changes before the tables are read whole is in no log.
  await collector.collected();
  for (let step = 1; step <= steps; step++) {
    for (const { tables } of subjects) while (tables.changes < (wanted * step) / steps) await tables.change();
    // Disturbed while it lands, not before: the first deliveries of this step have come by then.
    await collector.collected();
    for (const { tables } of subjects) await tables.change();
    if (step % 2 === 1) {
      collector.child.kill('SIGKILL');
      await once(collector.child, 'exit');
      faults.collectorKilled += 1;
      collector = startCollector(call.home, tasks);
    } else {
      for (const { restart } of subjects) await restart();
      faults.serversCrashed += subjects.length;
    }
    call.say(`${step} of ${steps}: ${subjects.map(({ tables }) => tables.changes).join(' and ')} changes`);
  }
  collector.child.stdin?.write('finish\n');
  const code = collector.child.exitCode ?? ((await once(collector.child, 'exit')) as [number | null])[0];
  if (code !== 0) throw new Error(`the collector ended with ${String(code)}`);
  return faults;
}

interface Collector {
  child: ChildProcess;
  /** Resolves when it has landed something of every source after now. */
  collected: () => Promise<void>;
}

function startCollector(home: string, tasks: readonly Task[]): Collector {
  const program = fileURLToPath(new URL('./cdc-collector.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', program, JSON.stringify(tasks)], {
    env: { ...process.env, ANJU_HOME: home, UV_THREADPOOL_SIZE: '16', ANJU_LOG_LEVEL: 'silent' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = new EventEmitter();
  createInterface(child.stdout).on('line', (line) => lines.emit('line', JSON.parse(line)));
  child.once('exit', (code) => lines.emit('error', new Error(`the collector ended with ${String(code)}`)));
  lines.on('error', () => undefined); // told to whoever waits
  const collected = async (): Promise<void> => {
    if (child.exitCode !== null) throw new Error(`the collector ended with ${child.exitCode}`);
    const missing = new Set(tasks.map(({ taskId }) => taskId));
    while (missing.size > 0) {
      const [{ task, files }] = (await once(lines, 'line')) as [{ task: string; files: number }];
      if (files > 0) missing.delete(task);
    }
  };
  return { child, collected };
}

/** A backlog lands in one go; the peer is the server decoding the same log and keeping nothing. */
async function backlog(
  call: BenchCall,
  platform: Platform,
  subject: Subject | undefined,
): Promise<Omit<Measured, 'ok' | 'ours'> & { ours: Replay & Record<string, number> }> {
  if (!subject) throw new Error('no source');
  const { tables, query } = subject;
  await query(`SELECT pg_create_logical_replication_slot('peer', 'pgoutput')`);
  const before = tables.changes;
  const wanted = before + Math.max(1000, Math.round(20_000 * call.scale));
  while (tables.changes < wanted) await tables.change(200);
  const changes = tables.changes - before;
  call.memory.reset();
  const task = { ...subject.task, settings: { ...(subject.task.settings as object), batchChanges: 10_000 } };
  const ours = await seconds(() => collectOnce(platform, task));
  const peer = await seconds(() =>
    query(
      `SELECT count(*) FROM pg_logical_slot_get_binary_changes('peer', NULL, NULL, 'proto_version', '1', 'publication_names', 'anju')`,
    ),
  );
  const replay = await compare(platform, tables);
  return {
    ours: { changes, seconds: rounded(ours), changesPerSecond: Math.round(changes / ours), ...replay },
    peer: {
      name: 'PostgreSQL decoding the same log, keeping nothing',
      seconds: rounded(peer),
      changesPerSecond: Math.round(changes / peer),
    },
    ratio: rounded(peer / ours, 3),
  };
}

export const bench: Bench = {
  name: 'cdc',
  summary:
    '10,000 random changes in PostgreSQL and MariaDB through crashes on both sides; raw replays to the source',
  run,
};
