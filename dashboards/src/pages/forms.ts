/** Forms from the API's own contract: `/openapi.json` says which fields a resource has, so no screen repeats them. */

export interface FormField {
  name: string;
  title: string;
  kind: 'text' | 'number' | 'date' | 'choice' | 'flag';
  choices: string[];
  required: boolean;
}

interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  title?: string;
  description?: string;
  enum?: unknown[];
  anyOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  readOnly?: boolean;
}

interface Operation {
  requestBody?: { content?: Record<string, { schema?: Schema }> };
}

export interface OpenApi {
  paths?: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema> };
}

function resolve(document: OpenApi, schema: Schema | undefined): Schema {
  if (!schema) return {};
  if (schema.$ref)
    return resolve(document, document.components?.schemas?.[schema.$ref.split('/').at(-1) ?? '']);
  const parts = schema.allOf?.map((part) => resolve(document, part));
  if (parts)
    return {
      ...schema,
      properties: Object.assign({}, ...parts.map((part) => part.properties)) as Schema['properties'],
    };
  // A nullable field is `anyOf [its schema, null]`.
  const real = schema.anyOf?.find((one) => one.type !== 'null');
  return real ? { ...resolve(document, real), title: schema.title ?? real.title } : schema;
}

function kindOf(schema: Schema): FormField['kind'] {
  if (schema.enum) return 'choice';
  const types = [schema.type].flat();
  if (types.includes('boolean')) return 'flag';
  if (types.includes('number') || types.includes('integer')) return 'number';
  return schema.format === 'date' ? 'date' : 'text';
}

/** Fields of the body an operation takes; `version` is ours to send, not the clerk's to type. */
export function formFields(document: OpenApi, path: string, method: 'post' | 'put'): FormField[] {
  const operation = document.paths?.[path]?.[method];
  const body = resolve(document, operation?.requestBody?.content?.['application/json']?.schema);
  return Object.entries(body.properties ?? {})
    .map(([name, raw]) => ({ name, raw: resolve(document, raw) }))
    .filter(({ name, raw }) => name !== 'version' && !raw.readOnly)
    .map(({ name, raw }) => ({
      name,
      title: raw.title ?? raw.description ?? name,
      kind: kindOf(raw),
      choices: (raw.enum ?? []).map(String),
      required: body.required?.includes(name) ?? false,
    }));
}

/** Titles of all fields a resource's contract names, those nobody types included. */
export function fieldTitles(document: OpenApi, path: string): Record<string, string> {
  const schemas = (['post', 'put'] as const).map(
    (method) => document.paths?.[path]?.[method]?.requestBody?.content?.['application/json']?.schema,
  );
  const properties = schemas.flatMap((schema) => Object.entries(resolve(document, schema).properties ?? {}));
  return Object.fromEntries(
    properties.map(([name, raw]) => [name, resolve(document, raw).title ?? name] as const),
  );
}

/** What a form says, typed as the fields are; an empty field is null, so that a value can be taken back. */
export function valuesOf(form: FormData, fields: FormField[], whole: boolean): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const field of fields) {
    const text = String(form.get(field.name) ?? '').trim();
    if (field.kind === 'flag') values[field.name] = form.get(field.name) === 'on';
    else if (text === '') {
      if (!whole) values[field.name] = null;
    } else values[field.name] = field.kind === 'number' ? Number(text) : text;
  }
  return values;
}
