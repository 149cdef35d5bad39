import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { addDays, chinaDayOf } from '../../domain/calendar.ts';
import { contractsOf } from '../../ingestion/contracts/home.ts';
import { latestBusinessDate } from '../../pipelines/plan.ts';
import { writeLetter } from '../../pipelines/quality/letters.ts';
import { datasetScores, ownerScores } from '../../pipelines/quality/read.ts';
import { audited } from '../audit.ts';
import { datasetScoreSchema, ownerScoreSchema } from '../quality-shapes.ts';
import { maskOfField } from '../quarantine-shapes.ts';
import { pageOf, rowsOfLetter } from '../routes/quality-letters.ts';
import { qualityFilter } from '../routes/quality.ts';
import { COMMAND, operation } from './operation.ts';

/** `anju quality scores`: agencies and data sets, worst first. */
export const qualityScores = operation({
  params: qualityFilter,
  result: z.object({
    owners: z.array(ownerScoreSchema),
    datasets: z.array(datasetScoreSchema),
  }),
  run: async (platform, filter) => {
    const datasets = await datasetScores(platform.warehouse, await contractsOf(platform.config), filter);
    return { owners: ownerScores(datasets), datasets };
  },
});

/** A period without a word of it: the 30 days up to the latest business date. */
const USUAL_DAYS = 30;
const absolute = z.string().max(4096).refine(path.isAbsolute, 'must be absolute').optional();

/** `anju quality letter AGENCY`: writes a draft; the page and the rows go where they are told. */
export const qualityLetter = operation({
  params: z.object({
    owner: z.string().min(1).max(100),
    from: z.iso.date().optional(),
    to: z.iso.date().optional(),
    deadline: z.iso.date().optional(),
    pagePath: absolute,
    rowsPath: absolute,
  }),
  result: z.object({
    ...{ letterId: z.number(), letterNo: z.string(), from: z.string(), to: z.string(), deadline: z.string() },
    ...{ landed: z.number(), bad: z.number() },
  }),
  run: async (platform, { owner, pagePath, rowsPath, deadline, ...period }) => {
    const today = chinaDayOf(new Date());
    const to = period.to ?? (await latestBusinessDate(platform.store)) ?? today;
    const from = period.from ?? addDays(to, 1 - USUAL_DAYS);
    const entry = { user: COMMAND, action: 'quality-letter', object: owner, detail: { from, to } };
    const letter = await audited(platform.store, entry, async () =>
      writeLetter(
        platform,
        await contractsOf(platform.config),
        { owner, from, to, deadline, today, author: COMMAND },
        maskOfField,
      ),
    );
    if (pagePath !== undefined) await writeFile(pagePath, pageOf(letter), { flag: 'wx' });
    if (rowsPath !== undefined) {
      const rows = await rowsOfLetter(platform, letter, rowsPath.endsWith('.xlsx') ? 'xlsx' : 'csv', false);
      await pipeline(rows, createWriteStream(rowsPath, { flags: 'wx' }));
    }
    const { letterId, letterNo, landed, bad } = letter;
    return { letterId, letterNo, from, to, deadline: letter.deadline, landed, bad };
  },
});
