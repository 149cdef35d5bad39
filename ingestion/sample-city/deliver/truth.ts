/** What must come out of every file, written beside the files. Nothing of the pipeline may read it; tests and benchmarks do. */
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export interface Account {
  landed: number;
  loaded: number;
  quarantined: number;
  deduplicated: number;
  /** Rows of a full data set that are no longer delivered. */
  deleted: number;
}
export interface FileAccount extends Account {
  dataset: string;
  file: string;
}

/** A line of `rows.jsonl`. `row` counts the file's data rows from 1. */
export interface RowTruth {
  dataset: string;
  file: string;
  row: number;
  effect: 'cleaned' | 'mark' | 'quarantine' | 'repeat';
  /** `synonym`, `wrong_checksum`, `exact_repeat`, … */
  family: string;
  /** Standard name of the field; `*` for a check over several, '' where the whole row is meant. */
  field: string;
  rule: string;
  /** The value as it should have been. */
  clean: string;
}

/** What a row has wrong of who it is about, in every delivery alike. */
export interface Misnamed {
  /** Place of the field. */
  field: number;
  clean: string;
  /** Family and rule of a number whose check fails; '' where no check can tell. */
  family: string;
  rule: string;
}
/** Whom or which enterprise a row means, whatever it says: the right identity number or credit code. */
export interface Meant {
  /** Standard name of the field with the number. */
  field: string;
  entity: string;
  household: string;
  dwelling: string;
  /** What went wrong with it: `mistyped number, new phone`; '' where nothing did. */
  slip: string;
}

class Lines {
  private readonly fd: number;
  private waiting: string[] = [];

  constructor(path: string) {
    this.fd = openSync(path, 'w');
  }
  write(line: string): void {
    if (this.waiting.push(line) >= 4096) this.flush();
  }
  close(): void {
    this.flush();
    closeSync(this.fd);
  }
  private flush(): void {
    if (this.waiting.length > 0) writeSync(this.fd, `${this.waiting.join('\n')}\n`);
    this.waiting = [];
  }
}

const csv = (values: readonly string[]): string =>
  values.map((v) => (/[",\n]/.test(v) ? `"${v.replaceAll('"', '""')}"` : v)).join(',');

export class Truth {
  private readonly rows: Lines;
  private readonly people: Lines;
  private readonly identities: Lines;
  private readonly accounts: FileAccount[] = [];
  private readonly sums = new Map<string, Record<string, bigint>>();

  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
    this.rows = new Lines(join(folder, 'rows.jsonl'));
    this.people = new Lines(join(folder, 'people.csv'));
    this.identities = new Lines(join(folder, 'identities.csv'));
    this.identities.write('source_dataset,field,row_key,entity,household,dwelling,slip');
    this.people.write('id_number,dataset,field,written_id_number,written_name');
  }

  row(truth: RowTruth): void {
    this.rows.write(JSON.stringify(truth));
  }
  person(idNumber: string, dataset: string, field: string, writtenId: string, writtenName: string): void {
    this.people.write(csv([idNumber, dataset, field, writtenId, writtenName]));
  }
  /** Data set, field and key of a row whose desk may have slipped; whom it means, household, dwelling, the slip. */
  identity(values: readonly string[]): void {
    this.identities.write(csv(values));
  }
  account(account: FileAccount): void {
    this.accounts.push(account);
  }
  /** Adds fen to the sum of a money field over loaded rows. */
  sum(dataset: string, field: string, fen: bigint): void {
    const sums = this.sums.get(dataset) ?? {};
    sums[field] = (sums[field] ?? 0n) + fen;
    this.sums.set(dataset, sums);
  }

  table(name: string, columns: readonly string[], rows: Iterable<readonly string[]>): void {
    const lines = new Lines(join(this.folder, name));
    lines.write(columns.join(','));
    for (const row of rows) lines.write(csv(row));
    lines.close();
  }
  json(name: string, value: unknown): void {
    writeFileSync(join(this.folder, name), `${JSON.stringify(value, null, 2)}\n`);
  }

  close(): void {
    this.rows.close();
    this.people.close();
    this.identities.close();
    const datasets = new Map<
      string,
      Account & { dataset: string; sums: Record<string, string>; files: FileAccount[] }
    >();
    for (const account of this.accounts) {
      const { dataset } = account;
      const sums = Object.fromEntries(
        Object.entries(this.sums.get(dataset) ?? {}).map(([k, fen]) => [k, (Number(fen) / 100).toFixed(2)]),
      );
      const total = datasets.get(dataset) ?? {
        dataset,
        landed: 0,
        loaded: 0,
        quarantined: 0,
        deduplicated: 0,
        deleted: 0,
        sums,
        files: [],
      };
      for (const part of ['landed', 'loaded', 'quarantined', 'deduplicated', 'deleted'] as const)
        total[part] += account[part];
      total.files.push(account);
      datasets.set(dataset, total);
    }
    this.json('accounts.json', { datasets: [...datasets.values()] });
  }
}
