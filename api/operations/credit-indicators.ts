import { z } from 'zod';
import { activateIndicator, draftIndicator, tryOutIndicator } from '../../pipelines/credit/manage.ts';
import { costsOf } from '../../pipelines/credit/seeds.ts';
import {
  activeIndicators,
  inForce,
  nameOf,
  rulesThatCost,
  type ShippedCredit,
  shippedCredit,
  staffIndicators,
  type StaffIndicator,
  staffIndicatorSchema,
} from '../../pipelines/credit/staff.ts';
import { type CreditTrial, creditTrialSchema } from '../../pipelines/credit/trial-result.ts';
import { MODELS_DIRECTORY } from '../../pipelines/models-directory.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { audited } from '../audit.ts';
import { reason, ruleId } from '../cleaning-shapes.ts';
import {
  indicatorsSchema,
  indicatorVersionSchema,
  type ShownIndicator,
  shownIndicator,
} from '../credit-indicator-shapes.ts';
import { VERBS, type Verb } from './alerts.ts';
import { COMMAND, operation } from './operation.ts';

type Doing = { user: string; reason: string; address?: string };
const here = (why: string): Doing => ({ user: COMMAND, reason: why });

/** What the routes and the command line both do with indicators of credit, each change with its line in the audit log. */
export const indicatorWork = {
  inForce: async (
    { store }: Platform,
    shipped: ShippedCredit,
  ): Promise<z.output<typeof indicatorsSchema>> => {
    const staff = (await activeIndicators(store)).map(({ definition }) => definition);
    const rules = await rulesThatCost(store, shipped.alerts);
    const { start, grades, indicators } = inForce(shipped, staff, rules);
    const touched = new Set(staff.map(nameOf));
    const original = new Set(shipped.credit.indicators.map(({ indicator }) => indicator));
    const isIn = new Set(indicators.map(({ indicator }) => indicator));
    return {
      ...{ start, grades },
      indicators: [
        ...indicators.map((definition) => ({
          origin: !original.has(definition.indicator)
            ? ('own' as const)
            : touched.has(definition.indicator)
              ? ('changed' as const)
              : ('shipped' as const),
          definition,
          costs: costsOf(definition, indicators, rules),
        })),
        ...shipped.credit.indicators
          .filter(({ indicator }) => !isIn.has(indicator))
          .map((definition) => ({ origin: 'off' as const, definition, costs: [] })),
      ],
    };
  },
  versions: async ({ store }: Platform, indicator?: string): Promise<ShownIndicator[]> =>
    (await staffIndicators.list(store, { topic: indicator })).map(shownIndicator),
  draft: (platform: Platform, shipped: ShippedCredit, definition: StaffIndicator, by: Doing) =>
    audited(
      platform.store,
      { ...by, action: 'credit.indicator.draft', object: nameOf(definition) },
      async (): Promise<ShownIndicator> =>
        shownIndicator(await draftIndicator(platform, shipped, definition, by)),
    ),
  try: (platform: Platform, shipped: ShippedCredit, id: number, by: Doing) =>
    audited(
      platform.store,
      { ...by, action: 'credit.indicator.try', object: String(id) },
      (): Promise<CreditTrial> => tryOutIndicator(platform, shipped, id, by),
    ),
  decide: (platform: Platform, shipped: ShippedCredit, id: number, verb: Verb, by: Doing) =>
    audited(
      platform.store,
      { ...by, action: `credit.indicator.${verb}`, object: String(id) },
      async (): Promise<ShownIndicator> => {
        const { store } = platform;
        if (verb === 'activate') return shownIndicator(await activateIndicator(platform, shipped, id, by));
        if (verb === 'retire') await staffIndicators.retire(store, id, by);
        else await staffIndicators.rest(store, id, verb === 'pause' ? 'paused' : 'active', by);
        return shownIndicator(await staffIndicators.get(store, id));
      },
    ),
};

const shippedHere = (): Promise<ShippedCredit> => shippedCredit(MODELS_DIRECTORY);

export const creditIndicatorOperations = {
  'credit-indicators': operation({
    params: z.object({}),
    result: indicatorsSchema.extend({ versions: z.array(indicatorVersionSchema) }),
    run: async (platform) => ({
      ...(await indicatorWork.inForce(platform, await shippedHere())),
      versions: await indicatorWork.versions(platform),
    }),
  }),
  'credit-indicator-draft': operation({
    params: z.object({ definition: staffIndicatorSchema, reason }),
    result: indicatorVersionSchema,
    run: async (platform, { definition, reason: why }) =>
      indicatorWork.draft(platform, await shippedHere(), definition, here(why)),
  }),
  'credit-indicator-try': operation({
    params: z.object({ ruleId }),
    result: creditTrialSchema,
    run: async (platform, { ruleId: id }) =>
      indicatorWork.try(platform, await shippedHere(), id, here('try-out')),
  }),
  'credit-indicator-decide': operation({
    params: z.object({ ruleId, verb: z.enum(VERBS), reason }),
    result: indicatorVersionSchema,
    run: async (platform, { ruleId: id, verb, reason: why }) =>
      indicatorWork.decide(platform, await shippedHere(), id, verb, here(why)),
  }),
} as const;
