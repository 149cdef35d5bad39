import { z } from 'zod';
import { codeListNamed } from '../../domain/codes/index.ts';
import { audit } from '../audit.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { checkAcrossFields } from '../resources/cross-checks.ts';
import {
  type ResourceDefinition,
  fieldDescription,
  recordSchema,
  resourceDefinitions,
} from '../resources/definition.ts';
import {
  type Resource,
  createResource,
  deleteResource,
  findResource,
  historyOf,
  listResources,
  updateResource,
} from '../resources/repository.ts';

const record = z.record(z.string(), z.string());
const resource = z.object({
  key: z.string(),
  version: z.number().int(),
  record,
  updatedAt: z.iso.datetime(),
  updatedBy: z.string(),
});
const answerOf = ({ updatedAt, ...rest }: Resource) => ({ ...rest, updatedAt: updatedAt.toISOString() });
const reason = z.string().max(500).default('').describe('why, in the clerk’s words; kept in the history');
const keyParams = z.object({ key: z.string().min(1).max(64) });

/** List, read, create, change, delete and history of what staff edit (issue 2.8; M30, W02). */
export const resourceEndpoints: Endpoint[] = resourceDefinitions.flatMap(endpointsOf);

function endpointsOf(definition: ResourceDefinition): Endpoint[] {
  const { entity, path, dataset } = definition;
  const schema = recordSchema(definition);
  const tag = path;
  return [
    endpoint({
      method: 'get',
      path: `/api/${path}`,
      summary: `${dataset.zh}: list by number; ?search= is a prefix of the number or the name`,
      tag,
      right: 'resources:read',
      query: z.object({
        state: z.string().max(32).optional(),
        search: z.string().min(1).max(64).optional(),
        after: z.string().max(64).optional().describe('key of the last entry seen'),
        limit: z.coerce.number().int().min(1).max(200).default(50),
      }),
      answer: z.object({ rows: z.array(resource), next: z.string().nullable() }),
      handler: async ({ platform, identity, query }) => {
        const rows = await listResources(platform.store, definition, {
          ...query,
          division: identity.scopeDivision || undefined,
        });
        return {
          rows: rows.map(answerOf),
          next: rows.length === query.limit ? (rows.at(-1)?.key ?? null) : null,
        };
      },
    }),
    endpoint({
      method: 'get',
      path: `/api/${path}/schema`,
      summary: `${dataset.zh}: fields, codes and permitted changes of state, for forms`,
      tag,
      right: 'resources:read',
      answer: z.object({
        entity: z.string(),
        zh: z.string(),
        key: z.string(),
        stateField: z.string(),
        transitions: z.record(z.string(), z.array(z.string())),
        fields: z.array(
          z.object({
            name: z.string(),
            zh: z.string(),
            element: z.string(),
            required: z.boolean(),
            codes: z.string().nullable(),
            isPersonal: z.boolean(),
          }),
        ),
        codeLists: z.record(z.string(), z.array(z.object({ code: z.string(), zh: z.string() }))),
      }),
      handler: async () => ({
        entity,
        zh: dataset.zh,
        key: definition.key,
        stateField: definition.stateField,
        transitions: Object.fromEntries(
          Object.entries(definition.transitions).map(([from, to]) => [from, [...to]]),
        ),
        fields: dataset.fields.map(fieldDescription),
        codeLists: Object.fromEntries(
          dataset.fields.flatMap(({ codes }) =>
            codes === undefined
              ? []
              : [[codes, codeListNamed(codes).entries.map(({ code, zh }) => ({ code, zh }))]],
          ),
        ),
      }),
    }),
    endpoint({
      method: 'get',
      path: `/api/${path}/:key`,
      summary: `${dataset.zh}: one, whole`,
      tag,
      right: 'resources:read',
      params: keyParams,
      answer: resource,
      handler: async ({ platform, identity, params }) =>
        answerOf(await findResource(platform.store, definition, params.key, identity.scopeDivision)),
    }),
    endpoint({
      method: 'get',
      path: `/api/${path}/:key/history`,
      summary: `${dataset.zh}: every version, oldest first`,
      tag,
      right: 'resources:read',
      params: keyParams,
      answer: z.object({
        versions: z.array(
          z.object({
            version: z.number().int(),
            operation: z.enum(['I', 'U', 'D']),
            record,
            changedAt: z.iso.datetime(),
            changedBy: z.string(),
            reason: z.string(),
          }),
        ),
      }),
      handler: async ({ platform, identity, params }) => ({
        versions: (await historyOf(platform.store, definition, params.key, identity.scopeDivision)).map(
          ({ changedAt, ...rest }) => ({
            ...rest,
            changedAt: changedAt.toISOString(),
          }),
        ),
      }),
    }),
    endpoint({
      method: 'post',
      path: `/api/${path}`,
      summary: `${dataset.zh}: add one; an empty number is made here`,
      tag,
      right: 'resources:write',
      body: z.object({ record: schema, reason }),
      answer: resource,
      handler: async ({ platform, identity, body, request, response }) => {
        await checkAcrossFields(platform.warehouse, definition, body.record);
        const made = await createResource(platform.store, definition, body.record, {
          user: identity.user,
          reason: body.reason,
        });
        await audit(platform.store, {
          user: identity.user,
          action: `${entity}-add`,
          object: made.key,
          reason: body.reason,
          address: request.ip,
        });
        response.status(201);
        return answerOf(made);
      },
    }),
    endpoint({
      method: 'put',
      path: `/api/${path}/:key`,
      summary: `${dataset.zh}: replace the record; \`version\` is the one that was read`,
      tag,
      right: 'resources:write',
      params: keyParams,
      body: z.object({ record: schema, version: z.number().int().positive(), reason }),
      answer: resource,
      handler: async ({ platform, identity, params, body, request }) => {
        const record = { ...body.record, [definition.key]: params.key };
        await checkAcrossFields(platform.warehouse, definition, record);
        const changed = await updateResource(platform.store, definition, params.key, body.version, record, {
          user: identity.user,
          reason: body.reason,
          scope: identity.scopeDivision,
        });
        await audit(platform.store, {
          user: identity.user,
          action: `${entity}-change`,
          object: params.key,
          reason: body.reason,
          address: request.ip,
          detail: { version: changed.version },
        });
        return answerOf(changed);
      },
    }),
    endpoint({
      method: 'delete',
      path: `/api/${path}/:key`,
      summary: `${dataset.zh}: take it out of every list; its history stays`,
      tag,
      right: 'resources:write',
      params: keyParams,
      query: z.object({ version: z.coerce.number().int().positive() }),
      body: z.object({ reason: z.string().min(2).max(500) }),
      handler: async ({ platform, identity, params, query, body, request }) => {
        await deleteResource(platform.store, definition, params.key, query.version, {
          user: identity.user,
          reason: body.reason,
          scope: identity.scopeDivision,
        });
        await audit(platform.store, {
          user: identity.user,
          action: `${entity}-delete`,
          object: params.key,
          reason: body.reason,
          address: request.ip,
        });
        return undefined;
      },
    }),
  ];
}
