/** Files in the four shapes agencies send. Rows go in as texts in the contract's order; bytes leave in large chunks. */
import { closeSync, createWriteStream, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import iconv from 'iconv-lite';
import type { Dataset } from '../../contract.ts';
import { escapeXml, XlsxWriter } from '../../writers/xlsx.ts';

export interface Sink {
  row(values: readonly string[]): void;
  /** The row so broken that no reader can take it apart; shapes without such rows do not have it. */
  brokenRow?(values: readonly string[]): void;
  /** A row of CSV as it stands, for the millions of readings. */
  line?(text: string): void;
  /** Resolves when the bytes waiting are few enough to go on. */
  drained(): Promise<void>;
  /** Bytes of the file, which from now on has its final name. */
  close(): Promise<number>;
}

const CHUNK_CHARACTERS = 1 << 19;

/** Collects text, encodes it chunk by chunk, and gives the file its name when it is whole. */
class TextFile {
  private readonly fd: number;
  private waiting: string[] = [];
  private characters = 0;

  constructor(
    private readonly path: string,
    private readonly encoding: 'gb18030' | 'utf-8',
  ) {
    mkdirSync(dirname(path), { recursive: true });
    this.fd = openSync(`${path}.part`, 'w');
  }

  write(text: string): void {
    this.waiting.push(text);
    this.characters += text.length;
    if (this.characters >= CHUNK_CHARACTERS) this.flush();
  }

  close(): number {
    this.flush();
    closeSync(this.fd);
    renameSync(`${this.path}.part`, this.path);
    return statSync(this.path).size;
  }

  private flush(): void {
    const text = this.waiting.join('');
    this.waiting = [];
    this.characters = 0;
    const bytes = this.encoding === 'gb18030' ? iconv.encode(text, 'gb18030') : Buffer.from(text, 'utf8');
    for (let written = 0; written < bytes.length;) written += writeSync(this.fd, bytes, written);
  }
}

const SPECIAL = /[",\r\n]/;
const quoted = (value: string): string => (SPECIAL.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

function csvSink(path: string, dataset: Dataset, encoding: 'gb18030' | 'utf-8' | 'utf-8-bom'): Sink {
  const file = new TextFile(path, encoding === 'gb18030' ? 'gb18030' : 'utf-8');
  // Agencies on Windows write GB18030 and CRLF.
  const end = encoding === 'utf-8' ? '\n' : '\r\n';
  file.write(
    (encoding === 'utf-8-bom' ? '\ufeff' : '') + dataset.fields.map((f) => quoted(f.source)).join(',') + end,
  );
  return {
    row: (values) => file.write(values.map(quoted).join(',') + end),
    brokenRow: (values) => file.write(values.slice(0, -1).map(quoted).join(',') + end),
    line: (text) => file.write(text + end),
    drained: async () => {},
    close: async () => file.close(),
  };
}

function jsonSink(path: string, dataset: Dataset): Sink {
  const file = new TextFile(path, 'utf-8');
  const names = dataset.fields.map((f) => f.source);
  const numeric = dataset.fields.map((f) => f.element === 'integer');
  const text = (values: readonly string[]): string => {
    const row: Record<string, string | number | null> = {};
    names.forEach((name, i) => {
      const value = values[i] ?? '';
      row[name] = value === '' ? null : numeric[i] && /^\d{1,9}$/.test(value) ? Number(value) : value;
    });
    return JSON.stringify(row);
  };
  return {
    row: (values) => file.write(`${text(values)}\n`),
    brokenRow: (values) => file.write(`${text(values).slice(0, -9)}\n`),
    drained: async () => {},
    close: async () => file.close(),
  };
}

function xmlSink(path: string, dataset: Dataset, record: string): Sink {
  const file = new TextFile(path, 'utf-8');
  file.write(`<?xml version="1.0" encoding="UTF-8"?>\n<数据>\n`);
  const names = dataset.fields.map((f) => f.source);
  return {
    row: (values) => {
      const parts = names.map((name, i) =>
        values[i] ? `<${name}>${escapeXml(values[i])}</${name}>` : `<${name}/>`,
      );
      file.write(`<${record}>${parts.join('')}</${record}>\n`);
    },
    drained: async () => {},
    close: async () => {
      file.write('</数据>\n');
      return file.close();
    },
  };
}

function xlsxSink(path: string, dataset: Dataset, sheet: string): Sink {
  mkdirSync(dirname(path), { recursive: true });
  const writer = new XlsxWriter(createWriteStream(`${path}.part`), { sheet });
  writer.row(dataset.fields.map((f) => f.source));
  return {
    row: (values) => writer.row(values),
    drained: () => writer.drained(),
    close: async () => {
      await writer.close();
      renameSync(`${path}.part`, path);
      return statSync(path).size;
    },
  };
}

/** The shapes agencies of the sample city send, by the ending of their names. */
export const EXTENSIONS: Partial<Record<Dataset['delivery']['shape'], string>> = {
  csv: 'csv',
  xlsx: 'xlsx',
  xml: 'xml',
  jsonl: 'jsonl',
};

export function openSink(path: string, dataset: Dataset): Sink {
  const { delivery } = dataset;
  switch (delivery.shape) {
    case 'csv':
      return csvSink(path, dataset, delivery.encoding);
    case 'jsonl':
      return jsonSink(path, dataset);
    case 'xml':
      return xmlSink(path, dataset, delivery.record);
    case 'xlsx':
      return xlsxSink(path, dataset, delivery.sheet ?? 'Sheet1');
    default:
      throw new Error(`no agency of the sample city sends ${delivery.shape}`);
  }
}
