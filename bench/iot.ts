/**
 * `iot`: 20,000 readings a second over MQTT QoS 1 into a serving Anju, with nothing lost and nothing doubled through a `kill -9` and
 * a restart. Gateways run in a process of their own. Beside it: what one reading a message costs, and how fast a segment of the
 * log is loaded against the bare insert of the same rows.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { z } from 'zod';
import { closeDeviceHub, deviceHub } from '../ingestion/devices/index.ts';
import { addDevice, deviceInputSchema } from '../ingestion/devices/registry/devices.ts';
import { loadConfig } from '../warehouse/config.ts';
import { openPlatform, type Platform } from '../warehouse/platform.ts';
import { type Bench, type BenchCall, type Measured, rounded } from './bench.ts';
import type { GatewayPlan, GatewayReport } from './iot-gateways.ts';
import { measureLoading } from './iot-loading.ts';

const RATE = 20_000;
const SECONDS = 60;
const GATEWAYS = 50;
const READINGS_A_MESSAGE = 50;
const PRODUCT = 'electricity-meter';
const root = fileURLToPath(new URL('..', import.meta.url));

interface Site {
  home: string;
  port: number;
  gateways: GatewayPlan['gateways'];
}

const environment = ({ home, port }: Pick<Site, 'home' | 'port'>): NodeJS.ProcessEnv => ({
  ...process.env,
  ANJU_HOME: home,
  ANJU_PORT: '0',
  ANJU_LOG_LEVEL: 'error',
  UV_THREADPOOL_SIZE: '24',
  ANJU_MQTT_PORT: String(port),
  ANJU_DEVICE_MESSAGES: '100000',
});

async function open(site: Pick<Site, 'home' | 'port'>): Promise<Platform> {
  return openPlatform(loadConfig(environment(site)), { log: pino({ level: 'silent' }) });
}

/** A home with its gateways in the register. */
async function makeSite(home: string): Promise<Site> {
  const port = await freePort();
  const platform = await open({ home, port });
  await deviceHub(platform);
  const gateways: Site['gateways'] = [];
  for (let i = 0; i < GATEWAYS; i++) {
    const id = `BENCH-${String(i).padStart(4, '0')}`;
    const { token } = await addDevice(
      platform.store,
      deviceInputSchema.parse({ deviceId: id, product: PRODUCT }),
      'bench',
    );
    gateways.push({ id, token: token ?? '' });
  }
  await closeDeviceHub(platform);
  await platform.close();
  return { home, port, gateways };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** `anju serve`, as it runs in service; resolves when it serves. */
async function serve(site: Site): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['bin/anju', 'serve', '--json'], {
    cwd: root,
    env: environment(site),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit').then(() =>
    Promise.reject(new Error('anju serve ended before it served')),
  );
  await Promise.race([once(child.stdout, 'data'), ended]);
  child.stdout.resume();
  return child;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

/** Starts the gateways; resolves when all are connected, with their report to wait for. */
async function startGateways(
  site: Site,
  name: string,
  plan: Pick<GatewayPlan, 'rate' | 'seconds' | 'readingsAMessage' | 'firstSeq'>,
): Promise<{ report: Promise<GatewayReport> }> {
  const file = join(site.home, `${name}.json`);
  const whole: GatewayPlan = {
    url: `mqtt://127.0.0.1:${site.port}`,
    product: PRODUCT,
    gateways: site.gateways,
    window: 64,
    ...plan,
  };
  await writeFile(file, JSON.stringify(whole));
  const child = spawn(process.execPath, ['--import', 'tsx', 'bench/iot-gateways.ts', file], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => String((await lines.next()).value ?? '');
  if ((await next()) !== 'ready') throw new Error('the gateways ended before they were connected');
  return { report: next().then((line) => JSON.parse(line) as GatewayReport) };
}

const reported = async (...given: Parameters<typeof startGateways>): Promise<GatewayReport> =>
  (await startGateways(...given)).report;

const pause = (seconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, seconds * 1000));
const shown = (report: GatewayReport) => ({
  readings: report.readings,
  messages: report.messages,
  readings_per_second: Math.round(report.readings / report.seconds),
  seconds: rounded(report.seconds),
  ack_p50_ms: report.ackP50,
  ack_p99_ms: report.ackP99,
  behind_at_end: report.behind,
});

async function run({ scale, home, say, memory }: BenchCall): Promise<Measured> {
  const seconds = Math.max(3, SECONDS * scale);
  const site = await makeSite(home);
  memory.reset();
  let server = await serve(site);
  let firstSeq = 1;
  const batched = { rate: RATE, readingsAMessage: READINGS_A_MESSAGE };

  say(`steady: ${RATE} readings/s for ${seconds} s, ${READINGS_A_MESSAGE} a message, ${GATEWAYS} gateways`);
  const steady = await reported(site, 'steady', { ...batched, seconds, firstSeq });
  firstSeq += 100_000_000;

  say('the same, with a kill -9 after a third and an orderly restart after two');
  const { report } = await startGateways(site, 'disturbed', { ...batched, seconds, firstSeq });
  await pause(seconds / 3);
  await end(server, 'SIGKILL');
  server = await serve(site);
  await pause(seconds / 3);
  await end(server, 'SIGTERM');
  server = await serve(site);
  const disturbed = await report;
  firstSeq += 100_000_000;

  say('one reading a message, as fast as it is acknowledged');
  const single = await reported(site, 'single', {
    rate: 0,
    readingsAMessage: 1,
    seconds: Math.max(3, 10 * scale),
    firstSeq,
  });
  await end(server, 'SIGTERM');

  const platform = await open(site);
  try {
    const sent = steady.readings + disturbed.readings + single.readings;
    const found = await count(platform);
    const loading = await measureLoading(platform, Math.max(50_000, Math.round(1_000_000 * scale)));
    const isWhole = found.readings === sent && found.different === sent && found.aggregated === sent;
    const keepsUp = steady.readings >= RATE * seconds * 0.99 && steady.behind <= RATE;
    return {
      ours: {
        readings_a_message: READINGS_A_MESSAGE,
        gateways: GATEWAYS,
        steady: shown(steady),
        disturbed: shown(disturbed),
        one_reading_a_message: shown(single),
        acknowledged: sent,
        in_warehouse: found.readings,
        lost: sent - found.different,
        doubled: found.readings - found.different,
        in_aggregates: found.aggregated,
        load_rows_per_second: loading.ours,
      },
      peer: { name: 'bare INSERT … SELECT FROM file() of the same rows', rows_per_second: loading.peer },
      ratio: rounded(loading.ours / loading.peer),
      ok: isWhole && keepsUp,
    };
  } finally {
    await closeDeviceHub(platform);
    await platform.close();
  }
}

/** After everything in the log is loaded. */
async function count(
  platform: Platform,
): Promise<{ readings: number; different: number; aggregated: number }> {
  const { loader } = await deviceHub(platform);
  await loader.load();
  await loader.rollUp();
  const [row] = await platform.warehouse.rows(
    `SELECT count() AS readings, uniqExact(device_id, seq) AS different,
       (SELECT sum(readings) FROM raw.device_day FINAL) AS aggregated FROM raw.device_reading`,
    z.object({ readings: z.coerce.number(), different: z.coerce.number(), aggregated: z.coerce.number() }),
    { lane: 'batch' },
  );
  return row ?? { readings: 0, different: 0, aggregated: 0 };
}

export const bench: Bench = {
  name: 'iot',
  summary: 'readings over MQTT QoS 1 through kill and restart, none lost or doubled',
  run,
};
