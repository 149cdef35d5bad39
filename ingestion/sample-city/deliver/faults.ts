/** One value at a time: how each data element gets dirty, and what must come of it. Rule names are those of `domain/elements`. */
import { codeListNamed, isCodeListName, mapCode, normaliseWord } from '../../../domain/codes/index.ts';
import type { Field } from '../../contract.ts';
import type { Draw } from '../random.ts';

/** `cleaned`: normalising gives the right value. `mark`: kept with a defect. `quarantine`: rejected. */
export type Effect = 'cleaned' | 'mark' | 'quarantine';

export interface Fault {
  family: string;
  effect: Effect;
  /** Rule that names the defect; '' when the value is cleaned. */
  rule: string;
  /** The dirty text, or null where the value cannot get dirty this way. */
  apply(value: string, draw: Draw): string | null;
}

const FULL_WIDTH_OFFSET = 0xfee0;
const fullWidth = (text: string): string =>
  text.replace(/[0-9A-Za-z]/g, (c) => String.fromCharCode(c.charCodeAt(0) + FULL_WIDTH_OFFSET));
const whole = (text: string): string => String(Number(text));

const cleaned = (family: string, apply: Fault['apply']): Fault => ({
  family,
  effect: 'cleaned',
  rule: '',
  apply: (v, d) => (v === '' ? null : apply(v, d)),
});
const bad = (field: Field, family: string, rule: string, apply: Fault['apply']): Fault => ({
  family,
  effect: field.onInvalid === 'reject' ? 'quarantine' : 'mark',
  rule,
  apply: (v, d) => (v === '' ? null : apply(v, d)),
});

const spaces = cleaned('spaces', (v, d) => d.pick([` ${v}`, `${v} `, `\u3000${v}`, `${v}\u3000`, `\t${v}`]));
const widths = cleaned('full_width', (v) => (/[0-9]/.test(v) ? fullWidth(v) : null));

/** A check character that is wrong for sure. */
const wrongLast =
  (alphabet: string) =>
  (value: string, draw: Draw): string => {
    const others = [...alphabet].filter((c) => c !== value.at(-1));
    return value.slice(0, -1) + draw.pick(others);
  };

const isDate = (v: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(v);
const dateParts = (v: string): [string, string, string] => [v.slice(0, 4), v.slice(5, 7), v.slice(8, 10)];
function dateStyle(value: string, draw: Draw): string | null {
  if (!isDate(value)) return null;
  const [y, m, d] = dateParts(value);
  return draw.pick([
    `${y}/${whole(m)}/${whole(d)}`,
    `${y}${m}${d}`,
    `${y}年${whole(m)}月${whole(d)}日`,
    `${y}.${m}.${d}`,
    `${y}-${m}-${d} 00:00:00`,
  ]);
}

function moneyStyle(field: Field) {
  return (value: string, draw: Draw): string | null => {
    const [yuan = '', fen = ''] = value.split('.');
    const thousands = yuan.replace(/\B(?=(\d{3})+(?!\d))/g, ',') + (fen ? `.${fen}` : '');
    if (field.unit === 'wan_yuan') return thousands === value ? null : thousands;
    const amount = Number(value);
    const inWan =
      amount >= 10_000 && amount % 100 === 0 ? [`${amount / 10_000}万元`, `${amount / 10_000}万`] : [];
    return draw.pick([
      `${value}元`,
      `¥${value}`,
      ...(thousands === value ? [] : [thousands, `${thousands}元`]),
      ...inWan,
    ]);
  };
}

const UNKNOWN_WORDS = ['见备注', '待核实情况', '#REF!', '其他情况见附件'];

function codeFaults(field: Field): Fault[] {
  const list = field.codes;
  if (!list || !isCodeListName(list)) return [];
  const { entries } = codeListNamed(list);
  return [
    cleaned('synonym', (v, d) => {
      const entry = entries.find((e) => e.code === mapCode(list, normaliseWord(v)));
      const words = (entry?.synonyms ?? []).filter((w) => w !== v && !w.includes(','));
      return words.length ? d.pick(words) : null;
    }),
    bad(field, 'unmapped_code', 'unmapped', (_v, d) => d.pick(UNKNOWN_WORDS)),
  ];
}

/** Every way a field's value gets dirty, besides being missing. */
export function faultsOf(field: Field): Fault[] {
  switch (field.element) {
    case 'id_number':
    case 'certificate_no':
      return [
        spaces,
        widths,
        cleaned('fifteen_digits', (v) => (v.slice(6, 8) === '19' ? v.slice(0, 6) + v.slice(8, 17) : null)),
        cleaned('lower_case_x', (v) => (v.endsWith('X') ? v.toLowerCase() : null)),
        bad(field, 'wrong_checksum', 'checksum', wrongLast('0123456789X')),
        bad(field, 'lost_digit', 'format', (v) => v.slice(0, 9) + v.slice(10)),
      ];
    case 'credit_code':
      return [
        spaces,
        cleaned('lower_case', (v) => v.toLowerCase()),
        bad(field, 'wrong_checksum', 'checksum', wrongLast('0123456789ABCDEFGHJKLMNPQRTUWXY')),
      ];
    case 'person_name':
      return [
        spaces,
        cleaned('inner_space', (v) => `${v.slice(0, 1)}\u3000${v.slice(1)}`),
        bad(field, 'digit_in_name', 'digits', (v) => `${v}1`),
      ];
    case 'phone':
      return [
        spaces,
        widths,
        cleaned('phone_style', (v, d) =>
          d.pick([`+86 ${v}`, `${v.slice(0, 3)}-${v.slice(3, 7)}-${v.slice(7)}`]),
        ),
        bad(field, 'short_phone', 'format', (v) => v.slice(0, 9)),
      ];
    case 'date':
      return [
        spaces,
        widths,
        cleaned('date_style', dateStyle),
        cleaned('date_style', dateStyle),
        bad(field, 'impossible_date', 'impossible', (v, d) =>
          isDate(v) ? `${v.slice(0, 5)}${d.pick(['02-30', '13-01', '04-31', '06-31'])}` : null,
        ),
      ];
    case 'month':
      return [
        spaces,
        cleaned('date_style', (v, d) =>
          d.pick([`${v.slice(0, 4)}年${whole(v.slice(5))}月`, v.replace('-', ''), v.replace('-', '/')]),
        ),
        bad(field, 'impossible_date', 'impossible', (v) => `${v.slice(0, 4)}-13`),
      ];
    case 'timestamp':
      return [
        spaces,
        cleaned(
          'date_style',
          (v) => `${v.slice(0, 4)}/${whole(v.slice(5, 7))}/${whole(v.slice(8, 10))}${v.slice(10)}`,
        ),
        bad(field, 'impossible_date', 'impossible', (v) => `${v.slice(0, 4)}-02-30${v.slice(10)}`),
      ];
    case 'money':
      return [
        spaces,
        widths,
        cleaned('money_style', moneyStyle(field)),
        cleaned('money_style', moneyStyle(field)),
        bad(field, 'negative_amount', 'negative', (v) => (Number(v) > 0 ? `-${v}` : null)),
      ];
    case 'area':
      return [
        spaces,
        widths,
        cleaned('unit_written', (v, d) => d.pick([`${v}㎡`, `${v}平方米`, `${v}m²`])),
        bad(field, 'negative_area', 'not_positive', (v) => `-${v}`),
      ];
    case 'quantity':
      return [
        spaces,
        widths,
        bad(field, 'negative_amount', 'negative', (v) => (Number(v) > 0 ? `-${v}` : null)),
      ];
    case 'integer':
      return [spaces, widths, bad(field, 'word_for_number', 'format', (v) => `约${v}`)];
    case 'code':
      return [spaces, ...codeFaults(field)];
    case 'boolean_word':
      return [
        spaces,
        cleaned('synonym', (v, d) => (v === '是' ? d.pick(['Y', '1', '√']) : d.pick(['N', '0', '×']))),
        bad(field, 'unclear_word', 'format', () => '不清楚'),
      ];
    case 'identifier':
      return [
        spaces,
        widths,
        bad(field, 'no_number', 'format', (_v, d) => d.pick(['编号缺失', '待补录', '#N/A?'])),
      ];
    case 'house_code':
      return [spaces, widths, bad(field, 'no_number', 'format', () => '待补录')];
    case 'meter_no':
      return [
        spaces,
        cleaned('lower_case', (v) => v.toLowerCase()),
        bad(field, 'no_number', 'format', () => '表坏'),
      ];
    case 'division_code':
      return [spaces, widths, bad(field, 'lost_digit', 'format', (v) => v.slice(0, -1))];
    case 'real_estate_unit_code':
      return [
        cleaned('separators', (v) => `${v.slice(0, 6)} ${v.slice(6, 12)} ${v.slice(12, 19)} ${v.slice(19)}`),
        bad(field, 'lost_digit', 'format', (v) => v.slice(0, -1)),
      ];
    case 'share':
      return [
        cleaned('share_style', (v) => (v === '50%' ? '1/2' : null)),
        bad(field, 'impossible_share', 'range', () => '150%'),
      ];
    default:
      return [spaces];
  }
}

/** Rows that contradict themselves, by the rule of the contract's check that finds them. Values by standard name; null where it cannot be. */
export const contradictions: Record<
  string,
  (row: Map<string, string>) => [field: string, value: string] | null
> = {
  area_sum: (row) =>
    row.get('inner_area') && row.get('floor_area') ? ['inner_area', row.get('floor_area') ?? ''] : null,
  decided_before_applied: (row) =>
    row.get('decided_on') ? ['decided_on', earlier(row.get('applied_on'))] : null,
  divorce_before_marriage: (row) =>
    row.get('divorced_on') ? ['divorced_on', earlier(row.get('married_on'))] : null,
  finished_before_reported: (row) =>
    row.get('finished_at') ? ['finished_at', earlier(row.get('reported_at'))] : null,
  accepted_before_applied: (row) =>
    row.get('accepted_on') ? ['accepted_on', earlier(row.get('applied_on'))] : null,
  ends_before_start: (row) => ['ends_on', earlier(row.get('starts_on'))],
};

/** The same day ten years before: 29 February becomes the 28th. */
function earlier(text = ''): string {
  const before = `${Number(text.slice(0, 4)) - 10}${text.slice(4)}`;
  return before.replace('-02-29', '-02-28');
}
