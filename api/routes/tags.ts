import type { Request } from 'express';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { tagCheckSchema } from '../../pipelines/tags/check.ts';
import { givenOf } from '../../pipelines/tags/given.ts';
import { listHolders, tagOfObjectSchema, tagsOf } from '../../pipelines/tags/holders.ts';
import { type ShippedTags, staffTags, staffTagSchema } from '../../pipelines/tags/staff.ts';
import { tagTrialSchema } from '../../pipelines/tags/trial-result.ts';
import { audit } from '../audit.ts';
import { hasRight } from '../auth/rights.ts';
import type { Identity } from '../auth/sessions.ts';
import { reason, ruleId } from '../cleaning-shapes.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { checkTagOf, TAG_VERBS, tagWork } from '../operations/tags.ts';
import { inScope } from '../scope.ts';
import {
  giving,
  holdersAnswer,
  holdersQuestion,
  objectsAnswer,
  shownTags,
  shownTagSchema,
  shownTagVersion,
  tagName,
  tagSubject,
  tagVersionSchema,
} from '../tag-shapes.ts';

const tag = 'tags';
const params = z.object({ id: ruleId });

/** A definition holds for the whole city, so only somebody who looks after all of it makes one. */
function asCity({ user, scopeDivision }: Identity, request: Request, why: string) {
  if (scopeDivision !== '')
    throw new AppError('forbidden', 'Tags hold for the whole city; you look after a part of it.');
  return { user, reason: why, address: request.ip };
}

/** 数据标签 (002:631-655): what tags there are, who has them, and how staff make, approve, give and retire them. */
export const tagEndpoints = (shipped: ShippedTags): Endpoint[] => [
  endpoint({
    method: 'get',
    path: '/api/tags',
    summary: 'Tags in force or switched off, with how many have each and how often each was asked for',
    tag,
    right: 'drill:read',
    answer: z.object({ tags: z.array(shownTagSchema) }),
    handler: async ({ platform, identity }) => ({
      tags: await shownTags(platform, shipped, inScope(identity)),
    }),
  }),
  endpoint({
    method: 'get',
    path: '/api/tags/ground',
    summary: 'What a tag can be about: kinds of objects with their measures, themes and topics',
    tag,
    right: 'drill:read',
    answer: z.object({ subjects: z.array(groundSchema) }),
    handler: () => Promise.resolve({ subjects: groundOf(shipped) }),
  }),
  endpoint({
    method: 'get',
    path: '/api/tags/versions',
    summary: 'Versions staff wrote, with what their last try-out told',
    tag,
    right: 'drill:read',
    query: z.object({ tag: tagName.optional() }),
    answer: z.object({ versions: z.array(tagVersionSchema) }),
    handler: async ({ platform, query }) => ({
      versions: (await staffTags.list(platform.store, { topic: query.tag })).map(shownTagVersion),
    }),
  }),
  endpoint({
    method: 'post',
    path: '/api/tags/versions',
    summary: 'Draft a tag, the next version of one of that name, or that a shipped one is switched off',
    tag,
    right: 'tags:manage',
    body: z.object({ definition: staffTagSchema, reason }),
    answer: tagVersionSchema,
    handler: async ({ platform, identity, body, request }) =>
      tagWork.draft(platform, shipped, body.definition, asCity(identity, request, body.reason)),
  }),
  endpoint({
    method: 'post',
    path: '/api/tags/versions/:id/try',
    summary: 'Try the newest version on the measures of the last run; nothing is changed',
    tag,
    right: 'tags:manage',
    params,
    answer: tagTrialSchema,
    handler: async ({ platform, identity, params: { id }, request }) =>
      tagWork.try(platform, shipped, id, asCity(identity, request, 'try-out')),
  }),
  ...TAG_VERBS.map((verb) =>
    endpoint({
      method: 'post',
      path: `/api/tags/versions/:id/${verb}`,
      summary: {
        activate: 'Approve the tried version, of which one is not the author; it works from the next run on',
        pause: 'Put a tag to rest; the shipped one of its name is told meanwhile',
        resume: 'Let a tag that rests be told again',
        retire: 'Take a tag out for good',
      }[verb],
      tag,
      right: 'tags:manage',
      params,
      body: z.object({ reason }),
      answer: tagVersionSchema,
      handler: async ({ platform, identity, params: { id }, body, request }) =>
        tagWork.decide(platform, id, verb, asCity(identity, request, body.reason)),
    }),
  ),
  ...(['give', 'take'] as const).map((verb) =>
    endpoint({
      method: 'post',
      path: `/api/tags/${verb}`,
      summary: {
        give: 'Give a tag to objects by hand, up to ten thousand keys at once; it shows after the next run',
        take: 'Take a tag given by hand back from objects',
      }[verb],
      tag,
      right: 'tags:manage',
      body: giving.extend({ reason }),
      answer: objectsAnswer,
      handler: ({ platform, identity, body: { reason: why, ...what }, request }) =>
        tagWork[verb](platform, shipped, what, inScope(identity), {
          user: identity.user,
          reason: why,
          address: request.ip,
        }),
    }),
  ),
  endpoint({
    method: 'get',
    path: '/api/tags/check/:tag',
    summary:
      'How right a predictive tag was on the months whose outcome is known: precision, recall, base rate',
    tag,
    right: 'drill:read',
    params: z.object({ tag: tagName }),
    answer: tagCheckSchema,
    handler: ({ platform, params: { tag: name } }) => checkTagOf(platform, shipped, name),
  }),
  endpoint({
    method: 'post',
    path: '/api/tags/holders',
    summary: 'Objects that have all of some tags and none of others, masked, in the caller’s division',
    tag,
    right: 'drill:read',
    body: holdersQuestion,
    answer: holdersAnswer,
    handler: async ({ platform, identity, body, request }) => {
      const answer = await listHolders(platform, body, inScope(identity));
      await audit(platform.store, {
        user: identity.user,
        action: 'tags.holders',
        object: body.subject,
        address: request.ip,
        detail: { all: body.all, none: body.none, found: answer.total },
      });
      return answer;
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/tags/of/:subject/:key',
    summary:
      'Every tag of one object with its evidence; who gave those given by hand, for those who may give',
    tag,
    right: 'drill:read',
    params: z.object({ subject: tagSubject, key: z.string().min(1).max(100) }),
    answer: z.object({ tags: z.array(tagOfObjectSchema), given: z.array(givenSchema) }),
    handler: async ({ platform, identity, params: { subject, key }, request }) => {
      const tags = await tagsOf(platform.warehouse, { subject, key }, inScope(identity));
      await audit(platform.store, {
        user: identity.user,
        action: 'tags.of',
        object: `${subject} ${key}`,
        address: request.ip,
      });
      // An object without a tag in sight may be another division's.
      const isInSight = tags.length > 0 || identity.scopeDivision === '';
      const mayGive = hasRight(identity.role, 'tags:manage') && isInSight;
      return { tags, given: mayGive ? (await givenOf(platform.store, key)).map(shownGiven) : [] };
    },
  }),
];

const givenSchema = z.object({
  tag: z.string(),
  givenOn: z.string(),
  untilOn: z.string().nullable(),
  reason: z.string(),
  givenBy: z.string(),
  takenAt: z.iso.datetime().nullable(),
  takenReason: z.string().nullable(),
});

const shownGiven = (row: Awaited<ReturnType<typeof givenOf>>[number]): z.input<typeof givenSchema> => ({
  tag: row.tag,
  givenOn: row.given_on,
  untilOn: row.until_on,
  reason: row.reason,
  givenBy: row.given_by,
  takenAt: row.taken_at?.toISOString() ?? null,
  takenReason: row.taken_reason,
});

const groundSchema = z.object({
  subject: tagSubject,
  zh: z.string(),
  measures: z.array(
    z.object({ name: z.string(), zh: z.string(), is: z.string(), unit: z.string().optional() }),
  ),
  topics: z.array(
    z.object({
      theme: z.string(),
      themeZh: z.string(),
      topic: z.string(),
      topicZh: z.string(),
      exclusive: z.boolean(),
    }),
  ),
});

const groundOf = ({ subjects, classification }: ShippedTags): z.input<typeof groundSchema>[] =>
  tagSubject.options.flatMap((subject) => {
    const { zh, measures } = subjects.get(subject) ?? { zh: '', measures: {} };
    const topics = Object.entries(classification[subject] ?? {}).flatMap(([theme, one]) =>
      Object.entries(one.topics).map(([topic, { zh: topicZh, exclusive }]) => ({
        theme,
        themeZh: one.zh,
        topic,
        topicZh,
        exclusive,
      })),
    );
    return [
      {
        subject,
        zh,
        measures: Object.entries(measures).map(([name, measure]) => ({ name, ...measure })),
        topics,
      },
    ];
  });
