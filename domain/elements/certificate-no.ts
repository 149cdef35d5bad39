/** The number of whatever certificate somebody showed: checked by the element of its kind, where the kind is told or the form tells it. */
import { compact, compactSql } from '../cleaning.ts';
import { mapCode, mapCodeSql, normaliseWord, normaliseWordSql } from '../codes/index.ts';
import { defineElement, type Element, type ElementCheck } from '../element.ts';
import { bound, capture, pattern, sqlText } from '../sql.ts';
import { foreignerCardNo, hkMacaoPermitNo, militaryNo, passportNo, taiwanPermitNo } from './certificates.ts';
import { asText, mustMatch, mustNotMatch, notFloated } from './check.ts';
import { ID_FORMAT, idNumber } from './identity.ts';

/** Stands between the kind and the number where both are told; no text has it, for cleaning takes it away. */
export const KIND_SEPARATOR = '\u001f';

const OTHER_FORM = '^[A-Z0-9\\u{4e00}-\\u{9fff}()/.-]{4,30}$';
const otherChecks: ElementCheck[] = [
  mustMatch('format', OTHER_FORM, 'is not 4 to 30 letters and digits'),
  mustNotMatch('digits', '^[^0-9]*$', 'has no digit'),
];

interface Kind {
  /** Code of the list `certificate_kind`. */
  kind: string;
  /** GA/T 517's number of the kind: stands before a number whose form does not tell the kind. */
  prefix: string;
  element: Pick<Element<string>, 'normalise' | 'normaliseSql' | 'checks'>;
  /** Forms no identity number, however mistyped, has: they tell the kind by themselves. */
  ownForm: string;
  message: string;
}
const KINDS: readonly Kind[] = [
  {
    kind: 'hk_macao_permit',
    prefix: '516',
    element: hkMacaoPermitNo,
    ownForm: '^[HM][0-9]{8}(?:[0-9]{2})?$',
    message: 'is no number of a travel permit of Hong Kong and Macao residents: H or M and 8 digits',
  },
  {
    kind: 'foreigner_card',
    prefix: '553',
    element: foreignerCardNo,
    ownForm: '^[A-Z]{3}[0-9]{12}$',
    message:
      'is no number of a permanent resident’s card: 3 letters and 12 digits with a date of birth, or 18',
  },
  {
    kind: 'passport',
    prefix: '414',
    element: passportNo,
    ownForm: '^(?:[A-Z][A-Z]?[0-9]{7}|[A-Z][0-9]{8})$',
    message: 'is no number of a passport: 6 to 9 letters and digits',
  },
  {
    kind: 'taiwan_permit',
    prefix: '511',
    element: taiwanPermitNo,
    ownForm: '',
    message: 'is no number of a travel permit of Taiwan residents: 8 digits',
  },
  {
    kind: 'officer_card',
    prefix: '114',
    element: militaryNo,
    ownForm: '^[\\u{4e00}-\\u{9fff}]{1,4}字第[0-9]{4,8}号$',
    message: 'is no number of a military certificate: a word, 字第, 4 to 8 digits and 号',
  },
  {
    kind: 'other',
    prefix: '990',
    element: { normalise: compact, normaliseSql: compactSql, checks: otherChecks },
    ownForm: '',
    message: 'is no number of a certificate: 4 to 30 letters and digits',
  },
];
const forms = KINDS.map((each) => ({ ...each, own: each.ownForm === '' ? null : pattern(each.ownForm) }));
const formed = forms.flatMap((each) => (each.own ? [{ ...each, own: each.own }] : []));

const identity = pattern(ID_FORMAT);
const PREFIXED = capture(`^(${KINDS.map(({ prefix }) => prefix).join('|')}):(.+)$`);

/** By what is told before the separator, else by our own prefix, else by the form; '' means an identity number. */
interface Said {
  kind: string;
  number: string;
}
function said(raw: string): Said {
  const at = raw.indexOf(KIND_SEPARATOR);
  const [told, text] = at < 0 ? ['', raw] : [raw.slice(0, at), raw.slice(at + 1)];
  const [prefix = '', behind = ''] = PREFIXED.groups(compact(text));
  if (prefix !== '')
    return { kind: KINDS.find((each) => each.prefix === prefix)?.kind ?? '', number: behind };
  const listed = mapCode('certificate_kind', normaliseWord(told));
  const kind = KINDS.some((each) => each.kind === listed) ? listed : '';
  return { kind, number: text };
}

function normalise(raw: string): string {
  const { kind, number } = said(raw);
  const id = idNumber.normalise(number);
  if (identity.test(id)) return id;
  if (kind !== '') {
    const told = forms.find((each) => each.kind === kind);
    const text = told?.element.normalise(number) ?? '';
    const isOwn = formed.find(({ own }) => own.test(text))?.kind === kind;
    return text === '' || isOwn ? text : `${told?.prefix ?? ''}:${text}`;
  }
  return (
    formed.find(({ own, element }) => own.test(element.normalise(number)))?.element.normalise(number) ?? id
  );
}

function normaliseSql(raw: string): string {
  const separator = sqlText(KIND_SEPARATOR);
  const kinds = KINDS.map(({ kind }) => kind);
  const list = (texts: readonly string[]): string => `[${texts.map(sqlText).join(', ')}]`;
  const listed = (told: string): string =>
    `transform(${mapCodeSql('certificate_kind', normaliseWordSql(told))}, ${list(kinds)}, ${list(kinds)}, '')`;
  const own = (text: string): string =>
    `multiIf(${formed.map(({ own: form, kind }) => `${form.testSql(text)}, ${sqlText(kind)}`).join(', ')}, '')`;
  // One normal form a kind, in the order of KINDS; each is asked by its place.
  const written = (number: string): string =>
    `[${KINDS.map(({ element }) => element.normaliseSql(number)).join(', ')}]`;
  return bound('whole', raw, (whole) => {
    const at = `position(${whole}, ${separator})`;
    const [told, text] = [
      `if(${at} = 0, '', substring(${whole}, 1, ${at} - 1))`,
      `substring(${whole}, ${at} + 1)`,
    ];
    const parts = PREFIXED.groupsSql(compactSql(text));
    return bound('own_prefix', parts, (prefix) => {
      const byPrefix = `transform(${prefix}[1], ${list(KINDS.map((each) => each.prefix))}, ${list(kinds)}, '')`;
      return bound('number', `if(${prefix}[1] = '', ${text}, ${prefix}[2])`, (number) =>
        bound('id', idNumber.normaliseSql(number), (id) =>
          bound('said_kind', `if(${prefix}[1] = '', ${listed(told)}, ${byPrefix})`, (kind) =>
            bound('forms', written(number), (all) => {
              const place = `indexOf(${list(kinds)}, ${kind})`;
              const named = bound('named', `${all}[${place}]`, (name) => {
                const withPrefix = `concat(${list(KINDS.map((each) => each.prefix))}[${place}], ':', ${name})`;
                return `if(${name} = '' OR ${own(name)} = ${kind}, ${name}, ${withPrefix})`;
              });
              const byForm = formed
                .map(({ own: form, kind: each }) => {
                  const one = `${all}[${kinds.indexOf(each) + 1}]`;
                  return `${form.testSql(one)}, ${one}`;
                })
                .join(', ');
              return `multiIf(${identity.testSql(id)}, ${id}, ${kind} != '', ${named}, ${byForm}, ${id})`;
            }),
          ),
        ),
      );
    });
  });
}

/** What a normal form is a number of, by prefix or form; '' an identity number. */
const kindOf = (text: string): string => {
  const [prefix] = PREFIXED.groups(text);
  if (prefix !== undefined) return KINDS.find((each) => each.prefix === prefix)?.kind ?? '';
  return identity.test(text) ? '' : (formed.find(({ own }) => own.test(text))?.kind ?? '');
};
const kindOfSql = (x: string): string =>
  bound('text', x, (text) => {
    const byPrefix = KINDS.map(({ prefix, kind }) => `startsWith(${text}, '${prefix}:'), ${sqlText(kind)}`);
    const byForm = formed.map(({ own, kind }) => `${own.testSql(text)}, ${sqlText(kind)}`);
    return `multiIf(${[...byPrefix, `${identity.testSql(text)}, ''`, ...byForm].join(', ')}, '')`;
  });
const numberOf = (text: string): string => PREFIXED.groups(text)[1] ?? text;
const numberOfSql = (text: string): string =>
  `if(length(${PREFIXED.groupsSql(text)}) = 0, ${text}, ${PREFIXED.groupsSql(text)}[2])`;

/** Kind (`certificate_kind`) of a normal form: `id_card`, and of residence permits and new cards what their first digits say. */
export const certificateNoKindSql = (x: string): string =>
  `multiIf(${x} = '', '', ${kindOfSql(x)} != '', ${kindOfSql(x)}, startsWith(${x}, '9'), 'foreigner_card', startsWith(${x}, '83'), 'taiwan_permit', startsWith(${x}, '8'), 'hk_macao_permit', 'id_card')`;

/** A check of the identity number, for texts that are one or were meant to be. */
const ofIdentity = (check: ElementCheck): ElementCheck => ({
  ...check,
  fails: (text) => kindOf(text) === '' && check.fails(text),
  failsSql: (x) => `bitAnd(toUInt8(${kindOfSql(x)} = ''), ${check.failsSql(x)})`,
});

const ofKind = ({ kind, element, message }: Kind): ElementCheck => ({
  rule: kind,
  message,
  fails: (text) => kindOf(text) === kind && element.checks.some((check) => check.fails(numberOf(text))),
  failsSql: (x) => {
    const any = bound('number', numberOfSql(x), (number) =>
      element.checks
        .map((check) => `toUInt8(${check.failsSql(number)})`)
        .reduce((all, one) => `bitOr(${all}, ${one})`),
    );
    return `bitAnd(toUInt8(${kindOfSql(x)} = ${sqlText(kind)}), ${any})`;
  },
});

/**
 * A number as it stands where its form tells what it is of (an identity number of 18, H12345678, E12345678), else behind the number
 * of its kind: `414:123456789`. So two people with the same digits on a passport and on a permit are two people.
 * Raw texts are a number, or kind, `KIND_SEPARATOR` and number.
 */
export const certificateNo = defineElement<string>({
  name: 'certificate_no',
  zh: '证件号码',
  standard: 'GA/T 517; GB 11643-1999',
  level: 4,
  mask: 'id_number',
  ...asText,
  normalise,
  normaliseSql,
  checks: [notFloated, ...idNumber.checks.slice(1).map(ofIdentity), ...KINDS.map(ofKind)],
});
