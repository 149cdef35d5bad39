/**
 * The clients of `bench metrics`, in a process of their own: all ask for the same screen at once, and each answer is held against the one
 * its owner may see. Takes its plan as JSON from standard input, prints a report of `metrics-shapes.ts`.
 */
import { json } from 'node:stream/consumers';
import type { z } from 'zod';
import { ask, resultsOf } from './metrics-ask.ts';
import { type clientsReport, planSchema } from './metrics-shapes.ts';

const { url, clients, people, requests } = planSchema.parse(await json(process.stdin));
const answers = await Promise.all(
  Array.from({ length: clients }, async (_, index) => {
    const person = people[index % people.length];
    if (person === undefined) throw new RangeError('nobody to ask as');
    const startedAt = performance.now();
    const text = await ask(url, person.token, requests);
    return { ms: performance.now() - startedAt, text, expected: person.expected };
  }),
);
process.stdout.write(
  JSON.stringify({
    times: answers.map(({ ms }) => ms),
    wrong: answers.filter(({ text, expected }) => resultsOf(text) !== expected).length,
  } satisfies z.output<typeof clientsReport>),
);
