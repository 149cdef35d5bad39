/** Which files of an archive are one delivery, and what kind of file each is. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { refusal } from '../readers/reader.ts';
import { chosenEntries, dataEntries, unpackEntry } from '../readers/zip-entries.ts';
import { ZipArchive } from '../readers/zip.ts';
import { sniffXlsx } from './sniff-xlsx.ts';
import type { Sniffed, SniffOptions } from './sniffed.ts';

/**
 * @param sniffFile how a file by itself is looked at
 * @throws AppError `refused_delivery`: as reading the archive would
 */
export async function sniffZip(
  path: string,
  name: string,
  { directory, entries }: SniffOptions,
  sniffFile: (path: string, name: string) => Promise<Sniffed>,
): Promise<Sniffed> {
  const file = { path, name, encoding: 'binary' } as const;
  const archive = await ZipArchive.open(path, 'archive');
  try {
    if (archive.has('xl/workbook.xml')) return await sniffXlsx(path, name);
    const pattern = entries ?? proposedPattern(archive);
    const { names, notes } = chosenEntries(archive.names, pattern);
    const [first] = names.toSorted((a, b) => archive.size(b) - archive.size(a));
    if (first === undefined) throw refusal('missing_entry', 'The archive holds no file.');
    await mkdir(directory, { recursive: true });
    const unpacked = join(directory, 'entry');
    await unpackEntry(archive, first, unpacked, 'xlsx');
    const { file: inside, delivery, fields, notes: inner } = await sniffFile(unpacked, first);
    if (delivery.shape === 'zip')
      throw refusal('nested_archive', `The archive holds another archive: “${first}”.`, { entry: first });
    return {
      file,
      delivery: { shape: 'zip', entries: pattern, of: delivery },
      fields,
      notes: [
        `Looked into “${first}” (${inside.encoding}); files like it: ${names.length}.`,
        ...inner,
        ...notes,
      ],
    };
  } finally {
    archive.close();
  }
}

/** Names alike but for their digits are deliveries of one kind; of several kinds the one with the most bytes. */
function proposedPattern(archive: ZipArchive): string {
  const kinds = new Map<string, number>();
  const data = dataEntries(archive.names);
  for (const name of data) {
    const kind = name.replace(/[0-9]+/g, '*').replace(/\*(?:[-_.]?\*)+/g, '*');
    kinds.set(kind, (kinds.get(kind) ?? 0) + archive.size(name));
  }
  const [largest] = [...kinds].toSorted(([, a], [, b]) => b - a);
  const extension = /\.[a-z0-9]{1,8}$/i.exec(data[0] ?? '')?.[0];
  // The only file there is may be called anything next time, as long as it is of that kind.
  return data.length === 1 && extension !== undefined ? `*${extension}` : (largest?.[0] ?? '*');
}
