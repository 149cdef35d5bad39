/** UI TEST FIXTURE: an invented city on one hexagonal grid — five districts of six streets, four communities each. */
export interface FixtureDivision {
  code: string;
  name: string;
  level: 'city' | 'district' | 'street' | 'community';
  parentCode: string | null;
  tileX: number | null;
  tileY: number | null;
  population: number | null;
}

const names: [string, string[]][] = [
  ['安澜区', ['望湖街道', '观澜街道', '麓山街道', '橘洲街道', '银盆街道', '梅溪街道']],
  ['清和区', ['清水塘街道', '伍家岭街道', '四方坪街道', '新河街道', '捞刀河街道', '浏阳河街道']],
  ['临江区', ['坡子街道', '裕南街道', '金盆岭街道', '赤岭路街道', '新开铺街道', '青园街道']],
  ['东屏区', ['马王堆街道', '东屯渡街道', '荷花园街道', '火星街道', '五里牌街道', '韭菜园街道']],
  ['北辰区', ['高塘岭街道', '白沙洲街道', '月亮岛街道', '大泽湖街道', '金山桥街道', '黄金园街道']],
];
const communities = ['枫林', '桃花', '新民', '和馨'];

/** One character a district, one place a street. */
const grid = ['AAABBB', 'AACBBD', 'ACCCBD', 'ECCEDD', 'EEEEDD'];
const cellsOf = (letter: string) =>
  grid.flatMap((row, y) => [...row].flatMap((at, x) => (at === letter ? [{ x, y }] : [])));

export const divisions: FixtureDivision[] = [
  {
    code: '439900',
    name: '安居市',
    level: 'city',
    parentCode: null,
    tileX: null,
    tileY: null,
    population: 2_520_000,
  },
];
names.forEach(([district, streets], d) => {
  const code = `43990${d + 1}`;
  const cells = cellsOf('ABCDE'[d]!);
  divisions.push({
    code,
    name: district,
    level: 'district',
    parentCode: '439900',
    tileX: null,
    tileY: null,
    population: 500_000,
  });
  streets.forEach((street, s) => {
    const streetCode = `${code}${String(s + 1).padStart(3, '0')}`;
    const cell = cells[s]!;
    divisions.push({
      code: streetCode,
      name: street,
      level: 'street',
      parentCode: code,
      tileX: cell.x,
      tileY: cell.y,
      population: 60_000,
    });
    communities.forEach((community, c) => {
      divisions.push({
        code: `${streetCode}${String(c + 1).padStart(3, '0')}`,
        name: `${community}社区`,
        level: 'community',
        parentCode: streetCode,
        tileX: c % 2,
        tileY: Math.floor(c / 2),
        population: 15_000,
      });
    });
  });
});
