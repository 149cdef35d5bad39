import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { countCases } from '../../pipelines/alerts/cases.ts';
import { FAMILIES, ruleSchema } from '../../pipelines/alerts/rule.ts';
import {
  inForce,
  nameOf,
  type ShippedAlerts,
  staffAlertRules,
  staffDefinitionSchema,
} from '../../pipelines/alerts/staff.ts';
import { trialSchema } from '../../pipelines/alerts/trial-result.ts';
import { levelSchema, monthsSchema, versionSchema } from '../alert-shapes.ts';
import type { Identity } from '../auth/sessions.ts';
import { reason, ruleId } from '../cleaning-shapes.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { alertWork, VERBS } from '../operations/alerts.ts';
import { scopeColumn } from '../scope.ts';
import { ruleEvents, ruleEventsAnswer } from '../staff-rule-events.ts';

const tag = 'alerts';
const params = z.object({ id: ruleId });

/** Rules hold for the whole city, so only somebody who looks after all of it makes them. */
function wholeCity({ scopeDivision }: Identity): void {
  if (scopeDivision !== '')
    throw new AppError('forbidden', 'Rules of alert hold for the whole city; you look after a part of it.');
}

/** 告警规则 at run time: what is in force and how right it has been; versions staff write, try, let in and take out. */
export const alertRuleEndpoints = (shipped: ShippedAlerts): Endpoint[] => [
  endpoint({
    method: 'get',
    path: '/api/alerts/rules',
    summary:
      'Rules in force or switched off, with what is open, unread and late, and how right each has been',
    tag,
    right: 'alerts:read',
    answer: z.object({
      rules: z.array(
        z.object({
          rule: z.string(),
          ruleZh: z.string(),
          family: z.string(),
          familyZh: z.string(),
          level: levelSchema,
          dueDays: z.number().int(),
          references: z.array(z.string()),
          /** As shipped, changed or switched off by staff, or staff's own. */
          origin: z.enum(['shipped', 'changed', 'off', 'own']),
          definition: ruleSchema,
          open: z.number().int(),
          unread: z.number().int(),
          late: z.number().int(),
          confirmed: z.number().int(),
          falseAlarms: z.number().int(),
          /** Of the cases decided the share that was right; null while none is. */
          precision: z.number().nullable(),
        }),
      ),
    }),
    handler: async ({ platform, identity }) => {
      const counts = await countCases(platform.store, scopeColumn(identity), identity.user);
      const byRule = new Map(counts.map((one) => [one.rule, one]));
      const staff = (await staffAlertRules.list(platform.store, { state: 'active' })).map(
        ({ definition }) => definition,
      );
      const active = inForce(shipped, staff);
      const isIn = new Set(active.map(({ rule }) => rule));
      const original = new Map(shipped.rules.map((rule) => [rule.rule, rule]));
      const touched = new Set(staff.map(nameOf));
      const originOf = (name: string): 'shipped' | 'changed' | 'off' | 'own' =>
        !original.has(name) ? 'own' : !isIn.has(name) ? 'off' : touched.has(name) ? 'changed' : 'shipped';
      return {
        rules: [...active, ...shipped.rules.filter(({ rule }) => !isIn.has(rule))].map((rule) => {
          const counted = byRule.get(rule.rule);
          const { open = 0, unread = 0, late = 0, confirmed = 0, false_alarms = 0 } = counted ?? {};
          const decided = confirmed + false_alarms;
          return {
            rule: rule.rule,
            ruleZh: rule.zh,
            family: rule.family,
            familyZh: FAMILIES[rule.family],
            level: rule.level,
            dueDays: rule.due_days,
            references: rule.references,
            origin: originOf(rule.rule),
            definition: rule,
            ...{ open, unread, late, confirmed },
            falseAlarms: false_alarms,
            precision: decided === 0 ? null : confirmed / decided,
          };
        }),
      };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/alerts/subjects',
    summary: 'What rules can look at: kinds of objects with their measures, and the families of rules',
    tag,
    right: 'alerts:read',
    answer: z.object({
      subjects: z.array(
        z.object({
          subject: z.string(),
          zh: z.string(),
          measures: z.array(
            z.object({ name: z.string(), zh: z.string(), is: z.string(), unit: z.string().optional() }),
          ),
        }),
      ),
      families: z.array(z.object({ family: z.string(), zh: z.string() })),
    }),
    handler: () =>
      Promise.resolve({
        subjects: [...shipped.subjects.values()].map(({ name, zh, measures }) => ({
          subject: name,
          zh,
          measures: Object.entries(measures).map(([measure, one]) => ({ name: measure, ...one })),
        })),
        families: Object.entries(FAMILIES).map(([family, zh]) => ({ family, zh })),
      }),
  }),
  endpoint({
    method: 'get',
    path: '/api/alerts/rules/versions',
    summary: 'Versions staff wrote, with what their last try-out found and the shipped rule of that name',
    tag,
    right: 'alerts:read',
    query: z.object({ rule: z.string().max(64).optional() }),
    answer: z.object({ rules: z.array(versionSchema) }),
    handler: async ({ platform, query }) => ({ rules: await alertWork.list(platform, shipped, query.rule) }),
  }),
  endpoint({
    method: 'get',
    path: '/api/alerts/rules/:id/events',
    summary: 'What became of a rule of staff: who let which version in, when and why',
    tag,
    right: 'alerts:read',
    params,
    answer: ruleEventsAnswer,
    handler: ({ platform, params: { id } }) => ruleEvents(staffAlertRules, platform, id),
  }),
  endpoint({
    method: 'post',
    path: '/api/alerts/rules',
    summary: 'Write a rule down: your own, other values for a shipped one, or one switched off',
    tag,
    right: 'alerts:manage',
    body: z.object({ definition: staffDefinitionSchema, reason }),
    answer: versionSchema,
    handler: ({ platform, identity, body, request }) => {
      wholeCity(identity);
      const by = { user: identity.user, reason: body.reason, address: request.ip };
      return alertWork.draft(platform, shipped, body.definition, by);
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/alerts/rules/:id/try',
    summary: 'Try the newest version on present measures and past month ends; nothing is changed',
    tag,
    right: 'alerts:manage',
    params,
    body: z.object({ months: monthsSchema.default(3) }),
    answer: trialSchema,
    handler: ({ platform, identity, params: { id }, body, request }) => {
      wholeCity(identity);
      const by = { user: identity.user, reason: 'try-out', address: request.ip };
      return alertWork.try(platform, shipped, id, body.months, by);
    },
  }),
  ...VERBS.map((verb) =>
    endpoint({
      method: 'post',
      path: `/api/alerts/rules/:id/${verb}`,
      summary: {
        activate: 'Let the tried version work from the next run on; a shipped rule is changed by two people',
        pause: 'Put a rule to rest; the shipped one of its name works meanwhile',
        resume: 'Let a rule that rests work again',
        retire: 'Take a rule out for good; its versions stay to be read',
      }[verb],
      tag,
      right: 'alerts:manage',
      params,
      body: z.object({ reason }),
      answer: versionSchema,
      handler: ({ platform, identity, params: { id }, body, request }) => {
        wholeCity(identity);
        const by = { user: identity.user, reason: body.reason, address: request.ip };
        return alertWork.decide(platform, shipped, id, verb, by);
      },
    }),
  ),
];
