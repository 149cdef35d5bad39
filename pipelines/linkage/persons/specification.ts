/**
 * How records that name a person without a valid number are linked. The chances are given, not learned at every run: there are few
 * such records in a small city, and who is who must not change because more have come. They were set from the sample city's kinds
 * of error and from what the values can tell at all; `anju bench detect` measures what comes of them.
 */
import { type Specification, specificationSchema } from '../specification.ts';

/** Named in events: what links has a version. */
export const PERSON_RULES = 'persons 4';

/** Traditional and variant characters registers write for one name; the first stands for all. */
const VARIANTS = [
  '张張',
  '陈陳',
  '刘劉',
  '杨楊',
  '赵趙',
  '吴吳',
  '孙孫',
  '马馬',
  '罗羅',
  '郑鄭',
  '谢謝',
  '许許',
  '邓鄧',
  '冯馮',
  '韩韓',
  '萧蕭肖',
  '叶葉',
  '蒋蔣',
  '苏蘇',
  '吕呂',
  '卢盧',
  '钟鐘鍾',
  '谭譚',
  '陆陸',
  '贾賈',
  '韦韋',
  '邹鄒',
  '阎閻闫',
  '龙龍',
  '贺賀',
  '顾顧',
  '龚龔',
  '钱錢',
  '严嚴',
  '汤湯',
  '华華',
  '飞飛',
  '凯凱',
  '国國',
  '丽麗',
  '兰蘭',
  '红紅',
  '莹瑩',
  '峰峯',
  '杰傑',
  '强強',
  '军軍',
  '伟偉',
  '涛濤',
  '刚剛',
  '辉輝',
  '鹏鵬',
  '龄齡',
  '宁寧',
  '阳陽',
  '晓曉',
  '颖穎',
  '琼瓊',
  '静靜',
  '艳艷豔',
  '爱愛',
  '云雲',
  '帅帥',
  '泽澤',
  '轩軒',
  '铭銘',
  '远遠',
  '诚誠',
  '义義',
  '洁潔',
  '悦悅',
  '岚嵐',
  '梦夢',
  '诗詩',
  '语語',
  '娇嬌',
  '荣榮',
  '贵貴',
  '庆慶',
  '兴興',
  '宝寶',
  '胜勝',
  '坚堅',
  '勋勳',
  '锋鋒',
  '凤鳳',
  '莲蓮',
  '苹蘋',
];

/**
 * @param persons people known by a number: the chance that two records mean the same is one in so many, to the nearest power of
 * two, so that the rules are others only when the city has grown by half, and not with every birth
 */
export function personSpecification(persons: number): Specification {
  const one = 1 / 2 ** Math.round(Math.log2(Math.max(100, persons)));
  /** Three or so share an application or a register. */
  const shared = (members: number): number => Math.min(0.2, members * one);
  const equal = [{ name: 'equal', when: [{ test: 'equal' as const }] }];
  /** Twins share birthday, application and register, and differ by a character: with another name a family says less. */
  const family = [
    { name: 'equal', when: [{ test: 'equal' as const }, { test: 'equal' as const, column: 'name' }] },
    { name: 'same family', when: [{ test: 'equal' as const }] },
  ];
  return specificationSchema.parse({
    columns: [
      { name: 'name', from: ['person_name'], normalise: ['trim', 'lower', 'letters', { groups: VARIANTS }] },
      { name: 'number', from: ['number_written'], normalise: ['letters'] },
      { name: 'birth', from: ['birth_date'], normalise: ['date'] },
      { name: 'sex', from: ['sex_code'], normalise: ['trim'] },
      { name: 'phone', from: ['phone'], normalise: ['digits'] },
      { name: 'employer', from: ['employer'], normalise: ['letters'] },
      { name: 'address', from: ['address'], normalise: ['letters'] },
      { name: 'application', from: ['application_no'], normalise: ['trim'] },
      { name: 'register', from: ['register_no'], normalise: ['trim'] },
    ],
    comparisons: [
      {
        name: 'number',
        column: 'number',
        levels: [
          ...equal,
          { name: 'one digit', when: [{ test: 'damerau', atMost: 1 }] },
          { name: 'two digits', when: [{ test: 'damerau', atMost: 2 }] },
        ],
      },
      {
        name: 'name',
        column: 'name',
        termFrequency: true,
        levels: [
          ...equal,
          { name: 'transposed', when: [{ test: 'same_characters' }] },
          { name: 'part', when: [{ test: 'contains' }] },
          { name: 'one character', when: [{ test: 'edit', atMost: 1 }] },
        ],
      },
      {
        name: 'birth',
        column: 'birth',
        levels: [
          ...equal,
          { name: 'day and month', when: [{ test: 'day_month_swapped' }] },
          { name: 'one digit', when: [{ test: 'digits_off', atMost: 1 }] },
        ],
      },
      { name: 'sex', column: 'sex', levels: equal },
      {
        name: 'phone',
        column: 'phone',
        levels: [...equal, { name: 'one digit', when: [{ test: 'damerau', atMost: 1 }] }],
      },
      { name: 'employer', column: 'employer', levels: equal, termFrequency: true },
      { name: 'address', column: 'address', levels: equal },
      { name: 'application', column: 'application', levels: family },
      { name: 'register', column: 'register', levels: family },
    ],
    blocks: [
      {
        name: 'number_begins',
        on: [
          { column: 'number', first: 9 },
          { column: 'name', first: 1 },
        ],
      },
      { name: 'number_front', on: [{ column: 'number', first: 14 }] },
      { name: 'number_end', on: [{ column: 'number', last: 9 }] },
      { name: 'name_birth', on: [{ column: 'name' }, { column: 'birth' }] },
      { name: 'birth_sex', on: [{ column: 'birth' }, { column: 'sex' }, { column: 'name', first: 1 }] },
      { name: 'phone', on: [{ column: 'phone' }] },
      { name: 'application', on: [{ column: 'application' }] },
      { name: 'register', on: [{ column: 'register' }] },
      { name: 'name_employer', on: [{ column: 'name' }, { column: 'employer' }] },
      { name: 'address_name', on: [{ column: 'address' }, { column: 'name', first: 1 }] },
    ],
    pairs: 'anchored',
    match: 0.99,
    clerical: 0.3,
    model: {
      prior: one,
      // Disagreement first, then the levels from the last to the first.
      matching: {
        number: [0.1, 0.1, 0.6, 0.2],
        name: [0.02, 0.04, 0.02, 0.02, 0.9],
        birth: [0.01, 0.02, 0.01, 0.96],
        sex: [0.01, 0.99],
        phone: [0.3, 0.02, 0.68],
        employer: [0.3, 0.7],
        address: [0.5, 0.5],
        application: [0.1, 0.02, 0.88],
        register: [0.05, 0.02, 0.93],
      },
      other: {
        number: [0.9999, 0.00001, 0.0000001, 0.0000001],
        name: [0.92, 0.06, 0.01, 0.005, 0.002],
        birth: [0.9968, 0.001, 0.002, 0.00005],
        sex: [0.5, 0.5],
        phone: [0.99996, 0.00001, 0.00003],
        employer: [0.99, 0.01],
        address: [0.9999, 0.0001],
        application: [1, shared(4), shared(4)],
        register: [1, shared(4), shared(4)],
      },
    },
  });
}
