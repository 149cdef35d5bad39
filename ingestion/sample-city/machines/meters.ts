/** 水表, 电表, 燃气表: a reading a meter and day, moving as people live there. */
import { utilitiesElectricityReading } from '../../contracts/utilities/electricity-reading.ts';
import { utilitiesGasReading } from '../../contracts/utilities/gas-reading.ts';
import { utilitiesWaterReading } from '../../contracts/utilities/water-reading.ts';
import type { Dataset } from '../../contract.ts';
import { dayText, firstDayOf, monthOf } from '../calendar.ts';
import { DatasetDesk, type DeliveryFile, type Outbox } from '../deliver/delivery.ts';
import { Dirt, DIRTY_MACHINE_ROWS } from '../deliver/dirt.ts';
import { Draw, KIND, type Kind, mix } from '../random.ts';
import type { World } from '../world/index.ts';
import { meterNo } from '../world/housing.ts';
import { yuan } from '../world/numbers.ts';
import { periodsOf } from './periods.ts';
import { isAway, presenceOn } from './presence.ts';

interface MeterKind {
  dataset: Dataset;
  letter: 'W' | 'E' | 'G';
  kind: Kind;
  /** Hundredths of a unit a day: for the dwelling, for each head, and at most when nobody is there. */
  base: number;
  perHead: number;
  idle: number;
  /** Fen for a hundred units. */
  price: number;
  /** Factor of the month, January first, in hundredths. */
  season: readonly number[];
  /** Hundredths at which the counter begins again. */
  capacity: number;
}

const WATER: MeterKind = {
  dataset: utilitiesWaterReading,
  letter: 'W',
  kind: KIND.water,
  base: 2,
  perHead: 11,
  idle: 0,
  price: 28_800,
  season: [90, 90, 93, 97, 103, 110, 120, 120, 108, 100, 95, 90],
  capacity: 9_999_900,
};
const ELECTRICITY: MeterKind = {
  dataset: utilitiesElectricityReading,
  letter: 'E',
  kind: KIND.electricity,
  base: 150,
  perHead: 130,
  idle: 6,
  price: 58_800,
  season: [135, 130, 95, 80, 80, 105, 170, 175, 115, 80, 85, 120],
  capacity: 99_999_900,
};
const GAS: MeterKind = {
  dataset: utilitiesGasReading,
  letter: 'G',
  kind: KIND.gas,
  base: 8,
  perHead: 9,
  idle: 0,
  price: 26_300,
  season: [150, 145, 115, 95, 85, 75, 70, 70, 80, 95, 115, 140],
  capacity: 9_999_900,
};
const METERS = [WATER, ELECTRICITY, GAS];

export interface MeterFault {
  meterNo: string;
  dwelling: number;
  fault: 'stuck' | 'roll_over';
  since: number;
}

const STUCK_ONE_IN = 350;
const ROLL_OVER_ONE_IN = 450;
/** Days of a month that a few meters deliver late, and every how-many-th meter does. */
const LATE_DAYS = [10, 14] as const;
const LATE_ONE_METER_IN = 97;
const LATE_BY_DAYS = 14;
const NEVER_STUCK = 1 << 30;

/** Writes all readings of the three utilities; returns the meters that do not tell the truth. */
export async function deliverMeters(
  outbox: Outbox,
  world: World,
  onDone: (dataset: string) => void,
): Promise<MeterFault[]> {
  const faults: MeterFault[] = [];
  for (const meter of METERS) {
    const run = new MeterRun(outbox, world, meter);
    await run.deliver();
    faults.push(...run.faults);
    onDone(run.desk.id);
  }
  return faults;
}

class MeterRun {
  readonly desk: DatasetDesk;
  readonly faults: MeterFault[] = [];
  /** Hundredths, by dwelling: the only thing kept from day to day. */
  private readonly readings: Float64Array;
  private readonly stuckSince: Int32Array;
  private readonly numbers: string[];
  private readonly draw: Draw;
  private readonly lateMonth: number;
  private owed: { line: string; sent: boolean }[] = [];
  /** Fen of the clean rows; the dirty ones are added by the desk. */
  private fees = 0;

  constructor(
    outbox: Outbox,
    private readonly world: World,
    private readonly meter: MeterKind,
  ) {
    this.desk = new DatasetDesk(meter.dataset, outbox, DIRTY_MACHINE_ROWS);
    this.draw = new Draw(world.size.seed);
    const count = world.dwellings.length;
    this.numbers = world.dwellings.map((d) => meterNo(meter.letter, d.index));
    this.readings = new Float64Array(count);
    this.stuckSince = new Int32Array(count).fill(NEVER_STUCK);
    this.lateMonth = monthOf(world.size.lastDay) - 1;
    for (let d = 0; d < count; d++) this.install(d);
  }

  async deliver(): Promise<void> {
    const { size } = this.world;
    const periods = periodsOf(size.firstDay, size.lastDay);
    for (const [p, { from, to }] of periods.entries()) {
      const file = this.desk.open(to);
      for (let d = 0; d < this.readings.length; d++)
        for (let day = from; day <= to; day++) this.read(file, d, day);
      const sent = await file.close();
      // One utility's gateway repeats itself.
      if (this.meter.letter === 'E' && p === periods.length - 3) this.desk.resend(sent, to, '_2');
      if (this.owed.length > 0 && to + 1 >= firstDayOf(this.lateMonth + 1)) await this.deliverLate();
    }
    this.desk.outbox.truth.sum(this.desk.id, 'fee', BigInt(this.fees));
  }

  /** First reading, and whether the counter will stick or run over. */
  private install(d: number): void {
    const { meter, world } = this;
    const { size } = world;
    const draw = this.draw.at(KIND.meter, d * 4 + METERS.indexOf(meter));
    this.readings[d] = draw.between(1000, meter.letter === 'E' ? 3_000_000 : 150_000);
    if (
      world.byDwelling.has(d) ||
      !world.leases.byDwelling[d]?.some((s) => s.movedIn < size.lastDay - 200 && s.movedOut > size.lastDay)
    )
      return;
    const days = size.lastDay - size.firstDay;
    if (draw.int(STUCK_ONE_IN) === 0) {
      const since = size.lastDay - draw.between(Math.min(30, days), Math.min(150, days));
      this.stuckSince[d] = since;
      this.fault(d, 'stuck', since);
    } else if (draw.int(ROLL_OVER_ONE_IN) === 0) {
      this.readings[d] =
        meter.capacity - draw.between(1, (meter.base + meter.perHead) * Math.max(1, Math.floor(days / 4)));
    }
  }

  private fault(dwelling: number, fault: MeterFault['fault'], since: number): void {
    this.faults.push({ meterNo: this.numbers[dwelling] ?? '', dwelling, fault, since });
  }

  private usage(d: number, day: number, month: number): number {
    const { meter, world, draw } = this;
    const { people } = presenceOn(world, d, day);
    draw.at(meter.kind, d * 8192 + (day & 8191));
    if (people === 0 || isAway(world, d, day)) return draw.int(meter.idle + 1);
    const habit = 75 + (mix(world.size.seed, meter.kind, d) % 50);
    const chance = 70 + draw.int(60);
    return Math.round(
      ((meter.base + meter.perHead * people) * (meter.season[month % 12] ?? 100) * habit * chance) /
        1_000_000,
    );
  }

  private read(file: DeliveryFile, d: number, day: number): void {
    const { meter, draw } = this;
    const month = monthOf(day);
    const stuck = day >= (this.stuckSince[d] ?? NEVER_STUCK);
    const usage = stuck ? 0 : this.usage(d, day, month);
    let reading = (this.readings[d] ?? 0) + usage;
    if (reading >= meter.capacity) {
      reading -= meter.capacity;
      this.fault(d, 'roll_over', day);
    }
    this.readings[d] = reading;
    const date = dayText(day);
    const number = this.numbers[d] ?? '';
    const fee = Math.round((usage * meter.price) / 100_000);
    if (
      month === this.lateMonth &&
      d % LATE_ONE_METER_IN === 5 &&
      this.isLate(file, `${number},${date},${yuan(reading)},${yuan(usage)},${yuan(fee)}`, date)
    ) {
      this.fees += fee;
      return;
    }
    if (!stuck && Dirt.chosen(draw.next(), DIRTY_MACHINE_ROWS) && !this.world.byDwelling.has(d)) {
      const values = [number, date, yuan(reading), yuan(usage), yuan(fee)];
      file.row(values, 'new', this.desk.dirt.plan(values, draw.next()));
      return;
    }
    this.fees += fee;
    file.line(`${number},${date},${yuan(reading)},${yuan(usage)},${yuan(fee)}`);
  }

  /** Keeps back the late days; the days around them go out now and come along once more. True when the line is dealt with. */
  private isLate(file: DeliveryFile, line: string, date: string): boolean {
    const day = Number(date.slice(8));
    const [from, to] = LATE_DAYS;
    if (day < from - 1 || day > to + 1) return false;
    const sent = day < from || day > to;
    this.owed.push({ line, sent });
    if (sent) file.line(line);
    return true;
  }

  private async deliverLate(): Promise<void> {
    const file = this.desk.open(firstDayOf(this.lateMonth + 1) + LATE_BY_DAYS);
    for (const { line, sent } of this.owed) {
      if (sent) file.repeatedLine(line);
      else file.line(line);
    }
    this.owed = [];
    await file.close();
  }
}
