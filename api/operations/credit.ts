import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { blacklist, list, type Listed, remove } from '../../pipelines/credit/blacklist.ts';
import { creditOf, gradesOf, partiesIn, ranking } from '../../pipelines/credit/read.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { audited } from '../audit.ts';
import { reason } from '../cleaning-shapes.ts';
import {
  entryId,
  listBody,
  listedSchema,
  party,
  partyId,
  partySchema,
  rankingQuery,
  rankingSchema,
  shownListed,
} from '../credit-shapes.ts';
import { COMMAND, operation } from './operation.ts';

type Doing = { user: string; reason: string; address?: string };
/** Whom a person may see: a condition over the division columns of credit's mart. */
type Scope = { sql: string; params: Record<string, string> };
type Shown = z.output<typeof listedSchema>;
const EVERYWHERE: Scope = { sql: '1', params: {} };

/** The entries of black lists a person may see, with names. */
async function seen({ warehouse }: Platform, entries: readonly Listed[], scope: Scope): Promise<Shown[]> {
  return (await partiesIn(warehouse, entries, scope)).map(shownListed);
}

async function seenOne(platform: Platform, id: number, scope: Scope): Promise<Shown> {
  const [found] = await seen(platform, await blacklist(platform.store, { entryId: id }), scope);
  if (found) return found;
  throw new AppError('not_found', `There is no entry ${id}.`, { where: { entry: id } });
}

/** What the routes and the command line both do: the work, with its line in the audit log. */
export const creditWork = {
  ranking: async ({ warehouse }: Platform, query: z.output<typeof rankingQuery>, scope: Scope) => ({
    rows: await ranking(warehouse, query, scope),
    grades: await gradesOf(warehouse, query.party, scope),
  }),
  blacklist: async (platform: Platform, scope: Scope) => ({
    entries: await seen(platform, await blacklist(platform.store), scope),
  }),
  list: (platform: Platform, body: z.output<typeof listBody>, by: Doing, scope: Scope) =>
    audited(
      platform.store,
      { ...by, action: 'credit.list', object: `${body.party}:${body.partyId}` },
      async () => {
        const { entries } = await creditOf(platform.warehouse, body.party, body.partyId, scope);
        const own = new Set(entries.map((one) => one.case));
        if (!body.cases.every((one) => own.has(one)))
          throw new AppError('conflict', 'Not all of these cases count in the credit of this party.', {
            where: { field: 'cases' },
            fix: 'Decided cases count from the next run on.',
          });
        const listed = await list(platform.store, body, by);
        return seenOne(platform, listed.entryId, scope);
      },
    ),
  remove: (platform: Platform, id: number, by: Doing, scope: Scope) =>
    audited(platform.store, { ...by, action: 'credit.remove', object: String(id) }, async () => {
      await seenOne(platform, id, scope);
      await remove(platform.store, id, by);
      return seenOne(platform, id, scope);
    }),
};

const here = (why: string): Doing => ({ user: COMMAND, reason: why });

export const creditOperations = {
  'credit-ranking': operation({
    params: rankingQuery,
    result: rankingSchema,
    run: (platform, query) => creditWork.ranking(platform, query, EVERYWHERE),
  }),
  'credit-show': operation({
    params: z.object({ party, partyId }),
    result: partySchema,
    run: ({ warehouse }, { party: kind, partyId: id }) => creditOf(warehouse, kind, id, EVERYWHERE),
  }),
  'credit-blacklist': operation({
    params: z.object({}),
    result: z.object({ entries: z.array(listedSchema) }),
    run: (platform) => creditWork.blacklist(platform, EVERYWHERE),
  }),
  'credit-list': operation({
    params: listBody.extend({ reason }),
    result: listedSchema,
    run: (platform, { reason: why, ...body }) => creditWork.list(platform, body, here(why), EVERYWHERE),
  }),
  'credit-remove': operation({
    params: z.object({ entryId, reason }),
    result: listedSchema,
    run: (platform, { entryId: id, reason: why }) => creditWork.remove(platform, id, here(why), EVERYWHERE),
  }),
} as const;
