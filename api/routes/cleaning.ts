import { z } from 'zod';
import { contractsOf } from '../../ingestion/contracts/home.ts';
import {
  cleaningRules,
  definitionSchema,
  storedRules,
  unmappedWords,
} from '../../pipelines/cleaning/index.ts';
import { entriesSchema, tryPriority } from '../../pipelines/cleaning/priorities.ts';
import {
  filterSchema,
  prioritiesSchema,
  priorityTrialSchema,
  readers,
  reason,
  ruleId,
  ruleSchema,
  shownRule,
  trialSchema,
  unmappedSchema,
  wordFilterSchema,
} from '../cleaning-shapes.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { cleaningWork, shownPriorities } from '../operations/cleaning.ts';
import { ruleEvents, ruleEventsAnswer } from '../staff-rule-events.ts';

const tag = 'cleaning';
const rule = z.object({ id: ruleId });
const because = z.object({ reason });

/** 清洗规则 and 数据源优先级: made, tried, let in and taken back by staff. */
export const cleaningEndpoints: Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/cleaning/rules',
    summary: 'Versions of cleaning rules, with what their last try-out found (samples masked)',
    tag,
    right: 'cleaning:read',
    query: filterSchema,
    answer: z.object({ rules: z.array(ruleSchema) }),
    handler: async ({ platform, query }) => ({
      rules: (await storedRules(platform.store, query)).map(shownRule),
    }),
  }),
  endpoint({
    method: 'get',
    path: '/api/cleaning/rules/:id/events',
    summary: 'What became of a rule: who let which version in, when and why',
    tag,
    right: 'cleaning:read',
    params: rule,
    answer: ruleEventsAnswer,
    handler: ({ platform, params: { id } }) => ruleEvents(cleaningRules, platform, id),
  }),
  endpoint({
    method: 'get',
    path: '/api/cleaning/datasets',
    summary: 'Data sets and their fields, for making a rule',
    tag,
    right: 'cleaning:read',
    answer: z.object({
      datasets: z.array(
        z.object({
          dataset: z.string(),
          zh: z.string(),
          fields: z.array(z.object({ name: z.string(), zh: z.string(), element: z.string() })),
        }),
      ),
    }),
    handler: async ({ platform }) => ({
      datasets: (await contractsOf(platform.config)).all.map(({ source, dataset, zh, fields }) => ({
        dataset: `${source}.${dataset}`,
        zh,
        fields: fields.map((field) => ({ name: field.name, zh: field.source, element: field.element })),
      })),
    }),
  }),
  endpoint({
    method: 'get',
    path: '/api/cleaning/unmapped',
    summary: 'Words no code list knows, the commonest first, with the code each is most like',
    tag,
    right: 'cleaning:read',
    query: wordFilterSchema,
    answer: z.object({ words: z.array(unmappedSchema) }),
    handler: async ({ platform, query }) => ({
      words: await unmappedWords(platform.warehouse, await contractsOf(platform.config), query),
    }),
  }),
  endpoint({
    method: 'post',
    path: '/api/cleaning/rules',
    summary: 'Draft a rule, or with ruleId the next version of one',
    tag,
    right: 'cleaning:manage',
    body: z.object({ definition: definitionSchema, ruleId: ruleId.optional(), reason }),
    answer: ruleSchema,
    handler: ({ platform, identity, body, request }) =>
      cleaningWork.draft(
        platform,
        body.definition,
        { user: identity.user, reason: body.reason, address: request.ip },
        body.ruleId,
      ),
  }),
  endpoint({
    method: 'post',
    path: '/api/cleaning/rules/:id/try',
    summary: 'Try the newest version on everything held: what would change; nothing is changed',
    tag,
    right: 'cleaning:manage',
    params: rule,
    body: z.object({ readers: readers.default('base') }),
    answer: trialSchema,
    handler: ({ platform, identity, params: { id }, body, request }) =>
      cleaningWork.try(
        platform,
        id,
        { user: identity.user, reason: 'try-out', address: request.ip },
        body.readers,
      ),
  }),
  ...(['activate', 'retire'] as const).map((verb) =>
    endpoint({
      method: 'post',
      path: `/api/cleaning/rules/:id/${verb}`,
      summary:
        verb === 'activate'
          ? 'Let the tried version work from the next run on'
          : 'Take a rule out; the next run gives the values back',
      tag,
      right: 'cleaning:manage',
      params: rule,
      body: because,
      answer: ruleSchema,
      handler: ({ platform, identity, params: { id }, body, request }) =>
        cleaningWork[verb](platform, id, { user: identity.user, reason: body.reason, address: request.ip }),
    }),
  ),
  endpoint({
    method: 'get',
    path: '/api/cleaning/priorities',
    summary:
      'Whose word counts first about a person, dwelling, enterprise or household, by attribute; and its versions',
    tag,
    right: 'cleaning:read',
    answer: prioritiesSchema,
    handler: ({ platform }) => shownPriorities(platform),
  }),
  endpoint({
    method: 'post',
    path: '/api/cleaning/priorities',
    summary: 'Draft an order; its entries stand over the shipped ones',
    tag,
    right: 'cleaning:manage',
    body: z.object({ entries: entriesSchema, reason }),
    answer: z.object({ version: z.number() }),
    handler: ({ platform, identity, body, request }) =>
      cleaningWork.draftPriority(platform, body.entries, {
        user: identity.user,
        reason: body.reason,
        address: request.ip,
      }),
  }),
  endpoint({
    method: 'post',
    path: '/api/cleaning/priorities/:id/try',
    summary: 'How many persons, dwellings … would have another source’s value, by attribute',
    tag,
    right: 'cleaning:manage',
    params: rule,
    answer: priorityTrialSchema,
    handler: ({ platform, params: { id } }) => tryPriority(platform, id),
  }),
  endpoint({
    method: 'post',
    path: '/api/cleaning/priorities/:id/activate',
    summary: 'Let a tried order decide from the next run on',
    tag,
    right: 'cleaning:manage',
    params: rule,
    body: because,
    answer: prioritiesSchema,
    handler: async ({ platform, identity, params: { id }, body, request }) => {
      await cleaningWork.activatePriority(platform, id, {
        user: identity.user,
        reason: body.reason,
        address: request.ip,
      });
      return shownPriorities(platform);
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/cleaning/priorities/retire',
    summary: 'Back to the shipped order',
    tag,
    right: 'cleaning:manage',
    body: because,
    answer: prioritiesSchema,
    handler: async ({ platform, identity, body, request }) => {
      await cleaningWork.retirePriority(platform, {
        user: identity.user,
        reason: body.reason,
        address: request.ip,
      });
      return shownPriorities(platform);
    },
  }),
];
