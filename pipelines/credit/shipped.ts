/** The seeds of the indicators that come with the product, for `npm run generate`. */
import { isAppError } from '../../domain/errors.ts';
import type { GeneratedFile } from '../../ingestion/generate/file.ts';
import type { AlertRule } from '../alerts/rule.ts';
import { rulesOf } from '../alerts/shipped.ts';
import { checkIndicators } from './check.ts';
import { broken, type Credit, loadCredit } from './definitions.ts';
import { creditSeeds } from './seeds.ts';

/** @throws AppError `bad_configuration` where an indicator counts nothing, or something is counted twice */
export function shippedCreditSeeds(credit: Credit, rules: readonly AlertRule[]): GeneratedFile[] {
  try {
    checkIndicators(credit.indicators, rules);
  } catch (error) {
    if (isAppError(error)) throw broken(error.message);
    throw error;
  }
  return creditSeeds(credit, rules);
}

/** By path relative to the repository. */
export async function shippedCreditFiles(models: string): Promise<GeneratedFile[]> {
  const seeds = shippedCreditSeeds(await loadCredit(models), await rulesOf(models));
  return seeds.map(({ path, content }) => ({ path: `models/${path}`, content }));
}
