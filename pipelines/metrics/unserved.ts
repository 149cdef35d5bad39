/** The numbers of catalog section B, and why some, or parts of some, have no metric (`models/metrics/unserved.yml`). */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { UNSERVED_FILE } from './definition.ts';
import type { Metric } from './definition.ts';

/** First and last of each run of numbers, B1 to B7. */
const NUMBERS = [
  [1, 26],
  [30, 45],
  [50, 63],
  [70, 100],
  [105, 128],
  [130, 149],
  [155, 171],
] as const;

/** M01 … M171: 148 of them. */
export const metricNumbers = (): string[] =>
  NUMBERS.flatMap(([from, to]) =>
    Array.from({ length: to - from + 1 }, (_, k) => `M${String(from + k).padStart(2, '0')}`),
  );

const unservedSchema = z.record(
  z.string().regex(/^M\d{2,3}$/),
  z.strictObject({
    zh: z.string().min(1),
    is: z.enum(['nothing', 'later', 'elsewhere']),
    why: z.string().min(1),
    /** Of a number that metrics serve but for this part of it. */
    part: z.string().min(1).optional(),
  }),
);
export type Unserved = z.output<typeof unservedSchema>;

/** @param directory of the metrics */
export const unservedNumbers = async (directory: string): Promise<Unserved> =>
  unservedSchema.parse(parse(await readFile(join(directory, UNSERVED_FILE), 'utf8')));

/** The parts of a metric's `reference`: numbers of the catalog, clauses. */
export const referencesOf = ({ reference }: Metric): string[] =>
  reference.split(',').map((part) => part.trim());
