import type { WordedRule } from '../quarantine/rules-zh.ts';
import type { Dataset } from '../contract.ts';
import { namedPolicy } from '../drift/policy.ts';
import { extraColumnNotes, missingColumn, sentName } from './header.ts';
import { headerName } from './header-name.ts';
import { LIMITS, type ReadResult, type ReadTarget } from './reader.ts';
import { TableWriter } from './table-writer.ts';

/** Names the contract does not have that are told of a file, besides those its drift policies name. */
const MOST_EXTRA = 20;

/** Rows of shapes whose values carry their names (XML, JSON): there is no header to check before the last record is seen. */
export class NamedRows {
  readonly #dataset: Dataset;
  readonly #writer: TableWriter;
  readonly #positions: Map<string, number>;
  readonly #seen: boolean[];
  readonly #extra = new Set<string>();
  #rowNo = 0;
  #read = 0;

  private constructor(dataset: Dataset, writer: TableWriter) {
    this.#dataset = dataset;
    this.#writer = writer;
    this.#positions = new Map(dataset.fields.map((field, position) => [sentName(field), position]));
    this.#seen = dataset.fields.map(() => false);
  }
  static async create(dataset: Dataset, target: ReadTarget): Promise<NamedRows> {
    return new NamedRows(
      dataset,
      await TableWriter.create(
        target,
        dataset.fields.map((field) => field.source),
      ),
    );
  }

  record(names: string[], values: string[], text: () => string): void {
    const cells = this.#dataset.fields.map(() => '');
    const taken = new Set<number>();
    for (const [i, value] of values.entries()) {
      const name = headerName(names[i] ?? '');
      const position = this.#positions.get(name);
      if (position === undefined) {
        if (this.#extra.size < MOST_EXTRA || this.#isNamed(name)) this.#extra.add(name);
        continue;
      }
      if (taken.has(position)) return this.broken('duplicate_field', 'The record has a field twice.', text());
      if (value.length > LIMITS.line) {
        return this.broken('cell_too_long', `A value is longer than ${LIMITS.line} characters.`, text());
      }
      taken.add(position);
      cells[position] = value;
      this.#seen[position] = true;
    }
    this.#rowNo += 1;
    this.#read += 1;
    this.#writer.row(this.#rowNo, cells);
  }
  broken(rule: WordedRule, message: string, text: string): void {
    this.#rowNo += 1;
    this.#writer.unreadable(this.#rowNo, rule, message, text);
  }

  #isNamed = (name: string): boolean => namedPolicy(this.#dataset.drift, name) !== undefined;

  drain = (): Promise<void> => this.#writer.drain();
  abandon = (): Promise<void> => this.#writer.abandon();

  /** @throws AppError `refused_delivery`, rule `missing_column`, when no record at all has a field the contract asks for */
  async finish(notes: string[]): Promise<ReadResult> {
    const { fields } = this.#dataset;
    const isAnySeen = this.#seen.includes(true);
    const absent =
      this.#read > 0
        ? fields.find((field, i) => !(field.optionalColumn && isAnySeen) && !this.#seen[i])
        : undefined;
    if (absent) {
      await this.abandon();
      throw missingColumn(sentName(absent), this.#dataset);
    }
    // Names that begin with _ are a connector's own (`_message_id`): no drift of the source.
    const extra = [...this.#extra].filter((name) => !name.startsWith('_'));
    const read = await this.#writer.finish(
      fields.map((field) => field.source),
      [...notes, ...extraColumnNotes(extra)],
    );
    return { ...read, extra };
  }
}
