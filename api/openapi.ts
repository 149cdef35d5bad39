import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';

type Json = Record<string, unknown>;

/** OpenAPI 3.1 of the endpoints, from the schemas that check them. */
export function openApi(endpoints: readonly Endpoint[], version: string): Json {
  const paths: Record<string, Json> = {};
  for (const one of endpoints) {
    const path = one.path.replaceAll(/:([A-Za-z]+)/g, '{$1}');
    paths[path] = { ...paths[path], [one.method]: operation(one) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Anju 安居',
      version,
      description:
        'Data platform for public-housing agencies. Sign in at `/api/sign-in`; send the cookie or `Authorization: Bearer`. Requests that change something carry `X-Anju-Request: 1`. Errors are RFC 9457 problem documents.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths,
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'anju_session' },
        bearer: { type: 'http', scheme: 'bearer' },
      },
      schemas: { Problem: problem },
    },
  };
}

const problem = z.toJSONSchema(
  z.object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.string(),
    where: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
    fix: z.string().optional(),
  }),
);

function operation(one: Endpoint): Json {
  const isPublic = one.right === 'public';
  return {
    operationId: `${one.method}${one.path.replaceAll(/[^A-Za-z]+(\w)/g, (_, letter: string) => letter.toUpperCase())}`,
    summary: one.summary,
    tags: [one.tag],
    ...(isPublic
      ? {}
      : {
          security: [{ session: [] }, { bearer: [] }],
          description:
            one.right === 'session' ? 'Any signed-in person.' : `Needs the right \`${one.right}\`.`,
        }),
    parameters: [
      ...parameters(one.params, 'path'),
      ...parameters(one.query, 'query'),
      ...(one.method === 'get' ? [] : [requestHeader]),
    ],
    ...requestBody(one),
    responses: {
      ...(one.answer === undefined
        ? { 200: { description: 'See the summary' }, 204: { description: 'Done' } }
        : {
            200: {
              description: 'OK',
              content: { 'application/json': { schema: schema(one.answer, 'output') } },
            },
          }),
      default: {
        description: 'Problem',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
}

function requestBody({ body, upload }: Endpoint): Json {
  if (upload !== undefined)
    return {
      requestBody: {
        required: true,
        content: { [upload]: { schema: { type: 'string', format: 'binary' } } },
      },
    };
  return body === undefined
    ? {}
    : { requestBody: { required: true, content: { 'application/json': { schema: schema(body, 'input') } } } };
}

const requestHeader = { name: 'X-Anju-Request', in: 'header', required: true, schema: { const: '1' } };

const schema = (type: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema: _, ...rest } = z.toJSONSchema(type, { io, unrepresentable: 'any' });
  return rest;
};

function parameters(type: z.ZodType | undefined, place: 'path' | 'query'): Json[] {
  if (type === undefined) return [];
  const { properties = {}, required = [] } = schema(type, 'input') as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, one]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: one,
  }));
}
