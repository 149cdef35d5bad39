/** SQL of `domain` that models say by hand, as macros: taking an address apart, comparing names of organisations. */
import { ADDRESS_TYPE, addressPartsSql, normalAddressSql } from '../../domain/address/index.ts';
import { organisationCoreSql, organisationOfCreditSql } from '../../domain/elements/index.ts';
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
