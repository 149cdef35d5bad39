/** A table with the slips of its desk in it, and whom each of its rows means. */
import type { Table } from '../deliver/tables.ts';
import type { Meant, Misnamed } from '../deliver/truth.ts';
import { Slips, type SlipsOf } from '../world/slips.ts';
import type { World } from '../world/index.ts';

/** The fields of a row that name one person. */
export interface MentionFields {
  number: string;
  name: string;
  phone?: string;
}
/** Whom a row means; others are those whose number may stand there by mistake. */
export interface RowSubject {
  person: number;
  others?: readonly number[];
  household?: number;
  houseCode?: string;
}

/** @param subject whom the row of an index means; undefined where there is no such row */
export function withSlips(
  world: World,
  table: Table,
  { salt, mayMiss, ...fields }: SlipsOf & MentionFields,
  subject: (index: number) => RowSubject | undefined,
): Table {
  const slips = new Slips(world.size.seed, world.people);
  const place = (name: string | undefined): number =>
    table.dataset.fields.findIndex((field) => field.name === name);
  const [number, name, phone] = [place(fields.number), place(fields.name), place(fields.phone)];
  const asOf = world.size.lastDay;
  const slipOf = (index: number, values: readonly string[]) => {
    const about = subject(index);
    if (!about || table.protect?.(index)) return null;
    const mention = {
      number: values[number] ?? '',
      name: values[name] ?? '',
      phone: phone < 0 ? '' : (values[phone] ?? ''),
    };
    return slips.at({ salt, mayMiss }, index, mention, { others: [], ...about, asOf });
  };
  // The number never changes, so that the row of the last day tells of every day.
  const slipOn = (index: number) => {
    const clean = table.row(index, asOf);
    return { clean, slip: clean && slipOf(index, clean) };
  };
  return {
    ...table,
    row(index, on) {
      const clean = table.row(index, on);
      const slip = clean && slipOf(index, clean);
      if (!slip) return clean;
      return clean.map((value, i) =>
        i === number ? slip.number : i === name ? slip.name : i === phone ? slip.phone : value,
      );
    },
    protect: (index) => (table.protect?.(index) ?? false) || slipOn(index).slip !== null,
    misnamed(index): Misnamed[] {
      const { clean, slip } = slipOn(index);
      if (!clean || !slip) return table.misnamed?.(index) ?? [];
      return [
        ...(table.misnamed?.(index) ?? []),
        ...(slip.number === clean[number]
          ? []
          : [
              {
                field: number,
                clean: clean[number] ?? '',
                family: slip.family,
                rule: slip.family === '' ? '' : 'checksum',
              },
            ]),
        ...(slip.name === clean[name]
          ? []
          : [{ field: name, clean: clean[name] ?? '', family: '', rule: '' }]),
      ];
    },
    meant(index): Meant[] {
      const about = subject(index);
      const before = table.meant?.(index) ?? [];
      if (!about) return before;
      const one: Meant = {
        field: fields.number,
        entity: world.people.idNumber(about.person),
        household: about.household === undefined ? '' : String(about.household),
        dwelling: about.houseCode ?? '',
        slip: slipOn(index).slip?.kind ?? '',
      };
      return [...before, one];
    },
  };
}
