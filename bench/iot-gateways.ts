/**
 * The gateways of the benchmark, in a process of their own: each sends messages of readings at a steady pace over MQTT QoS 1, keeps
 * what is not acknowledged and sends it again when the connection is back, as real gateways do.
 */
import { readFile } from 'node:fs/promises';
import mqtt, { type MqttClient } from 'mqtt';
import { z } from 'zod';

const planSchema = z.object({
  url: z.string(),
  product: z.string(),
  gateways: z.array(z.object({ id: z.string(), token: z.string() })),
  /** Readings a second of all together; 0: as fast as they are acknowledged. */
  rate: z.number(),
  seconds: z.number(),
  readingsAMessage: z.number(),
  /** Unacknowledged messages of one gateway at most. */
  window: z.number(),
  /** Sequence numbers begin here. */
  firstSeq: z.number(),
});
export type GatewayPlan = z.output<typeof planSchema>;

/** What they print as one line of JSON. */
export interface GatewayReport {
  readings: number;
  messages: number;
  /** From the first message to the last acknowledgement. */
  seconds: number;
  /** Milliseconds from publication to acknowledgement. */
  ackP50: number;
  ackP99: number;
  /** Readings not yet acknowledged when the planned seconds were over. */
  behind: number;
}

const plan = planSchema.parse(JSON.parse(await readFile(process.argv[2] ?? '', 'utf8')));
const clients = await Promise.all(
  plan.gateways.map(({ id, token }) =>
    mqtt.connectAsync(plan.url, {
      clientId: id,
      username: id,
      password: token,
      clean: false,
      reconnectPeriod: 200,
      connectTimeout: 5000,
    }),
  ),
);
for (const client of clients) client.on('error', () => undefined);
// Now they may be measured, and cut off.
process.stdout.write('ready\n');

const startedAt = performance.now();
const elapsed = (): number => (performance.now() - startedAt) / 1000;
const waits: number[] = [];
let sent = 0;
let acknowledged = 0;

function message(gateway: number, seq: number): string {
  const t = Date.now();
  const rows: number[][] = [];
  for (let i = 0; i < plan.readingsAMessage; i++)
    rows.push([t, seq + i, ((seq + i) % 90_000) + gateway / 1000]);
  return JSON.stringify({ columns: ['t', 'seq', 'energy'], rows });
}

async function send(client: MqttClient, gateway: number, seq: number): Promise<void> {
  const at = performance.now();
  const id = plan.gateways[gateway]?.id ?? '';
  await client.publishAsync(`anju/${plan.product}/${id}/telemetry`, message(gateway, seq), { qos: 1 });
  waits.push(performance.now() - at);
  acknowledged += 1;
}

/** One gateway: at its pace, and never more under way than its window. */
async function work(client: MqttClient, gateway: number): Promise<void> {
  const pace = plan.rate / plan.readingsAMessage / plan.gateways.length;
  const underWay = new Set<Promise<void>>();
  for (let count = 0; elapsed() < plan.seconds;) {
    const due = pace === 0 ? Infinity : Math.floor(elapsed() * pace);
    if (count >= due) await new Promise((resolve) => setTimeout(resolve, 5));
    for (; count < due && underWay.size < plan.window && elapsed() < plan.seconds; count++) {
      const one: Promise<void> = send(client, gateway, plan.firstSeq + count * plan.readingsAMessage).finally(
        () => underWay.delete(one),
      );
      underWay.add(one);
      sent += 1;
    }
    if (underWay.size >= plan.window) await Promise.race(underWay);
  }
  await Promise.all(underWay);
}

const finished = Promise.all(clients.map(work));
await new Promise((resolve) => setTimeout(resolve, plan.seconds * 1000));
const behind = (sent - acknowledged) * plan.readingsAMessage;
await finished;
const seconds = elapsed();
waits.sort((a, b) => a - b);
const quantile = (share: number): number => Math.round(waits[Math.floor(waits.length * share)] ?? 0);
const report: GatewayReport = {
  readings: acknowledged * plan.readingsAMessage,
  messages: acknowledged,
  seconds,
  ackP50: quantile(0.5),
  ackP99: quantile(0.99),
  behind,
};
await Promise.all(clients.map((client) => client.endAsync()));
process.stdout.write(`${JSON.stringify(report)}\n`);
process.exit(0);
