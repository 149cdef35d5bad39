/** What agencies send: valid values in every style, values a slip away from valid, and garbage. */
import fc from 'fast-check';
import {
  creditCheckCharacter,
  idCheckCharacter,
  KIND_SEPARATOR,
  organisationCheckCharacter,
  registrationCheckDigit,
  type ElementName,
} from '../../../domain/elements/index.ts';
import { codeLists } from '../../../domain/codes/index.ts';

type Texts = fc.Arbitrary<string>;

const digits = (least: number, most = least): Texts =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: least, maxLength: most });
const from = (...words: string[]): Texts => fc.constantFrom(...words);
const joined = (...parts: (Texts | string)[]): Texts =>
  fc
    .tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part)))
    .map((texts) => texts.join(''));
const number = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });
const padded = (value: number, width: number): string => String(value).padStart(width, '0');

const han = number(0x4e00, 0x9fa5).map((code) => String.fromCodePoint(code));
const rareHan = fc
  .oneof(number(0x3400, 0x4dbf), number(0x20000, 0x323af), number(0xe816, 0xe864))
  .map((code) => String.fromCodePoint(code));
const word: Texts = fc.string({
  unit: fc.oneof({ weight: 9, arbitrary: han }, { weight: 1, arbitrary: rareHan }),
  minLength: 1,
  maxLength: 4,
});

interface Moment {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}
const moment: fc.Arbitrary<Moment> = fc.record({
  year: fc.oneof({ weight: 6, arbitrary: number(1900, 2040) }, { weight: 1, arbitrary: number(0, 9999) }),
  month: fc.oneof({ weight: 9, arbitrary: number(1, 12) }, { weight: 1, arbitrary: number(0, 19) }),
  day: fc.oneof({ weight: 9, arbitrary: number(1, 31) }, { weight: 1, arbitrary: number(0, 40) }),
  hour: number(0, 24),
  minute: number(0, 60),
  second: number(0, 60),
});

const DAY_STYLES: ((m: Moment) => string)[] = [
  (m) => `${padded(m.year, 4)}-${padded(m.month, 2)}-${padded(m.day, 2)}`,
  (m) => `${m.year}/${m.month}/${m.day}`,
  (m) => `${m.year}.${m.month}.${padded(m.day, 2)}`,
  (m) => `${padded(m.year, 4)}${padded(m.month, 2)}${padded(m.day, 2)}`,
  (m) => `${m.year}年${m.month}月${m.day}日`,
  (m) => `${m.year} 年 ${padded(m.month, 2)} 月 ${m.day} 日`,
];
const TIME_STYLES: ((m: Moment) => string)[] = [
  () => '',
  (m) => ` ${padded(m.hour, 2)}:${padded(m.minute, 2)}:${padded(m.second, 2)}`,
  (m) => ` ${m.hour}:${m.minute}`,
  (m) => `T${padded(m.hour, 2)}:${padded(m.minute, 2)}:${padded(m.second, 2)}.${m.second}Z`,
  (m) => ` ${padded(m.hour, 2)}:${padded(m.minute, 2)}:${padded(m.second, 2)}.${m.minute}5+0800`,
  (m) => `${padded(m.hour, 2)}${padded(m.minute, 2)}${padded(m.second, 2)}`,
  (m) => `${m.hour}时${m.minute}分${m.second}秒`,
  (m) => ` 星期三 ${m.hour}时${m.minute}分`,
];
const counted: Texts = fc.oneof(
  digits(5),
  joined(digits(5), '.', digits(1, 14)),
  number(1_000_000_000_000, 1_999_999_999_999).map(String),
);
const day: Texts = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(moment, fc.constantFrom(...DAY_STYLES)).map(([m, style]) => style(m)) },
  { weight: 1, arbitrary: counted },
  {
    weight: 1,
    arbitrary: from(
      '长期',
      '9999-12-31',
      '0000-00-00',
      '1900-01-00',
      '2023-02-29',
      '2024-02-29',
      '2299-12-31',
      '2300-01-01',
    ),
  },
);
const dayAndTime: Texts = fc.oneof(
  {
    weight: 9,
    arbitrary: fc
      .tuple(moment, fc.constantFrom(...DAY_STYLES), fc.constantFrom(...TIME_STYLES))
      .map(([m, dayStyle, timeStyle]) => dayStyle(m) + timeStyle(m)),
  },
  { weight: 1, arbitrary: counted },
);
const monthText: Texts = fc.oneof(
  moment.map((m) => `${m.year}${padded(m.month, 2)}`),
  moment.map((m) => `${m.year}-${m.month}`),
  moment.map((m) => `${m.year}年${m.month}月份`),
  day,
);

const province = from('11', '43', '4399', '44', '81', '90', '00');
const idNumber: Texts = fc
  .tuple(province, moment, digits(10), fc.boolean(), fc.boolean())
  .map(([prefix, m, rest, old, sound]) => {
    const division = (prefix + rest).slice(0, 6);
    const serial = rest.slice(-3);
    const birth = `${padded(m.year, 4)}${padded(m.month, 2)}${padded(m.day, 2)}`;
    if (old) return division + birth.slice(2) + serial;
    const digits17 = division + birth + serial;
    return digits17 + (sound ? idCheckCharacter(digits17) : rest.charAt(0));
  });

const creditCode: Texts = fc
  .tuple(
    from('91', '12', '92', 'A1', 'Y1'),
    digits(6),
    fc.string({ unit: fc.constantFrom(...'0123456789ABCDEFGHJKLMNPQRTUWXYIO'), minLength: 9, maxLength: 9 }),
    fc.boolean(),
  )
  .map(([kind, division, body, sound]) => {
    const first17 = kind + division + body;
    return first17 + (sound ? creditCheckCharacter(first17) : '0');
  });

const amount: Texts = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e13, max: 1e13 }).map(String),
  joined(
    from('', '-', '+', '−'),
    digits(0, 14),
    from('', '.', '.5', '.005', '.995', '.12345678901234'),
    from(
      '',
      '万',
      '万元',
      '亿',
      '亿元',
      '元',
      '㎡',
      '%',
      '平方米',
      'm³',
      '千元',
      '百万',
      '千万元',
      '仟',
      '百元整',
    ),
  ),
  joined(
    digits(1, 5),
    from('', '.5', '.25'),
    from('万', '千', '亿', '萬'),
    digits(1, 4),
    from('', '千', '百', '千元', '百元', '元'),
  ),
  number(0, 1e9).map((n) => `¥${n.toLocaleString('en-US')}.00`),
  number(0, 1e9).map((n) => `(${n.toLocaleString('en-US')})`),
  from(
    '999999999999.994',
    '999999999999.995',
    '999999999999.999',
    '99999999万',
    '100000000万',
    '0',
    '-0',
    '-0.001',
    '0.001',
    '0.005',
    '999999.995',
  ),
);

const numerals: Texts = fc.string({
  unit: fc.constantFrom(...'零〇一二两三四五六七八九壹贰叁肆伍陆柒捌玖十拾百佰千仟万亿元圆角分整正'),
  minLength: 1,
  maxLength: 12,
});
const CAPITALS = '零壹贰叁肆伍陆柒捌玖';
/** An amount below 10⁸ yuan in capitals, as a receipt has it. */
const capitals: Texts = number(0, 10 ** 8 - 1).map((value) => {
  const section = (n: number): string =>
    [...padded(n, 4)]
      .map((digit, i) => (digit === '0' ? '零' : `${CAPITALS.charAt(Number(digit))}${'仟佰拾'.charAt(i)}`))
      .join('')
      .replace(/零+/g, '零')
      .replace(/零$/, '');
  const [high, low] = [Math.floor(value / 10_000), value % 10_000];
  return `${high > 0 ? `${section(high).replace(/^零/, '')}万` : ''}${section(low)}元整`;
});
const chineseDay: Texts = fc
  .tuple(numerals, numerals, numerals)
  .map(([y, m, d]) => `${y.slice(0, 4)}年${m.slice(0, 2)}月${d.slice(0, 3)}日`);

const organisationCode: Texts = fc
  .tuple(
    fc.string({ unit: fc.constantFrom(...'0123456789ABCXYZ'), minLength: 8, maxLength: 8 }),
    fc.boolean(),
    from('', '-'),
  )
  .map(([body, sound, dash]) => body + dash + (sound ? organisationCheckCharacter(body) : '7'));

const codeWords: Texts = from(
  ...codeLists.flatMap((list) => list.entries.flatMap((e) => [e.code, e.zh, ...(e.synonyms ?? [])])),
);

const registrationNo: Texts = fc
  .tuple(digits(14), fc.boolean())
  .map(([body, sound]) => body + (sound ? registrationCheckDigit(body) : '7'));
const residencePermit: Texts = fc
  .tuple(from('810000', '820000', '830000', '840000'), moment, digits(3))
  .map(([division, m, serial]) => {
    const digits17 = `${division}${padded(m.year, 4)}${padded(m.month, 2)}${padded(m.day, 2)}${serial}`;
    return digits17 + idCheckCharacter(digits17);
  });
const foreignerCard: Texts = fc
  .tuple(fc.boolean(), moment, digits(4), digits(3))
  .map(([old, m, place, tail]) => {
    const [month, dayOfMonth] = [padded(m.month, 2), padded(m.day, 2)];
    if (old) return `USA${place}${padded(m.year % 100, 2)}${month}${dayOfMonth}${tail.slice(0, 2)}`;
    const digits17 = `911${place.slice(0, 3)}${padded(m.year, 4)}${month}${dayOfMonth}${tail}`;
    return digits17 + idCheckCharacter(digits17);
  });

const passportNumber: Texts = joined(
  from('E', 'EA', 'EI', 'G', 'DE', 'KJ', 'MA', '', 'ABCDEF'),
  from('', '-'),
  digits(4, 9),
);
const militaryNumber: Texts = joined(
  from('军', '南', '士', '武警', 'A'),
  from('字第', '字', '字第No.', ''),
  digits(3, 9),
  from('号', ''),
);
const kindTold: Texts = from(
  ...['', '护照', 'passport', '414', '身份证', '回乡证', '516', '台胞证', '外国人永久居留证', '军官证'],
  ...['其他证件', '户口簿', '什么', ' 护 照 ', '港澳台居民居住证'],
).map((kind) => (kind === '' ? '' : `${kind}${KIND_SEPARATOR}`));

const valid: Record<ElementName, Texts> = {
  identifier: fc.string({ unit: fc.constantFrom(...'ABCxyz0123456789_-'), minLength: 1, maxLength: 70 }),
  text: fc.string({ unit: fc.oneof(han, from(' ', '，', '1', 'ａ')), maxLength: 40 }),
  person_name: fc.oneof(
    word,
    joined(word, from('·', '•', '.', '．', '・', ' '), word),
    joined(word, from(' ', '　'), word),
    from('John Smith', "Jean-Luc O'Neil", '测试'),
  ),
  organisation_name: joined(word, from('（', '(', ' '), word, from('）', ')', ' '), '有限公司'),
  id_number: idNumber,
  credit_code: creditCode,
  phone: fc.oneof(
    joined(from('', '+86', '0086-', '86'), from('1'), digits(10)),
    joined(from('0731-', '(0731)', ''), digits(7, 8), from('', '转801', '/13812345678', ' ext.5')),
  ),
  division_code: joined(province, digits(2, 10), from('', '.0', '.00')),
  real_estate_unit_code: joined(
    '43',
    digits(10),
    from('G', 'J', 'Z', 'Q'),
    from('A', 'B', 'X'),
    digits(5),
    from('F', 'W', 'A'),
    digits(8),
  ),
  house_code: joined(from('H', '43', ''), digits(2, 20), from('', '-1', '_A')),
  address: joined(word, '市', word, '区', word, '路', digits(1, 3), '号'),
  date: fc.oneof({ weight: 9, arbitrary: day }, { weight: 1, arbitrary: chineseDay }),
  month: fc.oneof({ weight: 9, arbitrary: monthText }, { weight: 1, arbitrary: chineseDay }),
  timestamp: dayAndTime,
  money: fc.oneof(
    { weight: 4, arbitrary: amount },
    { weight: 1, arbitrary: numerals },
    { weight: 1, arbitrary: capitals },
  ),
  area: amount,
  quantity: amount,
  integer: fc.oneof(digits(1, 12), amount, joined(digits(1, 3), from('人', '户', '套', '.0', '.00'))),
  share: fc.oneof(
    joined(digits(1, 3), '/', digits(1, 4)),
    joined(digits(1, 3), from('', '.', '.5', '.33', '.33333333', '.123456'), from('', '%')),
    from('全部', '1', '100%', '0', '0/5', '5/0', '0.00004', '0.00005', '1.00004', '1.00005'),
  ),
  year: fc.oneof(number(1800, 2400).map(String), joined(digits(4), from('年', '年度', '.0'))),
  boolean_word: from(
    ...['是', '否', '有', '无', 'y', 'N', '1', '0', 'true', 'False', '１', '√', '没有', '也许'],
    ...['✓', '✔️', '☑', '✗', '×', '❌', '☒', 'x', '不', '已', 't', 'f', '1.0'],
  ),
  code: codeWords,
  meter_no: fc.string({ unit: fc.constantFrom(...'AB0123456789-'), minLength: 2, maxLength: 40 }),
  bank_account: joined('6222', digits(4, 26)),
  bank_card: joined('6222', digits(6, 16)),
  organisation_code: organisationCode,
  email: joined(
    digits(1, 5),
    from('.a', '_b', 'ｃ', ''),
    from('@', '＠'),
    from('example.cn', 'Mail.Example.com', 'x', 'a..b'),
  ),
  registration_no: registrationNo,
  passport_no: passportNumber,
  hk_macao_permit_no: joined(from('H', 'M', 'h', 'K'), digits(8, 11)),
  taiwan_permit_no: joined(digits(8, 10), from('', '(B)', '（Ｂ）')),
  residence_permit_no: residencePermit,
  foreigner_card_no: foreignerCard,
  military_no: militaryNumber,
  certificate_no: joined(
    kindTold,
    fc.oneof(
      idNumber,
      passportNumber,
      joined(from('H', 'M', 'h', ''), digits(8, 11)),
      joined(from('414:', '516:', '990:', '511:'), digits(6, 12)),
      foreignerCard,
      residencePermit,
      militaryNumber,
    ),
  ),
};

const INTERESTING = [
  ...'0123456789０１９-－—/.．。年月日时分秒:：万元圆¥￥%％,，、（）() \t\n\r　 ​﻿·•・XxEe+\'"=#*\\?;@aZ男女是无·ﬁ㎡m①Ⅷ½〇\u0000\u0085\u0301\u{1f600}\u{20087}\ue863',
];
const noise: Texts = fc.string({ unit: fc.constantFrom(...INTERESTING), maxLength: 30 });
const garbage: Texts = fc.oneof(
  noise,
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ maxLength: 20 }),
  digits(0, 40),
);

const fullWidth = (text: string): string =>
  text.replace(/[!-~]/g, (c) => String.fromCodePoint(c.codePointAt(0)! + 0xfee0)).replaceAll(' ', '\u3000');

/** One slip: a character lost, exchanged, put in; full width; blanks and quotes around; another case. */
const slipped = (texts: Texts): Texts =>
  fc.tuple(texts, fc.nat(), fc.constantFrom(...INTERESTING), number(0, 8)).map(([text, at, extra, kind]) => {
    const characters = [...text];
    const place = characters.length ? at % characters.length : 0;
    switch (kind) {
      case 0:
        return characters.toSpliced(place, 1).join('');
      case 1:
        return characters.toSpliced(place, 0, extra).join('');
      case 2:
        return characters.toSpliced(place, 1, extra).join('');
      case 3:
        return characters.toSpliced(place, 2, characters[place + 1] ?? '', characters[place] ?? '').join('');
      case 4:
        return fullWidth(text);
      case 5:
        return `\u3000${text} \t\u200b`;
      case 6:
        return `'${text}`;
      case 7:
        return text.toLowerCase();
      default:
        return text + text;
    }
  });

/** Lone surrogates cannot stand in a file; the tests of TypeScript alone cover them. */
const writable = (text: string): string => text.replace(/\p{Surrogate}/gu, '\ufffd');

export const LONG_TEXTS = ['1', '张', ' ', '\u0000', '\u{1f600}', '1,', '-', '=', '０'].map((unit) =>
  unit.repeat(10_000),
);

/** `count` texts for the element, from valid to garbage. */
export function textsFor(name: ElementName, count: number): string[] {
  const texts = fc.oneof(
    { weight: 5, arbitrary: valid[name] },
    { weight: 4, arbitrary: slipped(valid[name]) },
    { weight: 1, arbitrary: garbage },
  );
  return [...fc.sample(texts, count), ...LONG_TEXTS, ''].map(writable);
}

export const garbageTexts = (count: number): string[] => fc.sample(garbage, count).map(writable);
export const validTexts = (name: ElementName, count: number): string[] =>
  fc.sample(valid[name], count).map(writable);
