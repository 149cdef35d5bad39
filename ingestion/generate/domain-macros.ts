/** SQL of `domain` that models say by hand, as macros: taking an address apart, comparing names of organisations. */
import { ADDRESS_TYPE, addressPartsSql, normalAddressSql } from '../../domain/address/index.ts';
import { idDivisionStatusSql } from '../../domain/division-periods.ts';
import {
  certificateNoKindSql,
  organisationCoreSql,
  organisationOfCreditSql,
} from '../../domain/elements/index.ts';
import { sqlTextArray } from '../../domain/sql.ts';
import { GENERATED, type GeneratedFile } from './file.ts';

const PLACEHOLDER = 'the_address_to_take_apart';

/** `{% macro %}` around an expression, its argument wherever `PLACEHOLDER` stands; the rest is not the template's business. */
function macro(name: string, argument: string, sql: string): string {
  const body = sql.split(PLACEHOLDER).join(`{% endraw %}{{ ${argument} }}{% raw %}`);
  return `{% macro ${name}(${argument}) -%}\n{% raw %}${body}{% endraw %}\n{%- endmacro %}\n`;
}

/** The same of the names and codes of organisations. */
export const organisationMacroFile = (): GeneratedFile => ({
  path: 'models/macros/organisation.sql',
  content: [
    `{# ${GENERATED} From domain/elements/organisation. #}\n`,
    macro('organisation_core', 'name', organisationCoreSql(PLACEHOLDER)),
    macro('organisation_of_credit', 'code', organisationOfCreditSql(PLACEHOLDER)),
  ].join('\n'),
});

export const addressMacroFile = (): GeneratedFile => ({
  path: 'models/macros/address.sql',
  content: [
    `{# ${GENERATED} From domain/address. `,
    `   address_parts: a String → ${ADDRESS_TYPE}. normal_address: such a tuple under a name → String. #}\n`,
    macro('address_parts', 'address', addressPartsSql(PLACEHOLDER)),
    macro('normal_address', 'parts', normalAddressSql(PLACEHOLDER)),
  ].join('\n'),
});

/** The agency a data set is of (责任单位), '' of none. */
export const agencyMacroFile = (
  owners: readonly (readonly [dataset: string, owner: string])[],
): GeneratedFile => ({
  path: 'models/macros/agency.sql',
  content: [
    `{# ${GENERATED} From the contracts' owners. #}\n`,
    macro(
      'agency_of',
      'dataset',
      `transform(${PLACEHOLDER}, ${sqlTextArray(owners.map(([dataset]) => dataset))}, ${sqlTextArray(owners.map(([, owner]) => owner))}, '')`,
    ),
  ].join('\n'),
});

/** What a number identities are made of is the number of. */
export const certificateMacroFile = (): GeneratedFile => ({
  path: 'models/macros/certificate.sql',
  content: [
    `{# ${GENERATED} From domain/elements/certificate-no: code of certificate_kind of a normal number. #}\n`,
    macro('certificate_kind_of', 'number', certificateNoKindSql(PLACEHOLDER)),
  ].join('\n'),
});

/** Whether an identity number's division was one when it can have been given, by the list a run has. */
export const divisionMacroFile = (): GeneratedFile => {
  // Sorted, so that codes and days keep their order whatever the threads.
  const listed = (part: 1 | 2, where = ''): string =>
    `(select arraySort(groupArray((code, last_day))).${part} from (select code, max(given_until) as last_day, max(is_complete) as complete from {% endraw %}{{ ref('national_division') }}{% raw %} group by code)${where})`;
  return {
    path: 'models/macros/id_division.sql',
    content: [
      `{# ${GENERATED} From domain/division-periods: known, ended, never or unknown, of an identity number. #}\n`,
      macro(
        'id_division_status',
        'id',
        idDivisionStatusSql(PLACEHOLDER, {
          codes: listed(1),
          ends: listed(2),
          complete: listed(1, ' where complete = 1'),
        }),
      ),
    ].join('\n'),
  };
};
