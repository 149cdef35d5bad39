/** A delivery nobody has a contract for, in the form of real registries: invented rows, one of them broken. */
import { idCheckCharacter } from '../../domain/elements/index.ts';

const SURNAMES = [...'王李张刘陈杨赵黄'];
const GIVEN = [...'伟芳娜敏静丽强磊'];

const idOf = (i: number): string => {
  const digits = `4301021980${String((i % 12) + 1).padStart(2, '0')}${String((i % 28) + 1).padStart(2, '0')}${String(i % 1000).padStart(3, '0')}`;
  return digits + idCheckCharacter(digits);
};

/** `rows` lines of a car park's spaces, `|` between the cells; the last line lacks cells. */
export function registry(rows: number): string {
  const header = [
    '车位号',
    '车主',
    '车主证件',
    '车主电话',
    '月租金',
    '售价(万元)',
    '起租日期',
    '车位面积(平方米)',
    '备注',
  ];
  const lines = Array.from({ length: rows - 1 }, (_, i) => [
    `P-${String(i + 1).padStart(4, '0')}`,
    `${SURNAMES[i % 8] ?? ''}${GIVEN[(i >> 3) % 8] ?? ''}`,
    idOf(i),
    `138${String(10_000_000 + i * 37)}`,
    `${250 + (i % 5) * 10}.00`,
    `${12 + (i % 7)}.5`,
    `2024-${String((i % 12) + 1).padStart(2, '0')}-15`,
    `${12 + (i % 3)}.5`,
    i % 4 === 0 ? '近电梯' : '',
  ]);
  return [header, ...lines, ['P-9999', '缺列']].map((cells) => `${cells.join('|')}\n`).join('');
}
