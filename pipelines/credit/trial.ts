/** Trying an indicator of credit: all scores as they would be, beside those that are. Nothing published changes. */
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { contractsOf } from '../../ingestion/contracts/home.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { homeProject } from '../home-project.ts';
import { inScratch } from '../scratch.ts';
import { isBuilt } from '../is-built.ts';
import type { GeneratedFile } from '../../ingestion/generate/file.ts';
import type { CreditTrial } from './trial-result.ts';

const PUBLISHED = 'mart_credit.score';
const OPTIONS = { lane: 'batch' as const, tag: 'credit try-out', maxSeconds: 120 };
const [SEED, RULES, ENTRY, SCORE] = [
  'credit_indicator',
  'credit_rule',
  'mart_credit__entry',
  'mart_credit__score',
];
const count = z.coerce.number();

/**
 * @param seeds of the indicators as they would be
 * @throws AppError `conflict` while another try-out runs, or when no run has built the scores yet
 */
export async function tryIndicator(
  platform: Platform,
  seeds: readonly GeneratedFile[],
  name: string,
): Promise<Omit<CreditTrial, 'against'>> {
  const { warehouse } = platform;
  const asOf = await publishedDay(platform);
  const project = await homeProject(await contractsOf(platform.config), seeds);
  return inScratch(
    platform,
    project,
    [SEED, RULES, ENTRY, SCORE],
    'none',
    async ({ place }) => {
      const [told] = await warehouse.rows(
        `SELECT count() AS entries, uniqExact(party_kind, party_id) AS parties, toFloat64(sum(points)) AS points
         FROM ${place(ENTRY)} WHERE indicator = {name:String}`,
        z.object({ entries: count, parties: count, points: z.number() }),
        { ...OPTIONS, params: { name } },
      );
      const compared = `FROM ${PUBLISHED} AS old INNER JOIN ${place(SCORE)} AS tried
        ON tried.party_kind = old.party_kind AND tried.party_id = old.party_id`;
      const [moved] = await warehouse.rows(
        `SELECT countIf(tried.score > old.score) AS higher, countIf(tried.score < old.score) AS lower ${compared}`,
        z.object({ higher: count, lower: count }),
        OPTIONS,
      );
      const grades = await warehouse.rows(
        `SELECT old.party_kind AS party, old.grade AS was, tried.grade AS now, count() AS parties ${compared}
         WHERE tried.grade != old.grade GROUP BY party, was, now ORDER BY parties DESC, party, was, now LIMIT 50`,
        z.object({ party: z.string(), was: z.string(), now: z.string(), parties: count }),
        OPTIONS,
      );
      const districts = await warehouse.rows(
        `SELECT old.district_code AS code, any(old.district_name) AS district, count() AS parties ${compared}
         WHERE tried.score != old.score GROUP BY code ORDER BY parties DESC, code LIMIT 50`,
        z.object({ district: z.string(), parties: count }),
        OPTIONS,
      );
      return {
        asOf,
        ...(told ?? { entries: 0, parties: 0, points: 0 }),
        ...(moved ?? { higher: 0, lower: 0 }),
        ...{ grades, districts },
      };
    },
    asOf,
  );
}

/** The day of the scores that are published. @throws AppError `conflict` */
async function publishedDay({ warehouse }: Platform): Promise<string> {
  const built = await isBuilt(warehouse, PUBLISHED, OPTIONS);
  const day = !built
    ? ''
    : await warehouse.value(
        `SELECT if(count() = 0, '', toString(max(as_of))) FROM ${PUBLISHED}`,
        z.string(),
        OPTIONS,
      );
  if (day === '')
    throw new AppError('conflict', 'No run has built the scores yet.', { fix: 'Run the models: anju run.' });
  return day;
}
