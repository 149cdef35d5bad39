import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { type SearchEntity, searchKinds } from '../../pipelines/search/kinds.ts';
import { hasRight } from '../auth/rights.ts';
import type { Identity } from '../auth/sessions.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { auditedSearch, searchAnswer, searchQuestion } from '../operations/search.ts';

const tag = 'search';

/** What somebody of the role may find: a document only with the right its own page needs. */
const kindsOf = ({ role }: Identity) =>
  searchKinds.filter((kind) => !('right' in kind) || hasRight(role, kind.right));

/** @throws AppError `forbidden` when nothing of what was asked for is the person's to find */
function entitiesOf(identity: Identity, asked: readonly SearchEntity[] | undefined): SearchEntity[] {
  const own = kindsOf(identity).map(({ entity }) => entity);
  const entities = own.filter(
    (entity) => asked === undefined || asked.length === 0 || asked.includes(entity),
  );
  if (entities.length > 0) return entities;
  throw new AppError('forbidden', `The role ${identity.role} may not search ${asked?.join(', ') ?? ''}.`, {
    fix: `Ask for some of: ${own.join(', ')}.`,
  });
}

/** 全文检索. Words travel in bodies, for they may be names and numbers. */
export const searchEndpoints: Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/search/entities',
    summary: 'What can be searched',
    tag,
    right: 'drill:read',
    answer: z.object({ entities: z.array(z.object({ entity: z.string(), zh: z.string() })) }),
    handler: ({ identity }) =>
      Promise.resolve({ entities: kindsOf(identity).map(({ entity, zh }) => ({ entity, zh })) }),
  }),
  endpoint({
    method: 'post',
    path: '/api/search',
    summary:
      'Entries that hold every word: a whole number first, then titles, then texts, the newest first. Masked unless `reason` is given by one who may; identity and telephone numbers are found only by those who may see them',
    tag,
    right: 'drill:read',
    body: searchQuestion.extend({ reason: z.string().min(4).max(500).optional() }),
    answer: searchAnswer,
    handler: ({ platform, identity, body: { reason, ...question }, request }) => {
      const maySee = hasRight(identity.role, 'personal:reveal');
      if (reason !== undefined && !maySee)
        throw new AppError('forbidden', `The role ${identity.role} may not see personal values unmasked.`);
      return auditedSearch(
        platform,
        { user: identity.user, reason, address: request.ip },
        {
          ...question,
          entities: entitiesOf(identity, question.entities),
          division: identity.scopeDivision,
          mayUsePersonalNumbers: maySee,
        },
      );
    },
  }),
];
