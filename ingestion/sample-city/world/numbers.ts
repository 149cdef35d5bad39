/** Numbers as the agencies form them, all valid and all invented: the division part is 4399xx, which is assigned to nobody. */
import { two } from '../calendar.ts';
import { creditCheckCharacter } from '../../../domain/elements/organisation.ts';
import { idCheckCharacter } from '../../../domain/elements/identity.ts';

export const pad = (value: number, width: number): string => String(value).padStart(width, '0');

/** 18 characters, GB 11643-1999. `birth` is `YYYYMMDD`; an odd sequence is a man's. */
export function idNumber(place: string, birth: string, sequence: number): string {
  const digits17 = place + birth + pad(sequence, 3);
  return digits17 + idCheckCharacter(digits17);
}

const ORGANISATION_ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const ORGANISATION_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2];

/** The check character of an organisation code's first eight characters, GB 11714-1997. */
function organisationCheckCharacter(characters8: string): string {
  const sum = ORGANISATION_WEIGHTS.reduce(
    (s, w, i) => s + w * ORGANISATION_ALPHABET.indexOf(characters8.charAt(i)),
    0,
  );
  const check = 11 - (sum % 11);
  return check === 10 ? 'X' : check === 11 ? '0' : String(check);
}

/** 18 characters, GB 32100-2015; `kind` is 91 for enterprises, 12 for public institutions. */
export function creditCode(kind: '91' | '12', place: string, index: number): string {
  const organisation = `MA${pad(index, 6)}`;
  const characters17 = kind + place + organisation + organisationCheckCharacter(organisation);
  return characters17 + creditCheckCharacter(characters17);
}

/** 28 characters, GB/T 37346-2019: parcel (county, cadastral districts, GB, number) and fixture (F, building, unit). */
export const realEstateUnitCode = (county: string, parcel: number, building: number, unit: number): string =>
  `${county}${pad((parcel % 900) + 1, 3)}${pad((Math.floor(parcel / 900) % 900) + 1, 3)}GB${pad(parcel % 100000, 5)}F${pad(building % 10000, 4)}${pad(unit % 10000, 4)}`;

/** Yuan with two decimals from whole fen. */
export const yuan = (fen: number): string => `${Math.floor(fen / 100)}.${two(fen % 100)}`;
/** 万元 with the decimals needed, from whole yuan. */
export const wanYuan = (value: number): string => String(Math.round(value) / 10000);
/** Square metres with two decimals from hundredths. */
export const area = (hundredths: number): string => yuan(hundredths);
