/** 门禁开门记录: people go out in the morning and come home at night, each with a card. */
import { accessControlDoorEvent } from '../../contracts/access-control/door-event.ts';
import { compactDay, instantText, NEVER } from '../calendar.ts';
import { DatasetDesk, type DeliveryFile, type Outbox } from '../deliver/delivery.ts';
import { Dirt, DIRTY_MACHINE_ROWS } from '../deliver/dirt.ts';
import { Draw, KIND } from '../random.ts';
import { houseCode } from '../world/housing.ts';
import type { World } from '../world/index.ts';
import { pad } from '../world/numbers.ts';
import { periodsOf } from './periods.ts';
import { isAway, type Presence, presenceOn } from './presence.ts';

const DAY_BEGINS = 6 * 3600;
const DAY_LASTS = 17 * 3600;
/** Of a thousand openings at a home lived in as agreed, how many are visitors'. */
const VISITORS = 12;
/** Of a thousand openings at a sublet home, how many are still the tenant's own. */
const TENANT_SEEN = 20;
/** Of a thousand days of an empty dwelling, how many see the caretaker. */
const INSPECTIONS = 4;
/** Children get a card when they go to school alone. */
const CARD_AGE_DAYS = 2500;

export const cardNo = (person: number): string => `K${pad(person + 1, 8)}`;

export async function deliverDoors(outbox: Outbox, world: World): Promise<void> {
  const run = new DoorRun(outbox, world);
  for (const { from, to } of periodsOf(world.size.firstDay, world.size.lastDay)) {
    const file = run.desk.open(to);
    for (let d = 0; d < world.dwellings.length; d++)
      for (let day = from; day <= to; day++) run.day(file, d, day);
    await file.close();
  }
}

class DoorRun {
  readonly desk: DatasetDesk;
  private readonly draw: Draw;
  private readonly places: { device: string; house: string }[];

  constructor(
    outbox: Outbox,
    private readonly world: World,
  ) {
    this.desk = new DatasetDesk(accessControlDoorEvent, outbox, DIRTY_MACHINE_ROWS);
    this.draw = new Draw(world.size.seed);
    this.places = world.dwellings.map((d) => ({ device: `MS99${pad(d.index + 1, 8)}`, house: houseCode(d) }));
  }

  /** All openings of one dwelling's door on one day, in the order of time. */
  day(file: DeliveryFile, d: number, day: number): void {
    const { world } = this;
    const presence = presenceOn(world, d, day);
    const draw = this.draw.at(KIND.door, d * 8192 + (day & 8191));
    if (presence.people === 0) {
      // Nobody lives there. In a dwelling that is let, not even the caretaker enters.
      if (!presence.stay && draw.int(1000) < INSPECTIONS)
        this.events(file, d, day, 2, () => ['G00000001', '钥匙', '是']);
      return;
    }
    if (isAway(world, d, day)) return;
    const cards =
      presence.stay?.household.members.filter(
        ({ person }) =>
          day - world.people.birth(person) > CARD_AGE_DAYS && day < (world.deaths.get(person) ?? NEVER),
      ) ?? [];
    const count = presence.people + draw.int(4);
    this.events(file, d, day, count, (k) => this.who(d, presence, cards, k));
  }

  private who(
    d: number,
    presence: Presence,
    members: { person: number }[],
    k: number,
  ): [card: string, method: string, registered: string] {
    const { draw } = this;
    const turn = draw.int(1000);
    if (presence.sublet && turn >= TENANT_SEEN)
      return [`L${pad(d + 1, 6)}${(k % 3) + 1}`, k % 2 ? '密码' : '刷卡', '否'];
    if (!presence.sublet && turn < VISITORS) return ['', '对讲', '否'];
    const member = members[k % Math.max(1, members.length)];
    return [member ? cardNo(member.person) : '', turn % 5 === 0 ? '人脸' : '刷卡', '是'];
  }

  private events(
    file: DeliveryFile,
    d: number,
    day: number,
    count: number,
    who: (k: number) => [string, string, string],
  ): void {
    const { draw } = this;
    const place = this.places[d];
    if (!place) return;
    const number = `E${compactDay(day)}${pad(d + 1, 6)}`;
    for (let k = 0; k < count; k++) {
      // Evenly over the waking day, each somewhere in its own part of it.
      const seconds = DAY_BEGINS + Math.floor((DAY_LASTS * (k + draw.unit())) / count);
      const direction = k < count / 2 ? '出' : '进';
      const [card, method, registered] = who(k);
      const event = number + pad(k + 1, 2);
      const time = instantText(day, seconds);
      if (Dirt.chosen(draw.next(), DIRTY_MACHINE_ROWS) && !this.world.byDwelling.has(d)) {
        const values = [event, place.device, place.house, card, time, direction, method, registered];
        file.row(values, 'new', this.desk.dirt.plan(values, draw.next()));
      } else {
        file.line(
          `${event},${place.device},${place.house},${card},${time},${direction},${method},${registered}`,
        );
      }
    }
  }
}
