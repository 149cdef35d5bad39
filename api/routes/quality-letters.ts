/** Letters about data quality (数据质量问题函) to agencies: written, printed, sent with their rows, followed to the end. */
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import { createInterface } from 'node:readline';
import { PassThrough, Readable } from 'node:stream';
import { z } from 'zod';
import { chinaDayOf } from '../../domain/calendar.ts';
import { AppError } from '../../domain/errors.ts';
import { contractsOf } from '../../ingestion/contracts/home.ts';
import { XLSX_MAX_ROWS, XlsxWriter } from '../../ingestion/writers/xlsx.ts';
import { BAD_ROW_COLUMNS, badRowsSql } from '../../pipelines/quality/bad-rows.ts';
import { letterHtml } from '../../pipelines/quality/letter-html.ts';
import { letterContentSchema, rawTables } from '../../pipelines/quality/letter.ts';
import {
  type LetterDetail,
  letterOf,
  listLetters,
  moveLetter,
  writeLetter,
} from '../../pipelines/quality/letters.ts';
import { LETTER_STATES } from '../../warehouse/operational/tables/quality.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { audited } from '../audit.ts';
import { hasRight } from '../auth/rights.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { sendPrintedPage } from '../printed-page.ts';
import { maskOfField, reasonSchema } from '../quarantine-shapes.ts';

const tag = 'quality';
export const letterSchema = z.object({
  ...{ letterId: z.number(), letterNo: z.string(), owner: z.string(), from: z.string(), to: z.string() },
  ...{ state: z.enum(LETTER_STATES), deadline: z.string(), version: z.number(), createdBy: z.string() },
  ...{ createdAt: z.string(), landed: z.number(), bad: z.number() },
});
export const letterDetail = letterSchema.extend({
  content: letterContentSchema,
  steps: z.array(z.object({ state: z.string(), note: z.string(), author: z.string(), at: z.string() })),
});
const params = z.object({ id: z.coerce.number().int().positive() });

/** The letter's page, for the browser to print. */
export const pageOf = ({ content, letterNo, deadline, createdAt }: LetterDetail): string =>
  letterHtml(content, { letterNo, deadline, writtenOn: chinaDayOf(new Date(createdAt)) });

/** Every row a letter is about, as CSV with a byte order mark or as a workbook; masked unless `reveal`. */
export async function rowsOfLetter(
  platform: Platform,
  { content: { owner, from, to } }: LetterDetail,
  format: 'csv' | 'xlsx',
  reveal: boolean,
): Promise<Readable> {
  const contracts = await contractsOf(platform.config);
  const mask = reveal ? (): 'none' => 'none' : maskOfField;
  const sql = badRowsSql(contracts, await rawTables(platform), { owner, from, to }, mask);
  const options = { tag: 'quality.letter' };
  if (format === 'csv')
    return Readable.from(withMark(platform.warehouse.bytes(sql, 'CSVWithNames', options)));
  const output = new PassThrough();
  const lines = createInterface({
    input: Readable.from(
      platform.warehouse.bytes(`${sql} LIMIT ${XLSX_MAX_ROWS - 1}`, 'JSONCompactStringsEachRow', options),
    ),
  });
  const write = async (): Promise<void> => {
    const writer = new XlsxWriter(output, { sheet: '问题清单' });
    writer.row(BAD_ROW_COLUMNS);
    for await (const line of lines) {
      writer.row(z.array(z.string()).parse(JSON.parse(line)));
      await writer.drained();
    }
    await writer.close();
  };
  void write().catch((error: unknown) =>
    output.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  await once(output, 'readable');
  return output;
}

async function* withMark(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  yield Buffer.from('\uFEFF', 'utf8');
  yield* bytes;
}

const TYPES = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

export const qualityLetterEndpoints: Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/quality/letters',
    summary: 'Letters to agencies, newest first',
    tag,
    right: 'runs:read',
    query: z.object({ owner: z.string().max(100).optional() }),
    answer: z.object({ letters: z.array(letterSchema) }),
    handler: async ({ platform, query }) => ({ letters: await listLetters(platform, query.owner) }),
  }),
  endpoint({
    method: 'post',
    path: '/api/quality/letters',
    summary: 'Write a letter over a period, as a draft',
    tag,
    right: 'quarantine:repair',
    body: z.object({
      owner: z.string().min(1).max(100),
      from: z.iso.date(),
      to: z.iso.date(),
      deadline: z.iso.date().optional(),
    }),
    answer: letterDetail,
    handler: async ({ platform, identity, body, request }) => {
      const entry = {
        user: identity.user,
        action: 'quality-letter',
        object: body.owner,
        address: request.ip,
      };
      return audited(platform.store, { ...entry, detail: { ...body } }, async () =>
        writeLetter(
          platform,
          await contractsOf(platform.config),
          { ...body, author: identity.user, today: chinaDayOf(new Date()) },
          maskOfField,
        ),
      );
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/quality/letters/:id',
    summary: 'One letter with its figures, masked samples and what became of it',
    tag,
    right: 'quarantine:repair',
    params,
    answer: letterDetail,
    handler: ({ platform, params: { id } }) => letterOf(platform, id),
  }),
  endpoint({
    method: 'get',
    path: '/api/quality/letters/:id/page',
    summary: 'The letter as a page to print (HTML)',
    tag,
    right: 'quarantine:repair',
    params,
    handler: async ({ platform, params: { id }, response }) => {
      const page = pageOf(await letterOf(platform, id));
      sendPrintedPage(response, page);
      return undefined;
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/quality/letters/:id/rows',
    summary: 'Every row a letter is about, CSV or XLSX; unmasked only with the right and a reason',
    tag,
    right: 'quarantine:repair',
    params,
    body: z.object({
      format: z.enum(['csv', 'xlsx']).default('csv'),
      reveal: z.boolean().default(false),
      reason: reasonSchema.optional(),
    }),
    handler: async ({ platform, identity, params: { id }, body, request, response }) => {
      const { format, reveal, reason } = body;
      if (reveal && !hasRight(identity.role, 'personal:reveal'))
        throw new AppError('forbidden', `The role ${identity.role} may not see values unmasked.`);
      if (reveal && reason === undefined)
        throw new AppError('bad_request', 'Values are shown unmasked only with a reason.', {
          fix: 'Say why.',
        });
      const entry = {
        ...{ user: identity.user, action: reveal ? 'reveal' : 'quality-letter-rows', object: `letter ${id}` },
        ...{ reason: reason ?? '', address: request.ip },
      };
      const rows = await audited(platform.store, entry, async () =>
        rowsOfLetter(platform, await letterOf(platform, id), format, reveal),
      );
      response.type(TYPES[format]).attachment(`数据质量问题清单_${id}.${format}`);
      await pipeline(rows, response).catch((error: unknown) => {
        if (!response.destroyed) throw error;
      });
      return undefined;
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/quality/letters/:id/steps',
    summary: 'What became of a letter: sent, answered, corrected, closed',
    tag,
    right: 'quarantine:repair',
    params,
    body: z.object({
      state: z.enum(LETTER_STATES),
      note: z.string().max(1000).default(''),
      version: z.number().int().positive(),
    }),
    answer: letterDetail,
    handler: async ({ platform, identity, params: { id }, body, request }) => {
      const entry = { user: identity.user, action: `quality-letter-${body.state}`, object: `letter ${id}` };
      return audited(platform.store, { ...entry, address: request.ip }, () =>
        moveLetter(platform, { ...body, letterId: id, author: identity.user }),
      );
    },
  }),
];
