/** Header information (包头信息, A0-2): first lines that say what follows, known by their labels. */
import type { Head } from '../contract.ts';

export interface FoundHead {
  lines: number;
  delimiter: string;
  /** Labels as they stand in the file. */
  labels: Partial<Record<'rows' | 'sender' | 'sequence' | 'from' | 'to', string>>;
  /** Labels of control totals; the first word names the column. */
  totals: { label: string; of: string }[];
  /** The text below. */
  behind: string;
}

const MOST_LINES = 10;
const BETWEEN_CELLS = ['|', '\t', ';', ',', ' '];
const LABELS = {
  rows: /^(?:总|数据)?(?:记录(?:总)?数|条数|行数|笔数|row ?count|rows|records|total ?rows)$/i,
  sender: /^(?:报送单位|发送单位|报送机构|来源单位|数据来源|sender)$/i,
  sequence: /^(?:批次号|批次|文件序号|报送序号|sequence|batch ?no)$/i,
  from: /^(?:起始|开始|数据起始)(?:日期|时间)$/,
  to: /^(?:截止|结束|数据截止)(?:日期|时间)$/,
} as const;
const TOTAL = /^(\S+?) ?(?:合计|总计|总额|total)$/i;

/** null when the first line has no label known. A label stands before `:`, `：` or `=`, or in the cell before its value. */
export function sniffHead(text: string): FoundHead | null {
  const lines = text.split(/\r\n|\r|\n/, MOST_LINES + 1);
  const tried = BETWEEN_CELLS.map((delimiter) => readLines(lines, delimiter));
  const best = tried.reduce((a, b) => (b.known > a.known ? b : a));
  if (best.known === 0 || best.lines >= lines.length) return null;
  const { known: _, ...head } = best;
  return { ...head, behind: behindLines(text, head.lines) };
}

function readLines(lines: string[], delimiter: string): Omit<FoundHead, 'behind'> & { known: number } {
  const found = { lines: 0, delimiter, labels: {}, totals: [], known: 0 } as ReturnType<typeof readLines>;
  for (const [i, line] of lines.slice(0, MOST_LINES).entries()) {
    const isRule = /^[-=*_\s]*$/.test(line);
    const known = isRule ? 0 : readLine(line, found);
    if (known === 0 && !isRule) break;
    found.known += known;
    if (known > 0) found.lines = i + 1;
  }
  return found;
}

function readLine(line: string, found: Omit<FoundHead, 'behind'>): number {
  const cells = line.split(found.delimiter).map((cell) => cell.trim());
  let known = 0;
  for (const [i, cell] of cells.entries()) {
    const [label = '', value = cells[i + 1]] = /[:：=]/.test(cell) ? parted(cell) : [cell];
    const isNumber = /^[0-9][0-9,.]*\D{0,2}$/.test(value ?? '');
    const kind = (Object.keys(LABELS) as (keyof typeof LABELS)[]).find((each) => LABELS[each].test(label));
    if (kind && (value ?? '') !== '' && (kind !== 'rows' || isNumber)) {
      found.labels[kind] ??= label;
      known += 1;
    }
    const of = kind ? undefined : TOTAL.exec(label)?.[1];
    if (of !== undefined && isNumber) {
      found.totals.push({ label, of });
      known += 1;
    }
  }
  return known;
}

/**
 * Titles above a table as header information: whatever else stands there, what a label says is known.
 * @param found header information above the titles
 */
export function withTitles(
  found: FoundHead | null,
  titles: readonly string[],
  delimiter: string,
): FoundHead | null {
  if (titles.length === 0) return found;
  const head: FoundHead = { lines: 0, delimiter, labels: {}, totals: [], behind: '' };
  for (const title of titles) readLine(title, head);
  const { lines, labels, totals } = found ?? { lines: 0, labels: {}, totals: [] };
  return {
    ...head,
    // Cells of the lines above are cut as those are.
    delimiter: found?.delimiter ?? delimiter,
    lines: lines + titles.length,
    labels: { ...(found ? {} : head.labels), ...labels },
    totals: [...totals, ...(found ? [] : head.totals)],
  };
}

const UNIT = /单位\s*[:：]\s*((?:人民币)?\s*(?:万元|千元|元|亿元|平方米|万平方米|套|户|人))/;

/** What a person should know of the lines above a header. */
export function titleNotes(titles: readonly string[]): string[] {
  if (titles.length === 0) return [];
  const unit = UNIT.exec(titles.join('\n'))?.[1];
  return [
    `${titles.length === 1 ? 'One line stands' : `${titles.length} lines stand`} above the header: left out.`,
    ...(unit === undefined
      ? []
      : [`A line above the header says the unit is ${unit}: look whether the contract’s units say so too.`]),
  ];
}

const parted = (cell: string): [string, string] => {
  const at = cell.search(/[:：=]/);
  return [cell.slice(0, at).trim(), cell.slice(at + 1).trim()];
};

function behindLines(text: string, lines: number): string {
  let rest = text;
  for (let i = 0; i < lines; i++) rest = rest.replace(/^[^\r\n]*(?:\r\n|\r|\n)/, '');
  return rest;
}

/** `{ head }` of a contract, totals only of columns that are there. */
export function headDelivery(found: FoundHead | null, columns: readonly string[]): { head?: Head } {
  if (!found) return {};
  const { lines, delimiter, labels } = found;
  const totals = found.totals.flatMap(({ label, of }) => {
    const column = columns.find((name) => name === of) ?? columns.find((name) => name.startsWith(of));
    return column === undefined ? [] : [[column, label] as const];
  });
  return {
    head: {
      lines,
      delimiter,
      ...labels,
      ...(totals.length > 0 ? { totals: Object.fromEntries(totals) } : {}),
    },
  };
}
