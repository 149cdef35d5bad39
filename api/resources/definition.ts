import { z } from 'zod';
import { type CodeListName, codeName } from '../../domain/codes/index.ts';
import { checkElement } from '../../domain/element.ts';
import type { Dataset, Field } from '../../ingestion/contract.ts';
import { operationsApplication } from '../../ingestion/contracts/operations/application.ts';
import { operationsBreachReport } from '../../ingestion/contracts/operations/breach-report.ts';
import { operationsComplaint } from '../../ingestion/contracts/operations/complaint.ts';
import { operationsContract } from '../../ingestion/contracts/operations/contract.ts';
import { elementInput, fieldElement } from '../../ingestion/generate/field-element.ts';
import type { ResourceEntity, ResourceRecord } from '../../warehouse/operational/tables/resources.ts';

/**
 * An entity staff edit. Its fields, types, codes and rules are those of the source contract of the same entity, so what
 * a clerk may type and what an agency may send is one thing.
 */
export interface ResourceDefinition {
  entity: ResourceEntity;
  /** `/api/<path>` */
  path: string;
  dataset: Dataset;
  /** Field that identifies it. */
  key: string;
  /** Where a number made here begins: `SQ` for 申请, `HT` for 合同, `TS` for 投诉, `WY` for 违约. */
  numberPrefix: string;
  stateField: string;
  /** State → states it may go to (W02, W10, W12, 002:2499). Staying is always allowed. */
  transitions: Readonly<Record<string, readonly string[]>>;
  nameField: string;
  divisionField?: string;
}

export const resourceDefinitions: readonly ResourceDefinition[] = [
  {
    entity: 'application',
    path: 'applications',
    dataset: operationsApplication,
    key: 'application_no',
    numberPrefix: 'SQ',
    stateField: 'application_state',
    // An applicant may withdraw only before a decision; a refused one supplements and is looked at again (002:2499, 002:5043).
    transitions: {
      pending: ['reviewing', 'withdrawn'],
      reviewing: ['approved', 'rejected', 'withdrawn'],
      approved: [],
      rejected: ['reviewing'],
      withdrawn: [],
    },
    nameField: 'applicant_name',
    divisionField: 'community_code',
  },
  {
    entity: 'contract',
    path: 'contracts',
    dataset: operationsContract,
    key: 'contract_no',
    numberPrefix: 'HT',
    stateField: 'contract_state',
    transitions: {
      pending: ['active', 'terminated'],
      active: ['terminated', 'expired'],
      terminated: [],
      expired: [],
    },
    nameField: 'tenant_name',
  },
  {
    entity: 'complaint',
    path: 'complaints',
    dataset: operationsComplaint,
    key: 'complaint_no',
    numberPrefix: 'TS',
    stateField: 'complaint_state',
    transitions: {
      received: ['handling', 'rejected', 'withdrawn'],
      handling: ['resolved', 'withdrawn'],
      resolved: ['closed', 'handling'],
      closed: [],
      rejected: [],
      withdrawn: [],
    },
    nameField: 'complainant_name',
  },
  {
    entity: 'breach_report',
    path: 'breach-reports',
    dataset: operationsBreachReport,
    key: 'breach_no',
    numberPrefix: 'WY',
    stateField: 'breach_state',
    // What was found right, wrong or taken back stays so; who learns more reports anew (002:2657).
    transitions: {
      reported: ['handling', 'handled', 'unfounded', 'withdrawn'],
      handling: ['handled', 'unfounded', 'withdrawn'],
      handled: [],
      unfounded: [],
      withdrawn: [],
    },
    nameField: 'tenant_name',
    divisionField: 'division_code',
  },
];

/** A field as the console draws it. */
export const fieldDescription = (field: Field) => ({
  name: field.name,
  zh: field.source,
  element: field.element,
  required: field.required,
  codes: field.codes ?? null,
  isPersonal: fieldElement(field).mask !== 'none',
});

/** The canonical text of a field: code for a coded word, `YYYY-MM-DD` for a date; in the unit the contract names. */
export function canonical(field: Field, text: string): string {
  const element = fieldElement(field);
  const normalised = element.normalise(text);
  if (normalised === '') return '';
  return field.codes === undefined ? normalised : String(element.parse(normalised) ?? '');
}

/** The Chinese word of a coded value, the value itself otherwise: what the agency's own column would hold. */
export const sourceWord = (field: Field, value: string): string =>
  field.codes === undefined || value === '' ? value : codeName(field.codes as CodeListName, value);

/**
 * zod schema of a record: every field of the contract as text, checked by its data element, answered in canonical form.
 * Missing optional fields become ''. The key may be absent when one is to be made.
 */
export function recordSchema({
  dataset,
  key,
}: ResourceDefinition): z.ZodType<ResourceRecord, Record<string, string | undefined>> {
  const shape = Object.fromEntries(
    dataset.fields.map((field) => [field.name, fieldSchema(field, field.name === key)]),
  );
  const certificates = dataset.fields.filter(({ certificate }) => certificate !== undefined);
  return certifiedRecord(z.strictObject(shape), certificates) as unknown as z.ZodType<
    ResourceRecord,
    Record<string, string | undefined>
  >;
}

/** Numbers whose kind another field tells are judged together with it: the record as given, then each in canonical form. */
function certifiedRecord(record: z.ZodObject, certificates: readonly Field[]) {
  if (certificates.length === 0) return record;
  const inputOf = (field: Field, given: Record<string, unknown>): string =>
    elementInput(field, String(given[field.name] ?? ''), (name) => String(given[name] ?? ''));
  return record
    .superRefine((given, context) => {
      for (const field of certificates) {
        const failure = checkElement(fieldElement(field), inputOf(field, given));
        if (failure !== null) context.addIssue(issueOf(field, failure.message, failure.rule, [field.name]));
      }
    })
    .transform((given) => ({
      ...given,
      ...Object.fromEntries(
        certificates.map((field) => [field.name, canonical(field, inputOf(field, given))]),
      ),
    }));
}

const issueOf = (field: Field, message: string, rule: string, path: string[] = []) => ({
  code: 'custom' as const,
  message: `${field.source} ${message} (${rule})`,
  params: { rule },
  path,
});

function fieldSchema(field: Field, mayBeMissing: boolean) {
  const element = fieldElement(field);
  return z
    .string()
    .max(4000)
    .default('')
    .superRefine((text, context) => {
      const failure = field.certificate === undefined ? checkElement(element, text) : null;
      if (failure !== null) context.addIssue(issueOf(field, failure.message, failure.rule));
      else if (field.required && !mayBeMissing && element.normalise(text) === '')
        context.addIssue({
          code: 'custom',
          message: `${field.source} is required`,
          params: { rule: 'required' },
        });
    })
    .transform((text) => (field.certificate === undefined ? canonical(field, text) : text))
    .describe(field.source);
}
