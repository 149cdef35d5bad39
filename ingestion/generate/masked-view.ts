/** What analysts see of the standardised data: the same tables, personal values masked (G-33 to G-37). */
import { maskSql } from '../../domain/masking.ts';
import { identifier } from '../../warehouse/engine/sql.ts';
import { type Dataset, type Field, tableName } from '../contract.ts';
import { fieldElement } from './field-element.ts';
import { GENERATED, type GeneratedFile } from './file.ts';
import { stdName, stdType } from './std-model.ts';

/** From this level on a value says something about a person. */
const PERSONAL = 3;

const LANDING_COLUMNS = ['_defects', '_batch_id', '_row_no', '_business_date'];

export const isMasked = (field: Field): boolean => {
  const { level, mask } = fieldElement(field);
  return level >= PERSONAL && mask !== 'none';
};

function column(dataset: Dataset, field: Field): string {
  const name = `data.${identifier(field.name)}`;
  if (!isMasked(field)) return `${name} as ${identifier(field.name)}`;
  const type = stdType(dataset, field);
  const text =
    type === 'String'
      ? name
      : type.startsWith('Nullable')
        ? `ifNull(toString(${name}), '')`
        : `toString(${name})`;
  return `${maskSql(fieldElement(field).mask, text)} as ${identifier(field.name)}`;
}

export function maskedViewFile(dataset: Dataset): GeneratedFile {
  const history = dataset.load.strategy === 'append' ? [] : ['valid_from', 'valid_to', 'is_current'];
  const columns = [
    ...dataset.fields.map((field) => column(dataset, field)),
    ...[...history, ...LANDING_COLUMNS].map((name) => `data.${name} as ${name}`),
  ];
  return {
    path: `models/base/generated/masked_${tableName(dataset)}.sql`,
    content: `-- ${GENERATED} ${dataset.zh} as analysts see it: personal values masked, no key hash.
{{ config(materialized='view', schema='base_masked', alias='${stdName(dataset)}') }}

select
    ${columns.join(',\n    ')}

from {{ ref('${stdName(dataset)}') }} as data
`,
  };
}
