/** Gaps, overlaps and orphans between dwelling, contract, occupant and meter: counted, listed, and opened into the rows they name. */
import { z } from 'zod';
import { contractsOf } from '../../ingestion/contracts/home.ts';
import {
  intervalRows,
  intervals,
  intervalsSchema,
  SUBJECT_KINDS,
  SUBJECTS,
  type Subject,
  subjectRowsSchema,
  type Within,
} from '../../pipelines/quality/intervals.ts';
import type { Platform } from '../../warehouse/platform.ts';
import type { Identity } from '../auth/sessions.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { rowsInScope } from '../row-scope.ts';

const tag = 'quality';
const no = z.string().max(200);

export const intervalEndpoints: Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/quality/intervals',
    summary:
      'Gaps, overlaps and orphans of the last run: counts by rule and agency, and a page of findings; who is confined to a division sees those about rows in it',
    tag,
    right: 'drill:read',
    query: z.object({
      owner: z.string().max(100).optional(),
      rule: z.string().max(100).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
      offset: z.coerce.number().int().nonnegative().default(0),
    }),
    answer: intervalsSchema,
    handler: async ({ platform, identity, query }) =>
      intervals(
        platform.warehouse,
        await contractsOf(platform.config),
        query,
        await seenBy(platform, identity),
      ),
  }),
  endpoint({
    method: 'post',
    path: '/api/quality/intervals/rows',
    summary: 'The rows of base a finding names, values masked; what is missing has none',
    tag,
    right: 'drill:read',
    body: z.object({ subjectKind: z.enum(SUBJECT_KINDS), subjectNo: no, otherNo: no.default('') }),
    answer: z.object({ subjects: z.array(subjectRowsSchema) }),
    handler: async ({ platform, identity, body }) => ({
      subjects: await intervalRows(platform.warehouse, body, await seenBy(platform, identity)),
    }),
  }),
];

/** Undefined for who sees the whole city. */
async function seenBy({ warehouse }: Platform, identity: Identity): Promise<Within | undefined> {
  if (identity.scopeDivision === '') return undefined;
  const within: Within = {};
  for (const [subject, { table }] of Object.entries(SUBJECTS))
    within[subject as Subject] = (await rowsInScope(warehouse, identity, `base.${table}`)) ?? '1';
  return within;
}
