/** The contract as it was in force on a day: old files are read under the version they were written for. */
import { codeNameSql, isCodeListName, mapCodeSql, normaliseWordSql } from '../../domain/codes/index.ts';
import { elementNamed, withUnit } from '../../domain/elements/index.ts';
import type { Dataset, EarlierVersion, Field } from '../contract.ts';

/**
 * The contract for a file about `businessDate` (`YYYY-MM-DD`): titles, units and code lists of the version in force then, over
 * today's fields. A file from before the first version is read under the first.
 */
export function inForce(dataset: Dataset, businessDate: string): Dataset {
  const { versions, effectiveFrom } = dataset;
  if (versions.length === 0 || effectiveFrom === undefined || businessDate >= effectiveFrom) return dataset;
  const earlier = versions.filter((each) => each.effectiveFrom <= businessDate).at(-1) ?? versions[0];
  return earlier ? asOfVersion(dataset, earlier) : dataset;
}

const asOfVersion = (dataset: Dataset, earlier: EarlierVersion): Dataset => ({
  ...dataset,
  version: earlier.version,
  delivery: earlier.delivery ?? dataset.delivery,
  fields: dataset.fields.map((field) => {
    const sent = {
      source: earlier.renamed[field.name],
      unit: earlier.units[field.name],
      codes: earlier.codes[field.name],
    };
    const isOther = Object.values(sent).some((value) => value !== undefined);
    return {
      ...field,
      ...(isOther ? { sent } : {}),
      optionalColumn: field.optionalColumn || earlier.missing.includes(field.name),
    };
  }),
});

/**
 * SQL of a delivered text as the contract of today would have it: 12.5 of a file in 万元 becomes 12.5万, a code of the list of
 * then its word. What the version cannot read stays as it is, for the checks of today to name.
 */
export function arrivedSql({ sent, element, unit }: Field, text: string): string {
  if (sent?.codes !== undefined && isCodeListName(sent.codes)) {
    const word = codeNameSql(sent.codes, mapCodeSql(sent.codes, normaliseWordSql(text)));
    return `if(${word} = '', ${text}, ${word})`;
  }
  // A value that names its own unit means that.
  if (sent?.unit === 'wan_yuan' && unit !== 'wan_yuan')
    return `if(match(${text}, '[元圆¥￥]'), ${text}, ${withUnit(elementNamed(element), 'wan_yuan').normaliseSql(text)})`;
  return text;
}
