import { z } from 'zod';
import {
  act,
  ACTIONS,
  type AlertCase,
  type CaseAction,
  caseNames,
  escalatedCases,
  listCases,
  readCase,
} from '../../pipelines/alerts/cases.ts';
import { superviseCase } from '../../pipelines/alerts/supervise.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { CASE_STATES } from '../../warehouse/operational/tables/alerts.ts';
import { familySchema, levelSchema } from '../alert-shapes.ts';
import { audited } from '../audit.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { scopeColumn } from '../scope.ts';

const tag = 'alerts';
const state = z.enum(CASE_STATES);
const day = z.iso.date();
const code = z.string().regex(/^\d{6,12}$/);
const id = z.string().regex(/^[0-9a-f]{32}$/);

const caseSchema = z.object({
  id: z.string(),
  rule: z.string(),
  ruleZh: z.string(),
  family: z.string(),
  level: levelSchema,
  objectKind: z.string(),
  objectKey: z.string(),
  /** As people call it; persons masked. */
  objectName: z.string(),
  place: z.string(),
  evidenceZh: z.string(),
  since: day,
  state,
  owner: z.string(),
  firstFound: day,
  lastFound: day,
  /** The finding no longer holds since. */
  clearedOn: day.nullable(),
  dueOn: day,
  escalatedOn: day.nullable(),
  /** Put off until then. */
  suspendedUntil: day.nullable(),
  recurrences: z.number().int(),
  version: z.number().int(),
});

const shown = (one: AlertCase, objectName: string): z.input<typeof caseSchema> => ({
  id: one.violation_id,
  rule: one.rule,
  ruleZh: one.rule_zh,
  family: one.family,
  level: one.level,
  objectKind: one.object_kind,
  objectKey: one.object_key,
  objectName,
  place: one.place_zh,
  evidenceZh: one.evidence_zh,
  since: one.since,
  state: one.state,
  owner: one.owner,
  firstFound: one.first_found,
  lastFound: one.last_found,
  clearedOn: one.cleared_on,
  dueOn: one.due_on,
  escalatedOn: one.escalated_on,
  suspendedUntil: one.suspended_until,
  recurrences: one.recurrences,
  version: one.version,
});

const shownOne = async (warehouse: Warehouse, one: AlertCase): Promise<z.input<typeof caseSchema>> =>
  shown(one, (await caseNames(warehouse, [one]))(one));

const decisionSchema = z.object({
  id: z.number().int(),
  verdict: z.enum(['confirmed', 'false_alarm']),
  note: z.string(),
  by: z.string(),
  at: z.iso.datetime(),
  /** Since when the finding held that was decided. */
  since: day,
  /** Nobody took it back: it counts for the rule's precision and in credit. */
  stands: z.boolean(),
});

/** 告警 (catalog C0; 002:1933-2111): what rules found, as cases people receive, handle, close and review. */
export const alertEndpoints: Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/alerts',
    summary: 'Cases of alert, grave ones first, then the newest',
    tag,
    right: 'alerts:read',
    query: z.object({
      state: state.optional(),
      rule: z.string().max(64).optional(),
      family: familySchema.optional(),
      level: levelSchema.optional(),
      district: code.optional(),
      owner: z.string().max(100).optional(),
      late: z.literal('1').optional(),
      unread: z.literal('1').optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
      offset: z.coerce.number().int().min(0).max(100_000).default(0),
    }),
    answer: z.object({
      total: z.number().int(),
      rows: z.array(caseSchema.extend({ unread: z.boolean() })),
      /** Of all this person may see, whatever was asked for. */
      escalated: z.object({ open: z.number().int(), unread: z.number().int() }),
    }),
    handler: async ({ platform, identity, query: { late, unread, limit, offset, ...filter } }) => {
      const { total, rows } = await listCases(
        platform.store,
        scopeColumn(identity),
        identity.user,
        { ...filter, isLate: late === '1', isUnread: unread === '1' },
        { limit, offset },
      );
      const nameOf = await caseNames(platform.warehouse, rows);
      return {
        total,
        rows: rows.map((one) => ({ ...shown(one, nameOf(one)), unread: one.unread })),
        escalated: await escalatedCases(platform.store, scopeColumn(identity), identity.user),
      };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/alerts/:id',
    summary: 'A case and what became of it; it counts as read from then on',
    tag,
    right: 'alerts:read',
    params: z.object({ id }),
    answer: z.object({
      case: caseSchema,
      events: z.array(
        z.object({ kind: z.string(), note: z.string(), author: z.string(), at: z.iso.datetime() }),
      ),
      /** What may be done with it now. */
      actions: z.array(z.string()),
      /** What people decided of it, however often it came back. */
      decisions: z.array(decisionSchema),
    }),
    handler: async ({ platform, identity, params }) => {
      const { found, events, decisions } = await readCase(
        platform.store,
        scopeColumn(identity),
        identity.user,
        params.id,
      );
      return {
        case: await shownOne(platform.warehouse, found),
        events: events.map((event) => ({ ...event, at: event.at.toISOString() })),
        actions: Object.entries(ACTIONS).flatMap(([name, { from }]) =>
          (from as readonly string[]).includes(found.state) &&
          (name !== 'annul' || decisions.some(({ stands }) => stands))
            ? [name]
            : [],
        ),
        decisions: decisions.map((one) => ({
          ...{ id: one.decision_id, verdict: one.verdict, note: one.note, by: one.decided_by },
          ...{ at: one.decided_at.toISOString(), since: one.since, stands: one.stands },
        })),
      };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/alerts/:id/act',
    summary:
      'Receive, assign, handle, close, review, put off a case, call it a false alarm, or take back a decision; with a note',
    tag,
    right: 'alerts:handle',
    params: z.object({ id }),
    body: z.object({
      action: z.enum(Object.keys(ACTIONS) as [CaseAction, ...CaseAction[]]),
      note: z.string().trim().min(2).max(500),
      owner: z.string().max(100).optional(),
      decision: z.number().int().positive().optional(),
      until: day.optional(),
      version: z.number().int().min(1),
    }),
    answer: caseSchema,
    handler: ({ platform, identity, params, body, request }) =>
      audited(
        platform.store,
        {
          user: identity.user,
          action: `alerts.${body.action}`,
          object: params.id,
          reason: body.note,
          address: request.ip,
        },
        async () =>
          shownOne(
            platform.warehouse,
            await act(platform.store, scopeColumn(identity), identity.user, params.id, body),
          ),
      ),
  }),
  endpoint({
    method: 'post',
    path: '/api/alerts/:id/supervise',
    summary: 'Give a case that was escalated to somebody else, with a new day; with a note',
    tag,
    right: 'alerts:supervise',
    params: z.object({ id }),
    body: z.object({
      owner: z.string().trim().min(1).max(100),
      dueOn: day,
      note: z.string().trim().min(2).max(500),
      version: z.number().int().min(1),
    }),
    answer: caseSchema,
    handler: ({ platform, identity, params, body, request }) =>
      audited(
        platform.store,
        {
          ...{ user: identity.user, action: 'alerts.supervise', object: params.id },
          ...{ reason: body.note, address: request.ip },
        },
        async () =>
          shownOne(
            platform.warehouse,
            await superviseCase(platform.store, scopeColumn(identity), identity.user, params.id, body),
          ),
      ),
  }),
];
