/** Finding pre-reviews by what people know of them (data.md C.1): the applicant's identity number, the street, what an analysis found. */
import { sql } from 'kysely';
import { z } from 'zod';
import { compact } from '../../domain/cleaning.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { objectNames } from '../object-names.ts';
import type { Analysis } from './definitions.ts';
import type { Verdict } from './judge-sql.ts';
import { listReviews, type Review, reviewsOf, type Within } from './review.ts';
import { stateOf } from './states.ts';

export interface ReviewsAsked {
  applicationNo?: string;
  verdict?: Verdict;
  /** Of the applicant, whole. */
  idNumber?: string;
  /** Code of 9 digits. */
  street?: string;
  /** Those that asked it; with `state`, those in which it found that (states.ts). */
  analysis?: Analysis;
  state?: string;
  limit: number;
  offset: number;
}

/** An identity number as tables hold it. */
export const asIdNumber = (typed: string): string => compact(typed);

/** Reviews hold no identity numbers: the applications somebody made are looked up when they are asked for. */
async function applicationsOf(warehouse: Warehouse, idNumber: string): Promise<string[]> {
  const rows = await warehouse.rows(
    `SELECT DISTINCT application_no AS no FROM base.application WHERE applicant_id_number = {number:String} AND applicant_id_number != '' LIMIT 1000`,
    z.object({ no: z.string() }),
    { lane: 'interactive', params: { number: asIdNumber(idNumber) }, tag: 'applications of an applicant' },
  );
  return rows.map(({ no }) => no);
}

/**
 * Newest first, each with the applicant's name and number, masked.
 * @throws AppError `bad_request` for a state the analysis has not
 */
export async function findReviews(
  { store, warehouse }: Pick<Platform, 'store' | 'warehouse'>,
  within: Within,
  { idNumber, street, analysis, state, limit, offset, ...only }: ReviewsAsked,
): Promise<{ total: number; reviews: (Review & { name: string })[] }> {
  const applications = idNumber === undefined ? undefined : await applicationsOf(warehouse, idNumber);
  const path = analysis === undefined || state === undefined ? undefined : stateOf(analysis, state).path;
  const narrowed = reviewsOf(store, within, only)
    .$if(applications !== undefined, (query) =>
      query.where('application_no', 'in', [...(applications ?? []), '']),
    )
    .$if(street !== undefined, (query) => query.where('street_code', '=', street ?? ''))
    .$if(analysis !== undefined, (query) =>
      query.where(sql<boolean>`analyses @> ${JSON.stringify([analysis])}::jsonb`),
    )
    .$if(path !== undefined, (query) =>
      query.where(sql<boolean>`jsonb_path_exists(outcomes, ${path ?? ''}::jsonpath)`),
    );
  const { total } = await narrowed
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow();
  const found = await listReviews(narrowed, { limit, offset });
  const refOf = ({ applicationNo: key }: Review) => ({ kind: 'application', key });
  const nameOf = await objectNames(warehouse, found.map(refOf));
  return { total: Number(total), reviews: found.map((one) => ({ ...one, name: nameOf(refOf(one)) })) };
}
