/** What is new in a place of files, as deliveries: one discipline for directories, FTP and SFTP. */
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError, isAppError } from '../../../domain/errors.ts';
import { CONTROL_FILE, controlsAgreed, MOST_CONTROL_BYTES } from '../../certificate/control.ts';
import { type Dataset, datasetId } from '../../contract.ts';
import { refusal } from '../../readers/index.ts';
import type { CollectCall, Collected } from '../connector.ts';
import { onlyDataset } from '../one-dataset.ts';
import { type RetryRule, withRetry } from '../retry.ts';
import type { FilesSettings, FileSource, FoundFile } from './file-source.ts';
import {
  checkAgainstHeader,
  type HeaderInformation,
  MOST_HEADER_BYTES,
  readHeaderFile,
} from './header-file.ts';
import { isSafeName, isUnfinished, matcher, shownName } from './names.ts';
import { TakenFiles } from './taken.ts';

type FilesCall = CollectCall<FilesSettings & { retry: RetryRule }>;

/**
 * Yields each file once, in order of names. A file is taken when it matches, is not one a sender still writes, has its marker
 * and header where those are asked for, and did not change while it was fetched.
 */
export async function* collectFiles(call: FilesCall, source: FileSource): AsyncGenerator<Collected> {
  const { settings, signal } = call;
  const dataset = onlyDataset(call.datasets);
  const listed = await withRetry(settings.retry, call, () => source.list());
  if (listed.length > settings.maxFiles)
    throw new AppError(
      'source_refused',
      `The directory has ${listed.length} entries, more than ${settings.maxFiles}.`,
      {
        fix: 'Have files moved or deleted after they are landed (`after`), or raise maxFiles.',
      },
    );
  const names = new Map(listed.map((file) => [file.name, file]));
  // A header or control file sent again makes a file a new one: what was refused for the old one is looked at again.
  const mark = (file: FoundFile): FoundFile => {
    const said = [settings.header?.ending, CONTROL_FILE].flatMap(
      (ending) => (ending === undefined ? undefined : names.get(file.name + ending)) ?? [],
    );
    return { ...file, name: [file.name, ...said.flatMap((one) => [one.bytes, one.modified])].join('\0') };
  };
  const taken = new TakenFiles(call.position, listed.map(mark));
  const candidates = waiting(listed, settings);
  const unsettled = await changing(
    call,
    source,
    candidates.filter((file) => !taken.has(mark(file))),
  );
  for (const file of candidates) {
    if (signal.aborted) return;
    if (unsettled.has(file.name)) continue;
    // One that is to be put away and still lies here was taken before a crash, or is another of its name, size and time: some
    // servers tell whole minutes. Landing knows its content, so it is fetched again; nothing is put away that was not landed.
    if (taken.has(mark(file)) && (settings.after === 'leave' || !isSafeName(file.name))) continue;
    const ready = await prepare(call, source, file, names, dataset);
    if (ready === null) continue;
    taken.add(mark(file));
    yield {
      dataset: datasetId(dataset),
      fileName: shownName(file.name),
      ...ready,
      position: taken.position(),
    };
    await putAway(call, source, file, names);
  }
}

/** What could be a delivery, by its name alone. */
function waiting(listed: readonly FoundFile[], { include, doneMarker, header }: FilesSettings): FoundFile[] {
  const isWanted = matcher(include);
  const companions = [doneMarker, header?.ending, CONTROL_FILE].filter((ending) => ending !== undefined);
  return listed
    .filter(({ isFile }) => isFile)
    .filter(({ name }) => name !== '.' && name !== '..' && !isUnfinished(lastPart(name)))
    .filter(({ name }) => !companions.some((ending) => name.endsWith(ending)))
    .filter(({ name }) => isWanted(lastPart(name)))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A name with a path in it is refused as what it claims to be: it is matched by its end. */
const lastPart = (name: string): string =>
  name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);

type Ready = Pick<Collected, 'path' | 'refused' | 'bytes' | 'businessDate'>;

/** Null for a file that is not complete yet; one that cannot be taken comes with the reason. */
async function prepare(
  call: FilesCall,
  source: FileSource,
  file: FoundFile,
  names: ReadonlyMap<string, FoundFile>,
  dataset: Dataset,
): Promise<Ready | null> {
  const { settings, log } = call;
  const path = join(call.directory, 'file');
  try {
    if (!isSafeName(file.name))
      throw refusal(
        'unsafe_name',
        'The name of the file is a path or has control characters: it is not fetched.',
      );
    if (file.bytes > settings.maxBytes)
      throw refusal(
        'file_too_large',
        `The file has ${file.bytes} bytes; the task takes ${settings.maxBytes}.`,
      );
    if (settings.doneMarker !== undefined && !names.has(file.name + settings.doneMarker)) return null;
    const ending = settings.header?.ending;
    const hasHeader = ending !== undefined && names.has(file.name + ending);
    if (settings.header?.required && !hasHeader) return null;
    const hasControl = names.has(file.name + CONTROL_FILE);
    if (!hasControl && needsControl(settings, dataset)) return null;
    // Landing looks for it beside the file it is given.
    await rm(path + CONTROL_FILE, { force: true });
    if (hasControl) await fetchControl(call, source, file.name + CONTROL_FILE, path + CONTROL_FILE);
    const header = hasHeader ? await fetchHeader(call, source, file.name + ending) : null;
    await fetchWhole(call, source, file, path);
    const now = await withRetry(settings.retry, call, () => source.look(file.name));
    if (!isSame(now, file)) {
      log.info(
        { file: shownName(file.name) },
        'the file changed while it was fetched: left for the next time',
      );
      return null;
    }
    if (header) await checkAgainstHeader(path, header, dataset.delivery);
    return { path, businessDate: header?.businessDate };
  } catch (error) {
    if (!isAppError(error) || error.code !== 'refused_delivery') throw error;
    return { path: '', refused: error, bytes: file.bytes };
  }
}

const needsControl = ({ control }: FilesSettings, dataset: Dataset): boolean =>
  control === 'required' || controlsAgreed(dataset).manifest === 'required';

async function fetchControl(call: FilesCall, source: FileSource, name: string, path: string): Promise<void> {
  const found = await withRetry(call.settings.retry, call, () => source.look(name));
  if (found === null || found.bytes > MOST_CONTROL_BYTES)
    throw refusal('bad_manifest', 'The control file beside it is gone or far too large.');
  await fetchWhole(call, source, found, path);
}

async function fetchHeader(call: FilesCall, source: FileSource, name: string): Promise<HeaderInformation> {
  const path = join(call.directory, 'header');
  const found = await withRetry(call.settings.retry, call, () => source.look(name));
  if (found === null || found.bytes > MOST_HEADER_BYTES)
    throw refusal('bad_header_file', 'The header file beside it is gone or far too large.');
  await fetchWhole(call, source, found, path);
  return readHeaderFile(path);
}

/** Fetches into a new local file, going on where a broken transfer stopped. */
async function fetchWhole(call: FilesCall, source: FileSource, file: FoundFile, path: string): Promise<void> {
  await rm(path, { force: true });
  await withRetry(call.settings.retry, call, async () => {
    const start = await bytesOf(path);
    if (start > 0) call.log.info({ file: shownName(file.name), start }, 'a broken transfer goes on');
    if (start < file.bytes || file.bytes === 0) await source.fetch(file.name, path, start);
    const got = await bytesOf(path);
    if (got < file.bytes)
      throw new AppError('source_unreachable', 'The transfer stopped before the end of the file.', {
        retriable: true,
      });
  });
}

const bytesOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );

/** Below this age a file is looked at twice, however short `settleSeconds`: clocks differ. */
const YOUNG_MS = 60_000;

/** Names of files that change while we look: one pause for all of them. A marker says the same without waiting. */
async function changing(
  { settings, signal, log }: FilesCall,
  source: FileSource,
  files: readonly FoundFile[],
): Promise<Set<string>> {
  const settleMs = settings.settleSeconds * 1000;
  const young = files.filter(
    ({ name, modified }) => isSafeName(name) && Date.now() - modified < Math.max(settleMs, YOUNG_MS),
  );
  if (settleMs === 0 || settings.doneMarker !== undefined || young.length === 0) return new Set();
  await delay(settleMs, undefined, { signal });
  const now = new Map(
    (await withRetry(settings.retry, { signal, log }, () => source.list())).map((file) => [file.name, file]),
  );
  return new Set(young.filter((file) => !isSame(now.get(file.name), file)).map(({ name }) => name));
}

const isSame = (one: FoundFile | undefined | null, other: FoundFile): boolean =>
  one?.bytes === other.bytes && one.modified === other.modified;

/** Once the position is moved: the file is moved or deleted, and then its companions. A name nobody may use stays. */
async function putAway(
  call: FilesCall,
  source: FileSource,
  file: FoundFile,
  names: ReadonlyMap<string, FoundFile>,
): Promise<void> {
  const { after, doneDirectory, doneMarker, header, retry } = call.settings;
  if (after === 'leave' || !isSafeName(file.name)) return;
  const companions = [doneMarker, header?.ending, CONTROL_FILE].flatMap((ending) =>
    ending === undefined ? [] : [file.name + ending],
  );
  for (const name of [file.name, ...companions.filter((companion) => names.has(companion))]) {
    await withRetry(retry, call, async () => {
      if ((await source.look(name)) === null) return;
      await (after === 'move' ? source.move(name, doneDirectory) : source.remove(name));
    });
  }
}
