import type { Element } from '../element.ts';
import { certificateNo } from './certificate-no.ts';
import {
  foreignerCardNo,
  hkMacaoPermitNo,
  militaryNo,
  passportNo,
  residencePermitNo,
  taiwanPermitNo,
} from './certificates.ts';
import { codeWord } from './code.ts';
import { date, month, year } from './dates.ts';
import { email, idNumber, personName, phone } from './identity.ts';
import { timestamp } from './instants.ts';
import {
  bankAccount,
  bankCard,
  creditCode,
  identifier,
  meterNo,
  organisationCode,
  organisationName,
  registrationNo,
} from './organisation.ts';
import { address, divisionCode, houseCode, realEstateUnitCode } from './places.ts';
import { area, integer, money, quantity, share } from './quantities.ts';
import { booleanWord, text } from './text.ts';

/** Every data element by name: what a contract's field may be. */
export const elements = {
  identifier,
  text,
  person_name: personName,
  organisation_name: organisationName,
  id_number: idNumber,
  credit_code: creditCode,
  phone,
  division_code: divisionCode,
  real_estate_unit_code: realEstateUnitCode,
  house_code: houseCode,
  address,
  date,
  month,
  timestamp,
  money,
  area,
  quantity,
  integer,
  share,
  year,
  boolean_word: booleanWord,
  code: codeWord,
  meter_no: meterNo,
  bank_account: bankAccount,
  bank_card: bankCard,
  organisation_code: organisationCode,
  email,
  registration_no: registrationNo,
  passport_no: passportNo,
  hk_macao_permit_no: hkMacaoPermitNo,
  taiwan_permit_no: taiwanPermitNo,
  residence_permit_no: residencePermitNo,
  foreigner_card_no: foreignerCardNo,
  military_no: militaryNo,
  certificate_no: certificateNo,
} as const;

export type ElementName = keyof typeof elements;

export const isElementName = (name: string): name is ElementName => Object.hasOwn(elements, name);

/** The element of that name. Throws a `RangeError` naming what exists: a contract is wrong, not the data. */
export function elementNamed(name: string): Element {
  if (!isElementName(name))
    throw new RangeError(`No data element is named ${name}; there are ${Object.keys(elements).join(', ')}`);
  return elements[name] as Element;
}

export { certificateKind, certificateKindSql } from './certificates.ts';
export { certificateNoKindSql, KIND_SEPARATOR } from './certificate-no.ts';
export { codedElement } from './code.ts';
export { type Calendar, withCalendar } from './calendars.ts';
export { withTwoDigitYears } from './two-digit-years.ts';
export { withUnit, type Unit } from './quantities.ts';
export { idBirthDate, idBirthDateSql, idCheckCharacter, idSexCode, idSexCodeSql } from './identity.ts';
export {
  creditCheckCharacter,
  isLuhn,
  organisationCheckCharacter,
  organisationCore,
  organisationCoreSql,
  organisationOfCredit,
  organisationOfCreditSql,
  registrationCheckDigit,
} from './organisation.ts';
export { realEstateUnitParts, realEstateUnitPartsSql, type RealEstateUnitParts } from './places.ts';
