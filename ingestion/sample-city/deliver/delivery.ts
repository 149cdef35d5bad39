/** One delivery file being written, with its dirt, its account and its truth. */
import { copyFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { codeListNamed, isCodeListName } from '../../../domain/codes/index.ts';
import { type Dataset, datasetId } from '../../contract.ts';
import { compactDay } from '../calendar.ts';
import type { CityFile } from '../options.ts';
import { mix } from '../random.ts';
import { Dirt, DIRTY_ROWS, type Plan } from './dirt.ts';
import { EXTENSIONS, openSink, type Sink } from './sinks.ts';
import { asSent, saysWho } from './as-sent.ts';
import type { FileAccount, Meant, Misnamed, RowTruth, Truth } from './truth.ts';

/** How a row compares with the state before: `same` rows of later deliveries count as deduplicated. */
export type Novelty = 'new' | 'changed' | 'same';

/** Words agencies prefer to the list's own. */
const PREFERRED: Record<string, Record<string, string>> = {
  sex: { '1': '男', '2': '女' },
  division_level: { city: '市', district: '区县', street: '街道', community: '社区' },
};

/** Where deliveries go and where the truth is kept. */
export interface Outbox {
  inbox: string;
  seed: number;
  truth: Truth;
  files: CityFile[];
}

/** What all files of a data set share. */
export class DatasetDesk {
  readonly id: string;
  readonly dirt: Dirt;
  readonly salt: number;
  hasDelivered = false;
  private readonly words: (Map<string, string> | null)[];
  private readonly persons: { id: number; name: number }[];
  private readonly moneyFields: number[];

  readonly dataset: Dataset;

  constructor(
    contract: Dataset,
    readonly outbox: Outbox,
    readonly dirtyRows: number = DIRTY_ROWS,
  ) {
    const dataset = asSent(contract);
    this.dataset = dataset;
    this.id = datasetId(dataset);
    this.dirt = new Dirt(dataset, outbox.seed);
    this.salt = [...this.id].reduce((h, c) => Math.imul(h, 31) + c.charCodeAt(0), 7);
    this.words = dataset.fields.map(({ codes }) => {
      if (!codes || !isCodeListName(codes)) return null;
      return new Map(codeListNamed(codes).entries.map((e) => [e.code, PREFERRED[codes]?.[e.code] ?? e.zh]));
    });
    const names = dataset.fields.flatMap((f, i) => (f.element === 'person_name' ? [i] : []));
    this.persons = dataset.fields.flatMap((f, i) =>
      saysWho(f)
        ? [
            {
              id: i,
              name: names.reduce(
                (best, n) => (Math.abs(n - i) < Math.abs(best - i) ? n : best),
                names[0] ?? -1,
              ),
            },
          ]
        : [],
    );
    this.moneyFields =
      dataset.load.strategy === 'append'
        ? dataset.fields.flatMap((f, i) => (f.element === 'money' ? [i] : []))
        : [];
  }

  hash = (index: number): number => mix(this.outbox.seed, this.salt, index);

  /** Codes become the words agencies write; the array is changed in place. */
  spell(values: string[]): string[] {
    this.words.forEach((words, i) => {
      const code = values[i];
      if (!words || !code) return;
      const word = words.get(code);
      if (word === undefined)
        throw new RangeError(`${this.id}: ${code} is no code of ${this.dataset.fields[i]?.codes}`);
      values[i] = word;
    });
    return values;
  }

  /** The dirt of the row in its first form; null for the clean 98.5 %. The values are only asked for when needed. */
  planOf(values: () => readonly string[], hash: number): Plan | null {
    return Dirt.chosen(hash, this.dirtyRows) ? this.dirt.plan(values(), hash) : null;
  }

  open(day: number, part = ''): DeliveryFile {
    return new DeliveryFile(this, compactDay(day) + part);
  }

  /** The same file once more, under the next name: all its rows count as deduplicated. */
  resend(file: CityFile | null, day: number, part: string): void {
    if (!file) return;
    const name = this.fileName(compactDay(day) + part);
    const path = join(this.folder(), name);
    copyFileSync(file.path, `${path}.part`);
    renameSync(`${path}.part`, path);
    this.outbox.files.push({ path, dataset: this.id, rows: file.rows, bytes: statSync(path).size });
    this.outbox.truth.account({
      dataset: this.id,
      file: name,
      landed: file.rows,
      loaded: 0,
      quarantined: 0,
      deduplicated: file.rows,
      deleted: 0,
    });
  }

  folder = (): string => join(this.outbox.inbox, this.dataset.source, this.dataset.dataset);
  fileName = (stamp: string): string =>
    `${this.dataset.dataset}_${stamp}.${EXTENSIONS[this.dataset.delivery.shape]}`;

  rememberPersons(clean: readonly string[], written: readonly string[]): void {
    // Bills and contributions name the same people every month: there only a new way of writing them tells anything.
    if (this.dataset.load.strategy === 'append' && this.persons.every(({ id }) => clean[id] === written[id]))
      return;
    for (const { id, name } of this.persons) {
      if (clean[id])
        this.outbox.truth.person(
          clean[id],
          this.id,
          this.dataset.fields[id]?.name ?? '',
          written[id] ?? '',
          written[name] ?? '',
        );
    }
  }
  /** Whom a row means, by its key. */
  tellMeant(values: readonly string[], meant: readonly Meant[]): void {
    const key = this.dataset.key
      .map((name) => values[this.dataset.fields.findIndex((field) => field.name === name)] ?? '')
      .join('|');
    for (const { field, entity, household, dwelling, slip } of meant)
      this.outbox.truth.identity([this.id, field, key, entity, household, dwelling, slip]);
  }
  addSums(clean: readonly string[]): void {
    for (const i of this.moneyFields) {
      const text = clean[i] ?? '';
      if (text !== '')
        this.outbox.truth.sum(
          this.id,
          this.dataset.fields[i]?.name ?? '',
          BigInt(Math.round(Number(text) * 100)),
        );
    }
  }
}

export class DeliveryFile {
  readonly name: string;
  private readonly path: string;
  private readonly sink: Sink;
  private readonly account: FileAccount;
  private notes: RowTruth[] = [];
  private hasNews = false;

  constructor(
    private readonly desk: DatasetDesk,
    stamp: string,
  ) {
    this.name = desk.fileName(stamp);
    this.path = join(desk.folder(), this.name);
    this.sink = openSink(this.path, desk.dataset);
    this.account = {
      dataset: desk.id,
      file: this.name,
      landed: 0,
      loaded: 0,
      quarantined: 0,
      deduplicated: 0,
      deleted: 0,
    };
  }

  get rows(): number {
    return this.account.landed;
  }

  /** A row with `plan`'s dirt on it (null = clean). Values are words, not codes. */
  row(
    values: readonly string[],
    novelty: Novelty,
    plan: Plan | null,
    misnamed: readonly Misnamed[] = [],
  ): void {
    const { desk, sink, account } = this;
    const written =
      plan?.what === 'value' ? values.map((v, i) => (i === plan.field ? plan.value : v)) : values;
    account.landed++;
    this.hasNews ||= novelty !== 'same';
    if (plan?.what === 'broken' && sink.brokenRow) {
      sink.brokenRow(values);
      account.quarantined++;
      this.note(
        plan.what,
        'quarantine',
        -1,
        desk.dataset.delivery.shape === 'csv' ? 'column_count' : 'bad_json',
        '',
      );
      return;
    }
    sink.row(written);
    if (plan?.what === 'value')
      this.note(plan.family, plan.effect, plan.field, plan.rule, values[plan.field] ?? '');
    for (const { field, family, rule, clean } of misnamed)
      if (rule !== '') this.note(family, 'mark', field, rule, clean);
    if (novelty !== 'same') {
      const right = new Map(misnamed.map(({ field, clean }) => [field, clean]));
      const meant = right.size === 0 ? values : values.map((value, i) => right.get(i) ?? value);
      desk.rememberPersons(meant, written);
    }
    if (plan?.what === 'value' && plan.effect === 'quarantine') {
      account.quarantined++;
      return;
    }
    if (novelty === 'same') {
      account.deduplicated++;
      if (desk.dataset.load.strategy === 'append') this.note('overlap', 'repeat', -1, '', '');
    } else {
      account.loaded++;
      desk.addSums(values);
    }
    if (plan?.what === 'repeat') {
      sink.row(written);
      account.landed++;
      account.deduplicated++;
      this.note('exact_repeat', 'repeat', -1, '', '');
    }
    if (plan?.what === 'second_of_key') {
      sink.row(values.map((v, i) => (i === plan.field ? plan.value : v)));
      account.landed++;
      account.quarantined++;
      this.note('second_of_key', 'quarantine', -1, 'duplicate_key', '');
    }
  }

  /** A clean new row of CSV, already joined. */
  line(text: string): void {
    if (!this.sink.line) throw new TypeError(`${this.desk.id} is not CSV`);
    this.sink.line(text);
    this.account.landed++;
    this.account.loaded++;
  }
  /** A clean row of CSV that came before. */
  repeatedLine(text: string): void {
    this.line(text);
    this.account.loaded--;
    this.account.deduplicated++;
    this.note('overlap', 'repeat', -1, '', '');
  }
  deleted(): void {
    this.account.deleted++;
    this.hasNews = true;
  }

  drained = (): Promise<void> => this.sink.drained();

  /** Null when there was nothing to send: agencies skip the delivery then, except the first. */
  async close(): Promise<CityFile | null> {
    const bytes = await this.sink.close();
    if (this.account.landed === 0 && this.desk.hasDelivered) {
      rmSync(this.path);
      return null;
    }
    // A full table in which nothing happened is the same file as before, and counts as sent twice.
    if (!this.hasNews && this.desk.hasDelivered && this.desk.dataset.load.strategy === 'full') {
      Object.assign(this.account, { loaded: 0, quarantined: 0, deduplicated: this.account.landed });
      this.notes = [];
    }
    this.desk.hasDelivered = true;
    for (const note of this.notes) this.desk.outbox.truth.row(note);
    const file = { path: this.path, dataset: this.desk.id, rows: this.account.landed, bytes };
    this.desk.outbox.files.push(file);
    this.desk.outbox.truth.account(this.account);
    return file;
  }

  private note(
    family: string,
    effect: 'cleaned' | 'mark' | 'quarantine' | 'repeat',
    field: number,
    rule: string,
    clean: string,
  ): void {
    const { id, dataset } = this.desk;
    this.notes.push({
      dataset: id,
      file: this.name,
      row: this.account.landed,
      effect,
      family,
      // A contradiction is between fields: none of them is to blame.
      field: family === 'contradiction' ? '*' : (dataset.fields[field]?.name ?? ''),
      rule,
      clean,
    });
  }
}
