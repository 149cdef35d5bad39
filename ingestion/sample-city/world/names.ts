/** Invented names of people, places and enterprises: common surnames, usual characters, no real bearer meant. */
import type { Draw } from '../random.ts';

const SURNAMES = [
  ...'王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严覃武戚莫孔向汤',
  '欧阳',
  '司马',
  '上官',
];
const MALE = [
  ...'伟强磊军勇杰涛明超刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林阳建志文国海峰毅晨哲瑞泽睿轩铭昊远航嘉诚信义安康',
];
const FEMALE = [
  ...'芳娜敏静丽艳娟霞秀燕玲桂兰英梅萍红玉琴莉婷雪慧倩颖洁琳欣怡佳悦蓉薇琪瑶妍蕾涵晴岚菲思雨梦诗语嫣宁素云春',
];

export const SURNAME_COUNT = SURNAMES.length;

/** The name of a surname's number and a given-name draw; the same draw gives the same name. */
export function personName(surname: number, given: number, male: boolean): string {
  const characters = male ? MALE : FEMALE;
  const first = characters[given % characters.length] ?? '';
  const second = given & 0x300 ? (characters[Math.floor(given / 64) % characters.length] ?? '') : '';
  return (SURNAMES[surname % SURNAMES.length] ?? '王') + first + second;
}

/** Characters of these names as older registers and relatives abroad write them. */
const TRADITIONAL =
  '张張陈陳刘劉杨楊赵趙吴吳孙孫马馬罗羅郑鄭谢謝许許邓鄧冯馮韩韓萧蕭叶葉蒋蔣苏蘇吕呂卢盧钟鐘谭譚陆陸贾賈韦韋邹鄒阎閻龙龍贺賀顾顧龚龔钱錢严嚴汤湯' +
  '伟偉强強军軍杰傑涛濤刚剛辉輝鹏鵬华華飞飛凯凱帅帥宁寧阳陽国國泽澤轩軒铭銘远遠诚誠义義丽麗艳豔兰蘭红紅静靜颖穎洁潔悦悅岚嵐梦夢诗詩语語云雲';

/** One character in its traditional form; null where the name has none. */
export function traditional(name: string, draw: Draw): string | null {
  const places = [...name].flatMap((c, i) => (TRADITIONAL.indexOf(c) % 2 === 0 ? [i] : []));
  if (places.length === 0) return null;
  const at = draw.pick(places);
  const other = TRADITIONAL.charAt(TRADITIONAL.indexOf(name.charAt(at)) + 1);
  return name.slice(0, at) + other + name.slice(at + 1);
}

/** Spread over its box on the form, with blanks or the dots of typewriters. */
export const addedSpaces = (name: string, draw: Draw): string =>
  [...name].join(draw.pick([' ', '\u3000', '·', '．']));

/** Another given name with the same first character, as twins have; the same where there is none. */
export function siblingName(given: number, male: boolean): number {
  const { length } = male ? MALE : FEMALE;
  const second = (draw: number): number => Math.floor(draw / 64) % length;
  const twin = Array.from({ length: 24 }, (_, k) => (given + (k + 1) * length) & 4095).find(
    (other) => other % length === given % length && (other & 0x300) !== 0 && second(other) !== second(given),
  );
  return twin ?? given;
}

export const DISTRICTS = ['安澜区', '湘浦区', '云麓区', '望舒区', '橙洲区'] as const;
/** Six streets a district, in the districts' order. */
export const STREETS = [
  ['澜台街道', '安和街道', '临江街道', '书堂街道', '石牌街道', '青榆街道'],
  ['浦口街道', '白鹭街道', '渡南街道', '锦帆街道', '丰塘街道', '听潮街道'],
  ['云栖街道', '枫林街道', '松岗街道', '竹影街道', '泉井街道', '鹿鸣街道'],
  ['望月街道', '星舟街道', '桂子街道', '长亭街道', '明月街道', '清晖街道'],
  ['橙园街道', '稻香街道', '金穗街道', '荷塘街道', '沙堤街道', '芦苇街道'],
] as const;
const COMMUNITY_FIRST = [...'和康福锦翠银新文学泰嘉荣华兴景'];
const COMMUNITY_SECOND = [...'园苑湾桥塘坪里畔城庭'];
/** 150 names, each once. */
export const communityName = (index: number): string =>
  `${COMMUNITY_FIRST[Math.floor(index / 10)] ?? '安'}${COMMUNITY_SECOND[index % 10] ?? '里'}社区`;

const ROADS = [
  '劳动',
  '解放',
  '人民',
  '芙蓉',
  '湘春',
  '梧桐',
  '书香',
  '望江',
  '东风',
  '滨河',
  '学府',
  '枫叶',
  '创业',
  '长安',
  '五一',
  '桃花',
];
export const roadName = (index: number): string =>
  `${ROADS[index % ROADS.length] ?? '人民'}${index % 3 === 0 ? '路' : index % 3 === 1 ? '大道' : '街'}`;

const ESTATE_FIRST = [
  '安居',
  '惠民',
  '和谐',
  '阳光',
  '康乐',
  '幸福',
  '锦绣',
  '翠湖',
  '青年',
  '新城',
  '江畔',
  '枫桥',
  '麓景',
  '云庭',
  '星语',
  '荷风',
];
const ESTATE_SECOND = ['家园', '新村', '公寓', '花园', '小区', '嘉苑', '雅居', '里'];
export const estateName = (index: number): string =>
  `${ESTATE_FIRST[index % 16] ?? ''}${ESTATE_SECOND[Math.floor(index / 16) % 8] ?? ''}${index < 128 ? '' : `${Math.floor(index / 128) + 1}期`}`;

const FIRM_FIRST = [...'湘安恒盛鼎融瑞丰宏泽同晟百川金诚启明天合中远博雅弘毅'];
const TRADES = [
  '建设工程',
  '置业',
  '物业服务',
  '住房租赁',
  '商贸',
  '机械制造',
  '电子科技',
  '食品',
  '餐饮管理',
  '物流',
  '纺织',
  '教育咨询',
  '医药',
  '信息技术',
  '环卫服务',
  '汽车零部件',
] as const;
export type Trade = (typeof TRADES)[number];
export const tradeAt = (index: number): Trade => TRADES[index % TRADES.length] ?? '商贸';

export function enterpriseName(draw: Draw, trade: string, index: number): string {
  return `湘安${draw.pick(FIRM_FIRST)}${draw.pick(FIRM_FIRST)}${trade}${index % 7 === 0 ? '股份' : ''}有限公司`;
}
const OFFICES = [
  '教育局',
  '卫生健康局',
  '第一中学',
  '第三小学',
  '人民医院',
  '图书馆',
  '自来水公司',
  '园林管理处',
  '市政工程处',
  '档案馆',
];
export const officeName = (index: number): string => `湘安市${OFFICES[index % OFFICES.length] ?? '档案馆'}`;
