/**
 * The clients of `bench metrics`, in a process of their own: all ask for the same screen at once, each on a connection of its own, and
 * each answer is held against the one its owner may see. Takes its plan as JSON from standard input, prints a report of `metrics-shapes.ts`.
 */
import { json } from 'node:stream/consumers';
import { ask, resultsOf } from './metrics-ask.ts';
import { type ClientsReport, planSchema } from './metrics-shapes.ts';

const { url, rounds, people, expected, requests } = planSchema.parse(await json(process.stdin));
const startedAt = performance.now();
const cpuBefore = process.cpuUsage();
const answers = await Promise.all(
  people.map(async ({ token, scope }) => {
    const got: { ms: number; text: string; scope: string }[] = [];
    for (let round = 0; round < rounds; round++) {
      const askedAt = performance.now();
      const text = await ask(url, token, requests);
      got.push({ ms: performance.now() - askedAt, text, scope });
    }
    return got;
  }),
);
const { user, system } = process.cpuUsage(cpuBefore);
const wallMs = performance.now() - startedAt;
const all = answers.flat();
const report: ClientsReport = {
  times: all.map(({ ms }) => ms),
  wrong: all.filter(({ text, scope }) => resultsOf(text) !== expected[scope]).length,
  wallMs,
  cpuMs: (user + system) / 1000,
};
process.stdout.write(JSON.stringify(report));
