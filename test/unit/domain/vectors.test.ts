/** Known answers: published examples of the standards, and the words agencies write. */
import { describe, expect, test } from '@jest/globals';
import { checkElement } from '../../../domain/element.ts';
import {
  creditCheckCharacter,
  elementNamed,
  elements,
  idBirthDate,
  idBirthDateSql,
  idCheckCharacter,
  idSexCode,
  idSexCodeSql,
  isElementName,
  realEstateUnitParts,
  realEstateUnitPartsSql,
  withCalendar,
  withUnit,
  type ElementName,
} from '../../../domain/elements/index.ts';
import { overTexts } from './engine.ts';

const rule = (name: ElementName, text: string): string | null =>
  checkElement(elementNamed(name), text)?.rule ?? null;
const read = (name: ElementName, text: string): unknown => {
  const element = elementNamed(name);
  return element.parse(element.normalise(text));
};

describe('certificates and registration numbers', () => {
  test.each<[ElementName, string, string | null]>([
    // The example of GS 15-2006.
    ['registration_no', '110108000000016', null],
    ['registration_no', '110108000000017', 'checksum'],
    ['passport_no', 'E12345678', null],
    ['passport_no', 'EA1234567', null],
    ['passport_no', 'EI1234567', 'series'],
    ['passport_no', 'ABCDEFG', 'letters'],
    ['hk_macao_permit_no', 'H1234567801', null],
    ['hk_macao_permit_no', 'K12345678', 'format'],
    ['taiwan_permit_no', '1234567801（B）', null],
    ['residence_permit_no', '810000199408230021', null],
    ['residence_permit_no', '11010519491231002X', 'permit'],
    ['foreigner_card_no', 'USA110090013112', null],
    ['foreigner_card_no', 'USA110090023112', 'birth_date'],
    ['foreigner_card_no', '110105194912310021', 'format'],
    ['military_no', '军字1234567', null],
    ['military_no', '军1234567', 'format'],
  ])('%s %s: %s', (name, text, failed) => {
    expect(rule(name, text)).toBe(failed);
  });
  test('renewals and spellings are no other number', () => {
    expect(read('hk_macao_permit_no', 'h12345678 02')).toBe('H12345678');
    expect(read('taiwan_permit_no', '1234567801(B)')).toBe('12345678');
    expect(read('military_no', '军字 第 1234567 号')).toBe('军字第1234567号');
  });
});

describe('identity numbers, GB 11643-1999', () => {
  test.each(['11010519491231002X', '440524188001010014'])(
    'the standard’s example %s has its check character',
    (id) => {
      expect(idCheckCharacter(id)).toBe(id.slice(17));
    },
  );

  test.each<[string, string]>([
    ['11010519491231002X', '11010519491231002X'],
    ['11010519491231002x', '11010519491231002X'],
    [' １１０１０５１９４９１２３１００２ｘ\u3000', '11010519491231002X'],
    ['110105-19491231-002X', '11010519491231002X'],
    ["'11010519491231002X", '11010519491231002X'],
    ['110105491231002', '11010519491231002X'],
  ])('%s is %s', (written, canonical) => {
    expect(elements.id_number.normalise(written)).toBe(canonical);
    expect(rule('id_number', written)).toBeNull();
  });

  test.each<[string, string]>([
    ['110105194912310021', 'checksum'],
    ['11010519491231020X', 'checksum'],
    ['11010519490231002X', 'birth_date'],
    ['440524188001010014', 'birth_date'],
    ['990105194912310027', 'division'],
    ['1101051949123100', 'format'],
    ['1.10105E+17', 'floated'],
    ['张三', 'format'],
  ])('%s fails %s', (written, failed) => {
    expect(rule('id_number', written)).toBe(failed);
  });

  test('residence permits of Hong Kong, Macao and Taiwan, and a foreigner’s permanent residence card', () => {
    for (const digits17 of [
      '81000019900101001',
      '82000019900101001',
      '83000019900101001',
      '94384019900101001',
    ])
      expect(rule('id_number', digits17 + idCheckCharacter(digits17))).toBeNull();
    expect(rule('id_number', '99900019900101001' + idCheckCharacter('99900019900101001'))).toBe('division');
  });

  test('the invented prefix 4399 passes', () => {
    expect(rule('id_number', `43990119900101001${idCheckCharacter('43990119900101001')}`)).toBeNull();
  });

  test('every single wrong digit and every exchange of neighbours is caught', () => {
    const good = '11010519491231002X';
    for (let i = 0; i < 17; i += 1) {
      for (const digit of '0123456789') {
        const wrong = good.slice(0, i) + digit + good.slice(i + 1);
        if (wrong !== good) expect(rule('id_number', wrong)).not.toBeNull();
      }
      const swapped = good.slice(0, i) + good.charAt(i + 1) + good.charAt(i) + good.slice(i + 2);
      if (swapped !== good) expect(rule('id_number', swapped)).not.toBeNull();
    }
  });

  test('birth date and sex are read out of the number, on both sides', async () => {
    const ids = ['11010519491231002X', '110105199002280011', ''];
    const rows = await overTexts(ids, `toString(${idBirthDateSql('v')}), ${idSexCodeSql('v')}`);
    expect(rows.slice(0, 2)).toEqual(ids.slice(0, 2).map((id) => [idBirthDate(id), idSexCode(id)]));
    expect(rows.slice(0, 2)).toEqual([
      ['1949-12-31', '2'],
      ['1990-02-28', '1'],
    ]);
    expect(rows[2]?.[0]).toBeNull();
  });
});

describe('credit codes, GB 32100-2015', () => {
  // Public bodies: PetroChina, Tencent, Peking University.
  test.each(['91110000710925462X', '9144030071526726XG', '12100000400002259P'])('%s is sound', (code) => {
    expect(creditCheckCharacter(code)).toBe(code.slice(17));
    expect(rule('credit_code', code.toLowerCase())).toBeNull();
  });
  test.each<[string, string]>([
    ['911100007109254621', 'checksum'],
    ['91110000710925462I', 'format'],
    ['9111000071092546', 'format'],
  ])('%s fails %s', (code, failed) => {
    expect(rule('credit_code', code)).toBe(failed);
  });
});

describe('organisation codes, GB 11714-1997, and cards, ISO/IEC 7812-1', () => {
  test('an organisation code is characters 9 to 17 of the credit code', () => {
    for (const code of ['91110000710925462X', '9144030071526726XG', '12100000400002259P'])
      expect(rule('organisation_code', code.slice(8, 17))).toBeNull();
    expect(rule('organisation_code', 'D2143569-X')).toBeNull();
    expect(rule('organisation_code', 'D2143569-1')).toBe('checksum');
  });
  test.each<[string, string | null]>([
    ['4992 7398 7160 0000', 'checksum'],
    ['79927398713', 'format'],
    ['0079927398713', null],
    ['0079927398731', 'checksum'],
  ])('card %s: %s', (card, failed) => {
    expect(rule('bank_card', card)).toBe(failed);
  });
});

test('a real-estate unit code falls into its parts, GB/T 37346-2019, on both sides', async () => {
  const codes = ['439901001002GB00003F00040005', 'x', ''];
  const rows = await overTexts(codes, `toJSONString(${realEstateUnitPartsSql('v')})`);
  const parts = {
    county: '439901',
    cadastralZone: '001',
    cadastralSubzone: '002',
    parcelFeature: 'GB',
    parcelNumber: '00003',
    fixtureFeature: 'F',
    fixtureNumber: '00040005',
  };
  expect(realEstateUnitParts(codes[0]!)).toEqual(parts);
  expect(rows.map(([json]) => JSON.parse(json as string) as unknown)[0]).toEqual(parts);
  expect(realEstateUnitParts('x')).toBeNull();
});

describe('words agencies write', () => {
  test.each<[ElementName, string, unknown]>([
    ['date', '2024-01-05', '2024-01-05'],
    ['date', '2024/1/5', '2024-01-05'],
    ['date', '2024.1.5', '2024-01-05'],
    ['date', '20240105', '2024-01-05'],
    ['date', '20240105093000', '2024-01-05'],
    ['date', '2024年1月5日', '2024-01-05'],
    ['date', '２０２４年１月５日', '2024-01-05'],
    ['date', '二〇二四年一月五日', '2024-01-05'],
    ['date', '一九九八年十二月三十一日', '1998-12-31'],
    ['date', '二零二四年二月三十日', null],
    ['date', '二〇二四年元月五日', '2024-01-05'],
    ['date', '2024年一月五日', '2024-01-05'],
    ['date', '贰零贰肆年零壹月零伍日', '2024-01-05'],
    ['date', '贰零贰肆年壹拾贰月零叁拾日', '2024-12-30'],
    ['date', '公元2024年1月5日', '2024-01-05'],
    ['date', '元年元月元日', null],
    ['date', '45296', '2024-01-05'],
    ['date', '45296.999988', '2024-01-05'],
    ['date', '1704412800000', '2024-01-05'],
    ['date', '2024-01-05 10:30:00', '2024-01-05'],
    ['date', '2024-1-5 0:00', '2024-01-05'],
    ['date', '2024-01-05T10:30:00.000Z', '2024-01-05'],
    ['date', '长期', '2299-12-31'],
    ['date', '2023-02-29', null],
    ['date', '1/5/2024', null],
    ['month', '202401', '2024-01-01'],
    ['month', '2024-1', '2024-01-01'],
    ['month', '2024年1月', '2024-01-01'],
    ['month', '2024年01月份', '2024-01-01'],
    ['month', '二〇二四年十月份', '2024-10-01'],
    ['month', '2024-01-31', '2024-01-01'],
    ['month', '20240131', '2024-01-01'],
    ['month', '2024-13', null],
    ['month', '2024-123', null],
    ['timestamp', '2024-01-05 10:30:00', '2024-01-05T02:30:00.000Z'],
    ['timestamp', '2024-01-05T10:30:00Z', '2024-01-05T10:30:00.000Z'],
    ['timestamp', '2024-01-05T10:30:00.5-05:00', '2024-01-05T15:30:00.500Z'],
    ['timestamp', '2024/1/5 7:05', '2024-01-04T23:05:00.000Z'],
    ['timestamp', '20240105103000', '2024-01-05T02:30:00.000Z'],
    ['timestamp', '2024年1月5日 10时30分', '2024-01-05T02:30:00.000Z'],
    ['timestamp', '45296.4375', '2024-01-05T02:30:00.000Z'],
    ['timestamp', '1704421800000', '2024-01-05T02:30:00.000Z'],
    ['timestamp', '2024-01-05', '2024-01-04T16:00:00.000Z'],
    ['timestamp', '2024-01-05 24:30:00', null],
    ['money', '1,234.50', 1234.5],
    ['money', '￥1，234.505元', 1234.51],
    ['money', '12.5万元', 125000],
    ['money', '(1,234.00)', -1234],
    ['money', '.5', 0.5],
    ['money', '1.234,56', null],
    ['money', '壹仟元', 1000],
    ['money', '壹万贰仟叁佰元整', 12300],
    ['money', '人民币叁仟零伍元伍角', 3005.5],
    ['money', '一百二十万', 1200000],
    ['money', '十二亿零三万元', 1200030000],
    ['money', '伍角陆分', 0.56],
    ['money', '零元整', 0],
    ['money', '1.2亿元', 120000000],
    ['money', '万元', null],
    ['money', '三二一', null],
    ['money', '五百三千', null],
    ['money', '三千五', null],
    ['money', '两万三元', null],
    ['money', '一亿二', null],
    ['money', '三千零五', 3005],
    ['money', '一万五千', 15000],
    ['money', '一万元五角', 10000.5],
    ['money', '3千元', 3000],
    ['money', '3,500千元', 3500000],
    ['money', '2百万元', 2000000],
    ['money', '1.2万', 12000],
    ['money', '2.5千', 2500],
    ['money', '0.5千元', 500],
    ['money', '1.25百元', 125],
    ['money', '1.5千万元整', 15000000],
    ['money', '12万5千元', 125000],
    ['money', '12万3千5百元', 123500],
    ['money', '3千5百元', 3500],
    ['money', '1万2000元', 12000],
    ['money', '三千五百元整', 3500],
    ['money', '3万5', null],
    ['money', '12万5', null],
    ['money', '3千5', null],
    ['money', '千元', null],
    ['money', '1.2.3千', null],
    ['area', '45.678㎡', 45.68],
    ['area', '60 平方米', 60],
    ['quantity', '123.4567 m³', 123.457],
    ['integer', '3人', 3],
    ['integer', '3.0', 3],
    ['integer', '3.5', null],
    ['share', '50%', 0.5],
    ['share', '1/3', 0.3333],
    ['share', '0.25', 0.25],
    ['share', '全部', 1],
    ['year', '2024年度', 2024],
    ['boolean_word', '无', 0],
    ['boolean_word', ' Ｙ ', 1],
    ['boolean_word', '也许', null],
    ...['是', '有', '✓', '✔️', '☑', '√', '对', 'y', 'T', 'true', '１', '1.0', '已'].map(
      (word): [ElementName, string, number] => ['boolean_word', word, 1],
    ),
    ...['否', '无', '✗', '✘', '×', '✕', '❌', '没有', 'n', 'F', 'False', '０', '未', '非'].map(
      (word): [ElementName, string, number] => ['boolean_word', word, 0],
    ),
    ['boolean_word', '☒', null],
    ['person_name', '张 三', '张三'],
    ['person_name', '买买提•艾力．江', '买买提·艾力·江'],
    ['person_name', '\u{20087}\u3000\ue863', '\u{20087}\u4dae'],
    ['person_name', 'John  Smith', 'John Smith'],
    ['organisation_name', '安居（集团） 有限公司', '安居(集团)有限公司'],
    ['phone', '+86 138-1234-5678', '13812345678'],
    ['phone', '(0731) 8888 9999转801', '073188889999'],
    ['phone', '13812345678/0731-88889999', '13812345678'],
    ['division_code', '439901.0', '439901'],
    ['real_estate_unit_code', '439901 001001 GB00001 F00010001', '439901001001GB00001F00010001'],
    ['email', 'A.B@Example.CN', 'a.b@example.cn'],
    ['identifier', '="ht-2024_01"', 'HT-2024_01'],
  ])('%s: %s', (name, written, value) => {
    expect(read(name, written)).toEqual(value);
    expect(rule(name, written) === null || rule(name, written) === 'negative').toBe(value !== null);
  });

  test.each<[ElementName, string, string]>([
    ['money', '-5', 'negative'],
    ['area', '0', 'not_positive'],
    ['area', '1000000', 'too_large'],
    ['share', '0', 'range'],
    ['share', '1.5', 'range'],
    ['person_name', '张三1', 'digits'],
    ['person_name', '张', 'too_short'],
    ['phone', '138****5678', 'format'],
    ['division_code', '990001', 'division'],
    ['text', '长'.repeat(2001), 'length'],
  ])('%s %s fails %s', (name, written, failed) => {
    expect(rule(name, written)).toBe(failed);
  });

  test.each<ElementName>(['id_number', 'phone', 'date', 'money', 'person_name'])(
    '%s knows words for nothing',
    (name) => {
      for (const word of ['', ' ', '\u3000', 'NULL', 'null', '/', '-', '——', '无', '暂无', 'N/A', '\\N']) {
        expect([word, elementNamed(name).normalise(word)]).toEqual([word, '']);
      }
    },
  );

  test('a source in 万元 means its bare numbers so', () => {
    const wan = withUnit(elements.money, 'wan_yuan');
    const values = ['1.5', '1.5万元', '-3', ''].map((text) => wan.parse(wan.normalise(text)));
    expect(values).toEqual([15000, 15000, -30000, null]);
    // 元 written behind it is a suffix of its own.
    const own = ['1234.5元', '三千五百元整', '12元', '3万元', '3千元', '0.05元', '12万5千', '壹佰贰拾'];
    expect(own.map((text) => wan.parse(wan.normalise(text)))).toEqual([
      1234.5, 3500, 12, 30000, 3000, 0.05, 125000, 1200000,
    ]);
    for (const text of own) expect(wan.normalise(wan.normalise(text))).toBe(wan.normalise(text));
  });
});

describe('other calendars', () => {
  test.each<['roc' | 'day_first', 'date' | 'month' | 'timestamp', string, string | null]>([
    ['roc', 'date', '1101009', '2021-10-09'],
    ['roc', 'date', '0650209', '1976-02-09'],
    ['roc', 'date', '981231', '2009-12-31'],
    ['roc', 'date', '１１２０５０４', '2023-05-04'],
    ['roc', 'date', '民國110年12月29日', '2021-12-29'],
    ['roc', 'date', '110/1/9', '2021-01-09'],
    ['roc', 'date', '1100230', null],
    ['roc', 'date', '2021-10-09', '2021-10-09'],
    ['roc', 'date', '', null],
    ['roc', 'month', '11010', '2021-10-01'],
    ['roc', 'month', '110年3月', '2021-03-01'],
    ['day_first', 'date', '01/03/2016', '2016-03-01'],
    ['day_first', 'date', '2016-03-01', '2016-03-01'],
    ['day_first', 'timestamp', '31/12/2016 23:59', '2016-12-31T15:59:00.000Z'],
  ])('%s: the %s %s is %s', (calendar, name, written, value) => {
    const element = withCalendar(elementNamed(name), calendar);
    expect(element.parse(element.normalise(written))).toBe(value);
  });
});

test('names are checked', () => {
  expect(isElementName('toString')).toBe(false);
  expect(() => elementNamed('nothing')).toThrow(/nothing/);
});
