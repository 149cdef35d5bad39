/** What columns are called: the words of our own contracts, and words that hint at what a column holds. */
import type { Dataset, Field } from '../contract.ts';
import { headerName } from '../readers/header-name.ts';

export type KnownField = Pick<Field, 'name' | 'element' | 'codes' | 'unit'>;

/** 户主姓名（盖章） and 户主姓名 are one title: brackets say units and remarks. */
export const bareTitle = (title: string): string =>
  headerName(title)
    .replace(/[([【［{].*?[)\]】］}]/g, '')
    .replace(/[\s_:：*＊-]+/g, '')
    .toLowerCase();

/**
 * Source word → the field our contracts make of it, only where its meaning is certain: several contracts have the word and mean the same
 * by it. 登记日期 is a marriage's here and an owner's there, and something else again in a file nobody knows. Drafts are nobody's word.
 */
export function fieldDictionary(datasets: readonly Dataset[]): Map<string, KnownField> {
  const found = new Map<string, KnownField[]>();
  for (const { fields } of datasets.filter(({ state }) => state === 'agreed')) {
    for (const { name, source, element, codes, unit } of fields) {
      const title = bareTitle(source);
      if (title !== '') found.set(title, [...(found.get(title) ?? []), { name, element, codes, unit }]);
    }
  }
  const known = new Map<string, KnownField>();
  for (const [title, fields] of found) {
    const [first] = fields;
    if (first && fields.length > 1 && fields.every(({ name }) => name === first.name))
      known.set(title, first);
  }
  return known;
}

/**
 * Words of titles (Chinese, simple and traditional, and English) that say what values alone cannot: a number of eight digits
 * may be an account, a telephone or an amount.
 */
export const HINTS = {
  date: /日期|年月日|时间|時間|日$|\b(?:date|day|datetime|on|at)\b/i,
  day: /日期|年月|\bdate\b/i,
  month: /月份|年月|所属期|账期|月$|\bmonth\b/i,
  year: /年份|年度|\byear\b/i,
  phone: /电话|電話|手机|手機|联系方式|传真|\b(?:tele)?phone\b|\bmobile\b|\btel\b/i,
  division: /区划|區劃|行政|地区代码|\bdivision\b|\badcode\b|^code$/i,
  boolean: /是否|有无|有無|^是|\b(?:is|has)\b/i,
  personName:
    /姓名|名字|户主|戶主|申请人|承租人|联系人|法人|法定代表|负责人|经办人|权利人|买受人|业主|\b(?:given|first|last|full|person) ?name\b|surname/i,
  organisation:
    /单位|單位|公司|企业|企業|机构|機構|部门|学校|医院|\bcompany\b|\borganisation\b|\borganization\b|\bagency\b/i,
  address: /地址|住址|坐落|门牌|門牌|位置|住所|户籍地|\baddress\b/i,
  wanYuan: /万元|萬元/,
  money:
    /金额|金額|租金|价|價|费|費|款|工资|收入|补贴|余额|基数|元|\b(?:amount|price|rent|fee|salary|cost)\b/i,
  area: /面积|面積|平方米|平方公尺|m2|\barea\b/i,
  quantity: /读数|讀數|用量|度数|水量|电量|气量|\b(?:reading|usage|volume)\b/i,
  share: /份额|比例|占比|\bshare\b|\bratio\b/i,
  account: /账号|帳號|卡号|账户|帐号|\b(?:account|card) ?no\b/i,
  meter: /表号|水表|电表|气表|\bmeter ?(?:no|id|number)\b/i,
  identifier: /编号|編號|号码|代码|序号|单号|流水|号$|\b(?:id|no|code|key|number)\b/i,
} as const;

export const hints = (title: string, hint: keyof typeof HINTS): boolean =>
  HINTS[hint].test(
    title
      .normalize('NFKC')
      .replace(/([a-z])([A-Z])/g, '$1 $2')
      .replace(/[_.-]+/g, ' '),
  );
