/** Cleaning written a second time, in DuckDB: what a person with the files and the standards would do by hand. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { codeListNamed } from '../../domain/codes/index.ts';

const FULL =
  '０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ：／－．，（）％＿';
const HALF = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz:/-.,()%_';

const macros = [
  `tidy(t) AS trim(replace(replace(translate(t, '${FULL}', '${HALF}'), '\u3000', ' '), chr(9), ' '))`,
  `word(t) AS upper(replace(tidy(t), ' ', ''))`,
  `number_no(t) AS CASE WHEN regexp_full_match(word(t), '[A-Z0-9_-]{1,64}') THEN word(t) ELSE '' END`,
  `house_no(t) AS CASE WHEN regexp_full_match(word(t), '[A-Z0-9_-]{4,64}') THEN word(t) ELSE '' END`,
  `day_of(t) AS TRY_CAST(regexp_replace(regexp_replace(regexp_replace(tidy(t), '^(\\d{4})(\\d{2})(\\d{2})$', '\\1-\\2-\\3'), '^(\\d{4})[-/.年](\\d{1,2})[-/.月](\\d{1,2})日?( .*)?$', '\\1-\\2-\\3'), '-(\\d)(-|$)', '-0\\1\\2', 'g') AS DATE)`,
  `month_of(t) AS TRY_CAST(regexp_replace(regexp_replace(word(t), '^(\\d{4})[-/年]?(\\d{1,2})月?$', '\\1-\\2'), '-(\\d)$', '-0\\1') || '-01' AS DATE)`,
  `instant_of(t) AS TRY_CAST(regexp_replace(regexp_replace(tidy(t), '^(\\d{4})/(\\d{1,2})/(\\d{1,2})', '\\1-\\2-\\3'), '-(\\d)( |-)', '-0\\1\\2', 'g') AS TIMESTAMP)`,
  `plain_number(t) AS regexp_replace(word(t), '人民币|[¥￥元,]|㎡|M²|平方米', '', 'g')`,
  `amount_of(t) AS CAST(CASE WHEN regexp_full_match(plain_number(t), '\\d+(\\.\\d+)?万?') THEN TRY_CAST(replace(plain_number(t), '万', '') AS DECIMAL(24, 6)) * CASE WHEN plain_number(t) LIKE '%万' THEN 10000 ELSE 1 END END AS DECIMAL(18, 2))`,
  // A column in 万元: with or without the unit behind the number.
  `wan_of(t) AS CASE WHEN regexp_full_match(plain_number(t), '\\d+(\\.\\d+)?万?') THEN CAST(TRY_CAST(replace(plain_number(t), '万', '') AS DECIMAL(24, 6)) * 10000 AS DECIMAL(18, 2)) END`,
  `whole_of(t) AS TRY_CAST(regexp_replace(plain_number(t), '[套人户]', '', 'g') AS INTEGER)`,
  `quantity_of(t) AS CASE WHEN regexp_full_match(plain_number(t), '\\d+(\\.\\d+)?') THEN TRY_CAST(plain_number(t) AS DECIMAL(14, 3)) END`,
  // GB 11643-1999: the weights are 2^(18-i) mod 11; a number of 15 digits gets its century and its check character.
  `check_character(t) AS substr('10X98765432', 1 + CAST(list_sum(list_transform(range(1, 18), i -> CAST(substr(t, i, 1) AS INTEGER) * ([7,9,10,5,8,4,2,1,6,3,7,9,10,5,8,4,2])[i])) % 11 AS INTEGER), 1)`,
  `person_no(t) AS CASE
     WHEN regexp_full_match(word(t), '[1-9]\\d{16}[0-9X]') AND check_character(substr(word(t), 1, 17)) = substr(word(t), 18, 1) THEN word(t)
     WHEN regexp_full_match(word(t), '[1-9]\\d{14}') THEN substr(word(t), 1, 6) || '19' || substr(word(t), 7) || check_character(substr(word(t), 1, 6) || '19' || substr(word(t), 7))
     ELSE '' END`,
  // GB 32100-2015: 31 characters without I, O, S, V and Z; the weights are 3^(i-1) mod 31.
  `credit_digits(t) AS list_transform(range(1, 19), i -> strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(t, i, 1)) - 1)`,
  `credit_word(t) AS replace(replace(word(t), '-', ''), '_', '')`,
  `credit_no(t) AS CASE WHEN regexp_full_match(credit_word(t), '[0-9A-HJ-NP-RTUWXY]{18}') AND (
       list_sum(list_transform(range(1, 18), i -> ([1,3,9,27,19,26,16,17,20,29,25,13,8,24,10,30,28])[i] * (credit_digits(credit_word(t)))[i])) + (credit_digits(credit_word(t)))[18]
     ) % 31 = 0 THEN credit_word(t) ELSE '' END`,
];

const lists = [
  'enterprise_kind',
  'enterprise_state',
  'project_kind',
  'allocation_kind',
  'project_state',
  'contract_kind',
  'guarantee_form',
  'applicant_group',
  'rating',
  'maintenance_fund_account_state',
  'maintenance_fund_use',
  'maintenance_fund_entry',
  'maintenance_fund_use_state',
  'maintenance_fund_vote',
  'meter_kind',
  'energy_item',
  'facility_state',
  'inspection_result',
  'incident_state',
  'dwelling_state',
  'contract_state',
  'application_state',
  'complaint_state',
  'repair_state',
  'pay_state',
  'property_nature',
  'signing_state',
  'supplier_state',
  'product_state',
  'cooperation_state',
  'evaluated_party',
] as const;

/** Creates the macros and one `words_<list>` table a code list. */
export async function prepareCleaning(duckdb: DuckDBConnection): Promise<void> {
  for (const macro of macros) await duckdb.run(`CREATE OR REPLACE MACRO ${macro}`);
  for (const name of lists) {
    const rows = codeListNamed(name).entries.flatMap(({ code, zh, synonyms = [] }) =>
      [code, zh, ...synonyms].map((word) => `(word('${word}'), '${code}')`),
    );
    await duckdb.run(
      `CREATE OR REPLACE TABLE words_${name} AS SELECT DISTINCT * FROM (VALUES ${rows.join(', ')}) AS w(word, code)`,
    );
    await duckdb.run(
      `CREATE OR REPLACE MACRO code_${name}(t) AS coalesce((SELECT any_value(w.code) FROM words_${name} AS w WHERE w.word = word(t)), '')`,
    );
  }
}
