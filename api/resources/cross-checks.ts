import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { fieldElement } from '../../ingestion/generate/field-element.ts';
import type { ResourceRecord } from '../../warehouse/operational/tables/resources.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { identifier } from '../../warehouse/engine/sql.ts';
import type { ResourceDefinition } from './definition.ts';

/**
 * The contract's rules between fields, asked of the engine that applies them to deliveries: one rule, one place. A rule
 * that would only mark a delivered row refuses a typed one, because the clerk is there to mend it.
 */
export async function checkAcrossFields(
  warehouse: Warehouse,
  { dataset }: ResourceDefinition,
  record: ResourceRecord,
): Promise<void> {
  if (dataset.checks.length === 0) return;
  const columns = dataset.fields.map(
    (field) => `${fieldElement(field).parseSql(`{${field.name}:String}`)} AS ${identifier(field.name)}`,
  );
  const failed = await warehouse.rows(
    `SELECT ${dataset.checks.map((check, index) => `ifNull(toBool(${check.sql}), false) AS fails_${index}`).join(', ')} FROM (SELECT ${columns.join(', ')})`,
    z.record(z.string(), z.boolean()),
    { lane: 'interactive', params: record, tag: 'resource-check' },
  );
  const broken = dataset.checks.find((_, index) => failed[0]?.[`fails_${index}`] === true);
  if (broken !== undefined)
    throw new AppError('bad_request', broken.message, {
      where: { rule: broken.rule },
      fix: 'Correct the fields the rule names.',
    });
}
