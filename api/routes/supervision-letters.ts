import { z } from 'zod';
import { chinaDayOf } from '../../domain/calendar.ts';
import { letterContentSchema, letterPage } from '../../pipelines/alerts/letter.ts';
import {
  type Letter,
  type LetterDetail,
  listLetters,
  moveLetter,
  NEXT_LETTER_STATES,
  readLetter,
  writeLetter,
} from '../../pipelines/alerts/letters.ts';
import {
  ADDRESSEE_KINDS,
  SUPERVISION_LETTER_STATES,
} from '../../warehouse/operational/tables/supervision-letters.ts';
import { audited } from '../audit.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { sendPrintedPage } from '../printed-page.ts';
import { scopeColumn } from '../scope.ts';

const tag = 'alerts';
const state = z.enum(SUPERVISION_LETTER_STATES);
const day = z.iso.date();
const caseId = z.string().regex(/^[0-9a-f]{32}$/);
const params = z.object({ id: z.coerce.number().int().positive() });

const letterSchema = z.object({
  id: z.number().int(),
  letterNo: z.string(),
  addresseeKind: z.enum(ADDRESSEE_KINDS),
  addressee: z.string(),
  state,
  dueOn: day,
  remindedOn: day.nullable(),
  escalatedOn: day.nullable(),
  facts: z.number().int(),
  version: z.number().int(),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
});
const detailSchema = letterSchema.extend({
  content: letterContentSchema,
  cases: z.array(z.string()),
  steps: z.array(z.object({ kind: z.string(), note: z.string(), author: z.string(), at: z.iso.datetime() })),
  /** States that may follow. */
  next: z.array(state),
});

const shown = (one: Letter): z.input<typeof letterSchema> => ({
  id: one.letter_id,
  letterNo: one.letter_no,
  addresseeKind: one.addressee_kind,
  addressee: one.addressee_zh,
  state: one.state,
  dueOn: one.due_on,
  remindedOn: one.reminded_on,
  escalatedOn: one.escalated_on,
  facts: one.content.facts.length,
  version: one.version,
  createdBy: one.created_by,
  createdAt: one.created_at.toISOString(),
});
const detail = (one: LetterDetail): z.input<typeof detailSchema> => ({
  ...shown(one),
  content: one.content,
  cases: one.cases,
  steps: one.steps.map((step) => ({ ...step, at: step.at.toISOString() })),
  next: [...NEXT_LETTER_STATES[one.state]],
});

/** 督办单: written about cases of one unit, printed, sent, followed to the end. */
export const supervisionLetterEndpoints: Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/alerts/letters',
    summary: 'Letters of supervision, newest first, and how many the person has not seen as they are',
    tag,
    right: 'alerts:read',
    query: z.object({ state: state.optional(), case: caseId.optional() }),
    answer: z.object({
      unread: z.number().int(),
      letters: z.array(letterSchema.extend({ unread: z.boolean() })),
    }),
    handler: async ({ platform, identity, query }) => {
      const found = await listLetters(platform.store, scopeColumn(identity), identity.user, {
        state: query.state,
        caseId: query.case,
      });
      return {
        unread: found.unread,
        letters: found.letters.map((one) => ({ ...shown(one), unread: one.unread })),
      };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/alerts/letters',
    summary: 'Write a letter about cases of one enterprise, project or street, as a draft',
    tag,
    right: 'alerts:handle',
    body: z.object({
      cases: z.array(caseId).min(1).max(100),
      addressee: z.enum(ADDRESSEE_KINDS),
      demand: z.string().trim().min(2).max(2000),
      dueOn: day.optional(),
    }),
    answer: detailSchema,
    handler: ({ platform, identity, body, request }) =>
      audited(
        platform.store,
        {
          ...{ user: identity.user, action: 'alerts.letter', object: body.cases[0], address: request.ip },
          detail: { cases: body.cases.length, addressee: body.addressee },
        },
        async () =>
          detail(
            await writeLetter(platform, scopeColumn(identity), {
              ...body,
              author: identity.user,
              today: chinaDayOf(new Date()),
            }),
          ),
      ),
  }),
  endpoint({
    method: 'get',
    path: '/api/alerts/letters/:id',
    summary: 'A letter with its facts and what became of it; it counts as read from then on',
    tag,
    right: 'alerts:read',
    params,
    answer: detailSchema,
    handler: async ({ platform, identity, params: { id } }) =>
      detail(await readLetter(platform.store, scopeColumn(identity), identity.user, id)),
  }),
  endpoint({
    method: 'get',
    path: '/api/alerts/letters/:id/page',
    summary: 'The letter as a page to print (HTML)',
    tag,
    right: 'alerts:read',
    params,
    handler: async ({ platform, identity, params: { id }, response }) => {
      const one = await readLetter(platform.store, scopeColumn(identity), identity.user, id);
      const page = await letterPage(one.content, {
        ...{ letterNo: one.letter_no, addressee: one.addressee_zh, dueOn: one.due_on },
        writtenOn: chinaDayOf(one.created_at),
      });
      sendPrintedPage(response, page);
      return undefined;
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/alerts/letters/:id/steps',
    summary: 'What became of a letter: sent, received, answered, closed',
    tag,
    right: 'alerts:handle',
    params,
    body: z.object({
      state,
      note: z.string().trim().max(1000).default(''),
      version: z.number().int().positive(),
    }),
    answer: detailSchema,
    handler: ({ platform, identity, params: { id }, body, request }) =>
      audited(
        platform.store,
        {
          ...{ user: identity.user, action: `alerts.letter.${body.state}`, object: `letter ${id}` },
          ...{ reason: body.note, address: request.ip },
        },
        async () =>
          detail(
            await moveLetter(platform.store, scopeColumn(identity), {
              ...body,
              letterId: id,
              author: identity.user,
            }),
          ),
      ),
  }),
];
