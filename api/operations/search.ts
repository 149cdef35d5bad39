import { z } from 'zod';
import { searchEntities } from '../../pipelines/search/kinds.ts';
import { type Answer, FOUND_BY, type Question, search as ask } from '../../pipelines/search/search.ts';
import { revealed } from '../../pipelines/search/reveal.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { type AuditEntry, audited } from '../audit.ts';
import { COMMAND, operation } from './operation.ts';

export const searchQuestion = z.object({
  words: z.string().min(1).max(200),
  entities: z.array(z.enum(searchEntities)).max(searchEntities.length).optional(),
  limit: z.number().int().min(1).max(100).default(20),
});

export const searchAnswer = z.object({
  found: z.array(
    z.object({
      entity: z.enum(searchEntities),
      key: z.string(),
      foundBy: z.enum(FOUND_BY),
      title: z.string(),
      parts: z.array(z.object({ zh: z.string(), value: z.string() })),
    }),
  ),
  /** There are more than `limit`. */
  hasMore: z.boolean(),
  /** A single character was looked for in the newest entries only. */
  isPartial: z.boolean(),
});

/** A search with its line in the audit log, which never holds the words: they may be a name or a number. */
export const auditedSearch = (
  platform: Platform,
  by: Pick<AuditEntry, 'user' | 'reason' | 'address'>,
  question: Question,
): Promise<Answer> =>
  audited(
    platform.store,
    {
      ...by,
      action: by.reason === undefined ? 'search' : 'reveal',
      object: 'search',
      detail: { entities: question.entities ?? [], limit: question.limit, division: question.division ?? '' },
    },
    async () => {
      const answer = await ask(platform, question);
      return by.reason === undefined
        ? answer
        : { ...answer, found: await revealed(platform.warehouse, answer.found) };
    },
  );

/** `anju search WORDS`: who runs it owns the home, so whole identity and telephone numbers are looked up; the answer is masked. */
export const search = operation({
  params: searchQuestion,
  result: searchAnswer,
  run: (platform, question) =>
    auditedSearch(platform, { user: COMMAND }, { ...question, mayUsePersonalNumbers: true }),
});
