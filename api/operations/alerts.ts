import { z } from 'zod';
import { activateAlertRule, draftAlertRule, tryOutAlertRule } from '../../pipelines/alerts/manage.ts';
import {
  nameOf,
  type ShippedAlerts,
  shippedAlerts,
  staffAlertRules,
  type StaffDefinition,
  staffDefinitionSchema,
} from '../../pipelines/alerts/staff.ts';
import { type AlertTrial, trialSchema } from '../../pipelines/alerts/trial-result.ts';
import { MODELS_DIRECTORY } from '../../pipelines/models-directory.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { monthsSchema, type ShownVersion, shownVersion, versionSchema } from '../alert-shapes.ts';
import { audited } from '../audit.ts';
import { reason, ruleId } from '../cleaning-shapes.ts';
import { COMMAND, operation } from './operation.ts';

type Doing = { user: string; reason: string; address?: string };
const here = (why: string): Doing => ({ user: COMMAND, reason: why });

export const VERBS = ['activate', 'pause', 'resume', 'retire'] as const;
export type Verb = (typeof VERBS)[number];

/** What the routes and the command line both do with rules of alert, each with its line in the audit log. */
export const alertWork = {
  list: async ({ store }: Platform, shipped: ShippedAlerts, rule?: string): Promise<ShownVersion[]> =>
    (await staffAlertRules.list(store, { topic: rule })).map((one) => shownVersion(one, shipped.rules)),
  draft: (platform: Platform, shipped: ShippedAlerts, definition: StaffDefinition, by: Doing) =>
    audited(
      platform.store,
      { ...by, action: 'alerts.rule.draft', object: nameOf(definition) },
      async (): Promise<ShownVersion> =>
        shownVersion(await draftAlertRule(platform, shipped, definition, by), shipped.rules),
    ),
  try: (platform: Platform, shipped: ShippedAlerts, id: number, months: number, by: Doing) =>
    audited(
      platform.store,
      { ...by, action: 'alerts.rule.try', object: String(id) },
      (): Promise<AlertTrial> => tryOutAlertRule(platform, shipped, id, by, months),
    ),
  decide: (platform: Platform, shipped: ShippedAlerts, id: number, verb: Verb, by: Doing) =>
    audited(
      platform.store,
      { ...by, action: `alerts.rule.${verb}`, object: String(id) },
      async (): Promise<ShownVersion> => {
        const { store } = platform;
        if (verb === 'activate')
          return shownVersion(await activateAlertRule(platform, shipped, id, by), shipped.rules);
        if (verb === 'retire') await staffAlertRules.retire(store, id, by);
        else await staffAlertRules.rest(store, id, verb === 'pause' ? 'paused' : 'active', by);
        return shownVersion(await staffAlertRules.get(store, id), shipped.rules);
      },
    ),
};

const shippedHere = (): Promise<ShippedAlerts> => shippedAlerts(MODELS_DIRECTORY);

export const alertOperations = {
  'alert-rules': operation({
    params: z.object({ rule: z.string().max(64).optional() }),
    result: z.object({ rules: z.array(versionSchema) }),
    run: async (platform, { rule }) => ({ rules: await alertWork.list(platform, await shippedHere(), rule) }),
  }),
  'alert-rule-draft': operation({
    params: z.object({ definition: staffDefinitionSchema, reason }),
    result: versionSchema,
    run: async (platform, { definition, reason: why }) =>
      alertWork.draft(platform, await shippedHere(), definition, here(why)),
  }),
  'alert-rule-try': operation({
    params: z.object({ ruleId, months: monthsSchema }),
    result: trialSchema,
    run: async (platform, { ruleId: id, months }) =>
      alertWork.try(platform, await shippedHere(), id, months, here('try-out')),
  }),
  'alert-rule-decide': operation({
    params: z.object({ ruleId, verb: z.enum(VERBS), reason }),
    result: versionSchema,
    run: async (platform, { ruleId: id, verb, reason: why }) =>
      alertWork.decide(platform, await shippedHere(), id, verb, here(why)),
  }),
} as const;
