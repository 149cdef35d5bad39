/** The two deliveries of `anju bench ingest`: made once, row by row from its number, so that any size is the same file again. */
import { createWriteStream } from 'node:fs';
import { rename, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import iconv from 'iconv-lite';
import { findDataset } from '../ingestion/contracts/index.ts';

export interface BenchFile {
  path: string;
  rows: number;
  /** Rows that cannot be loaded: what quarantine must hold in the end. */
  bad: number;
}

const DAY_MS = 86_400_000;
const LINES = 5_000;

/** Water readings, UTF-8, five columns, every row good: 20,000 meters, one reading a day. */
export async function waterFile(path: string, rows: number): Promise<BenchFile> {
  await written(path, rows, '表号,抄表日期,读数,用量,水费金额\n', waterLine, (text) => Buffer.from(text));
  return { path, rows, bad: 0 };
}

/** The building table (楼盘表), GB18030, 38 columns; two rows in a hundred are bad, in six ways. */
export async function registryFile(path: string, rows: number): Promise<BenchFile> {
  const columns = registryColumns();
  await written(
    path,
    rows,
    `${columns.map(({ source }) => source).join(',')}\n`,
    (row) =>
      registryLine(
        row,
        columns.map(({ name }) => name),
      ),
    (text) => iconv.encode(text, 'gb18030'),
  );
  let bad = 0;
  for (let row = 0; row < rows; row++) if (flawOf(row) !== null) bad += 1;
  return { path, rows, bad };
}

const registryColumns = (): { name: string; source: string }[] =>
  findDataset('property.house_registry')?.fields ?? [];

function waterLine(row: number): string {
  const meter = String(row % 20_000).padStart(8, '0');
  const day = new Date(Date.UTC(2024, 0, 1) + Math.floor(row / 20_000) * DAY_MS).toISOString().slice(0, 10);
  return `W${meter},${day},${((row * 7919) % 100_000) / 10},${((row * 31) % 500) / 10},${((row * 17) % 9000) / 100}\n`;
}

/** `missing` and `extra` columns and stray quotes cannot be read at all; the others break a rule of the contract. */
const FLAWS = ['missing', 'extra', 'quote', 'no_key', 'bad_area', 'word_area'] as const;
type Flaw = (typeof FLAWS)[number];
const flawOf = (row: number): Flaw | null =>
  row % 50 === 17 ? (FLAWS[Math.floor(row / 50) % FLAWS.length] ?? null) : null;

function registryLine(row: number, names: readonly string[]): string {
  const flaw = flawOf(row);
  const inner = 30 + (row % 60);
  const shared = 8 + (row % 7);
  const building = 1 + (row % 40);
  const floor = 1 + (row % 30);
  const room = `${floor}0${1 + (row % 4)}`;
  const values: Record<string, string> = {
    real_estate_unit_code: `${439901 + (row % 6)}001001GB${String(row % 100_000).padStart(5, '0')}F${String(row % 100_000_000).padStart(8, '0')}`,
    house_code: flaw === 'no_key' ? '' : `H${String(row).padStart(12, '0')}`,
    house_state: '',
    division_code: String(439901 + (row % 6)),
    district: '安澜区',
    street: `滨江街道${row % 9}`,
    logical_division: '滨江片区',
    logical_division_code: '',
    road: `望海路${row % 300}号`,
    compound: `安居花园${row % 200}期`,
    building_no: `${building}栋`,
    floor_from: String(floor),
    floor_to: String(floor),
    nominal_floor: `${floor}层`,
    unit_no: `${1 + (row % 3)}单元`,
    room_no: room,
    address: `安澜市滨江街道望海路${row % 300}号安居花园${building}栋${1 + (row % 3)}单元${room}室`,
    floor_area: flaw === 'bad_area' ? '-5' : flaw === 'word_area' ? '约六十平' : (inner + shared).toFixed(2),
    inner_area: inner.toFixed(2),
    shared_area: shared.toFixed(2),
    total_floors: '30',
    storey_height: '2.9',
    floors_above: '30',
    floors_below: '2',
    accepted_on: `20${String(10 + (row % 14))}-0${1 + (row % 9)}-1${row % 10}`,
    total_dwellings: '360',
    water_meter_no: `W${String(row).padStart(8, '0')}`,
    electricity_meter_no: `E${String(row).padStart(8, '0')}`,
    gas_meter_no: `G${String(row).padStart(8, '0')}`,
  };
  const cells = names.map((name) => values[name] ?? '');
  if (flaw === 'missing') cells.splice(5, 3);
  if (flaw === 'extra') cells.splice(3, 0, '多余', '多余');
  if (flaw === 'quote') cells[4] = `"安澜`;
  return `${cells.join(',')}\n`;
}

/** Made under another name first: a run that was stopped leaves no half a file to be measured. */
async function written(
  path: string,
  rows: number,
  header: string,
  line: (row: number) => string,
  encode: (text: string) => Buffer,
): Promise<void> {
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  if (isThere) return;
  function* chunks(): Generator<Buffer> {
    yield encode(header);
    for (let row = 0; row < rows; row += LINES) {
      let text = '';
      for (let at = row; at < Math.min(rows, row + LINES); at++) text += line(at);
      yield encode(text);
    }
  }
  await pipeline(Readable.from(chunks()), createWriteStream(`${path}.part`));
  await rename(`${path}.part`, path);
}
