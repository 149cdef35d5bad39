/** Employers as the desks of insurance and funds write them: codes mistyped, left out or of before 2015, names in other forms. */
import type { Table } from '../deliver/tables.ts';
import type { Meant, Misnamed } from '../deliver/truth.ts';
import { Draw, KIND } from '../random.ts';
import type { World } from '../world/index.ts';
import { pad } from '../world/numbers.ts';
import type { Enterprise } from '../world/enterprises.ts';

const SLIPS = 0.02;

const NAME_FORMS: readonly ((name: string) => string)[] = [
  (name) => name.replace(/有限公司$/, '有限责任公司'),
  (name) => name.replace(/^湘安(?!市)/, '湘安市'),
  (name) => `湖南省${name}`,
  (name) => name.replace(/^湘安(.*)$/, '湘安（$1）').replace(/（(.{2})(.*)）$/, '（$1）$2'),
  (name) => [...name].join(' '),
];

interface UnitSlip {
  code: string;
  name: string;
  kind: string;
  family: string;
  rule: string;
}

function slipOf(draw: Draw, { creditCode, index, district }: Enterprise, name: string): UnitSlip | null {
  if (!draw.chance(SLIPS)) return null;
  const other = draw.chance(0.5) ? draw.pick(NAME_FORMS)(name) : name;
  const suffix = other === name ? '' : ', name form';
  const slip = (code: string, kind: string, family: string, rule: string): UnitSlip => ({
    ...{ code, name: other, kind: kind + suffix, family, rule },
  });
  switch (draw.int(4)) {
    case 0:
      return slip('', 'no code', '', '');
    // The business registration number: six digits of the office, nine of its own.
    case 1:
      return slip(
        `4399${pad(district + 1, 2)}${pad(index + 1, 9)}`,
        'registration number',
        'registration_number',
        'format',
      );
    case 2: {
      const at = draw.between(9, 15);
      const digit = (Number(creditCode.charAt(at)) + draw.between(1, 9)) % 10;
      const code = /\d/.test(creditCode.charAt(at))
        ? creditCode.slice(0, at) + digit + creditCode.slice(at + 1)
        : creditCode;
      return code === creditCode ? null : slip(code, 'mistyped code', 'mistyped_code', 'checksum');
    }
    default:
      return other === name ? null : slip(creditCode, 'code', '', '');
  }
}

/** @param unit the employer of the row's person */
export function withUnitSlips(
  world: World,
  table: Table,
  salt: number,
  unit: (index: number) => Enterprise | undefined,
): Table {
  const draw = new Draw(world.size.seed);
  const place = (name: string): number => table.dataset.fields.findIndex((field) => field.name === name);
  const [code, name] = [place('unit_credit_code'), place('unit_name')];
  const at = (index: number): UnitSlip | null => {
    const enterprise = unit(index);
    if (!enterprise || table.protect?.(index)) return null;
    return slipOf(draw.at(KIND.unitSlip, salt * 20_000_000 + index), enterprise, enterprise.name);
  };
  return {
    ...table,
    row(index, asOf) {
      const clean = table.row(index, asOf);
      const slip = clean && at(index);
      if (!slip) return clean;
      return clean.map((value, i) => (i === code ? slip.code : i === name ? slip.name : value));
    },
    protect: (index) => (table.protect?.(index) ?? false) || at(index) !== null,
    misnamed(index): Misnamed[] {
      const slip = at(index);
      const enterprise = unit(index);
      if (!slip || !enterprise || slip.rule === '') return [];
      return [{ field: code, clean: enterprise.creditCode, family: slip.family, rule: slip.rule }];
    },
    meant(index): Meant[] {
      const enterprise = unit(index);
      if (!enterprise) return [];
      return [
        {
          ...{ field: 'unit_credit_code', entity: enterprise.creditCode },
          ...{ household: '', dwelling: '', slip: at(index)?.kind ?? '' },
        },
      ];
    },
  };
}
