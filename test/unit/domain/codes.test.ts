import { describe, expect, test } from '@jest/globals';
import {
  codeListNamed,
  codeLists,
  codeName,
  codeNameSql,
  isCodeListName,
  mapCode,
  mapCodeSql,
  normaliseWord,
  normaliseWordSql,
  type CodeListName,
} from '../../../domain/codes/index.ts';
import { checkElement } from '../../../domain/element.ts';
import { codedElement } from '../../../domain/elements/index.ts';
import { overTexts } from './engine.ts';
import { garbageTexts, validTexts } from './generators.ts';

const mapped = (list: CodeListName, word: string): string => mapCode(list, normaliseWord(word));

describe.each(codeLists.map((list) => list.name))('%s', (name) => {
  const list = codeListNamed(name);

  test('names each code once, in Chinese and by a standard or clause', () => {
    const codes = list.entries.map((entry) => entry.code);
    expect(new Set(codes).size).toBe(codes.length);
    expect(new Set(list.entries.map((entry) => entry.zh)).size).toBe(codes.length);
    expect(list.zh).not.toBe('');
    expect(list.standard).not.toBe('');
  });

  test('maps each of its own words to the code that claims it, and a code to its name', () => {
    for (const { code, zh, synonyms = [] } of list.entries) {
      for (const word of [code, zh, ...synonyms]) expect([word, mapped(name, word)]).toEqual([word, code]);
      expect(codeName(name, code)).toBe(zh);
    }
  });

  test('is the same in TypeScript and in ClickHouse', async () => {
    const texts = [
      ...list.entries.flatMap((e) => [
        e.code,
        e.zh,
        ` ${e.zh.split('').join('\u3000')}`,
        ...(e.synonyms ?? []),
      ]),
      ...validTexts('code', 1_000),
      ...garbageTexts(300),
    ];
    const code = mapCodeSql(name, normaliseWordSql('v'));
    const rows = await overTexts(texts, `${code}, ${codeNameSql(name, code)}`);
    const ours = texts.map((text) => [mapped(name, text), codeName(name, mapped(name, text))]);
    expect(rows).toEqual(ours);
  });
});

test('every list the contracts rely on is there', () => {
  const wanted =
    'sex marital_status kinship ethnicity certificate_kind insurance_state fund_state unit_nature register_kind household_kind register_move_reason permit_state layout structure house_nature house_state dwelling_state contract_state contract_kind application_state application_stage guarantee_form project_kind allocation_kind project_state sourcing_kind property_nature title_nature acquisition_way signing_state benefit_kind benefit_state relief_state pay_state pay_method repair_kind repair_state complaint_kind complaint_state door_direction door_method meter_kind enterprise_kind enterprise_state rating division_level operation_word applicant_group';
  expect(wanted.split(' ').filter((name) => !isCodeListName(name))).toEqual([]);
  expect(() => codeListNamed('constructor')).toThrow(RangeError);
});

test.each<[CodeListName, string, string]>([
  ['sex', '男', '1'],
  ['sex', ' ｆ', '2'],
  ['ethnicity', '维吾尔', '05'],
  ['ethnicity', '1', '01'],
  ['ethnicity', '基诺族', '56'],
  ['kinship', '申请人', '01'],
  ['kinship', '舅舅', '85'],
  ['kinship', '孙媳妇', '45'],
  ['kinship', '其他亲属', '97'],
  ['marital_status', '离异', '40'],
  ['dwelling_state', '未配租', 'available'],
  ['dwelling_state', '正常在用', 'let'],
  ['contract_state', '已终止', 'terminated'],
  ['layout', '两室一厅', '2'],
  ['operation_word', '删除', 'D'],
  ['sex', '', ''],
  ['sex', '很难说', ''],
])('%s: %s is %s', (list, word, code) => {
  expect(mapped(list, word)).toBe(code);
});

test('a word no list knows is a defect, a missing one is not', () => {
  const element = codedElement('contract_state');
  expect(checkElement(element, '说不清')?.rule).toBe('unmapped');
  expect(checkElement(element, ' ')).toBeNull();
  expect(element.parse(element.normalise('执行中'))).toBe('active');
});

test('all 56 ethnic groups stand in their order', () => {
  expect(codeListNamed('ethnicity').entries.filter((entry) => Number(entry.code) <= 56)).toHaveLength(56);
  expect(['08', '15', '31', '44', '55'].map((code) => codeName('ethnicity', code))).toEqual([
    '壮族',
    '土家族',
    '达斡尔族',
    '俄罗斯族',
    '珞巴族',
  ]);
});
