/** A place where an agency puts files: a directory, an FTP or SFTP server. Three connectors, one discipline. */
import { z } from 'zod';

export interface FoundFile {
  /** As the other side gives it: not yet known to be safe. */
  name: string;
  bytes: number;
  /** Milliseconds since 1970, by the other side's clock. */
  modified: number;
  /** Directories, links and devices are listed too, and never taken. */
  isFile: boolean;
}

export interface FileSource {
  list(): Promise<FoundFile[]>;
  /** Null when it is not there any more. */
  look(name: string): Promise<FoundFile | null>;
  /** Appends the file's bytes from `start` on to the local file; interrupted, it is called again with what is there. */
  fetch(name: string, path: string, start: number): Promise<void>;
  /** Into a directory beside the files, made if need be. A file of that name there is replaced. */
  move(name: string, directory: string): Promise<void>;
  remove(name: string): Promise<void>;
  close(): Promise<void>;
}

const fileNamePart = z.string().regex(/^[^/\\\p{Cc}]{1,32}$/u, 'must be the end of a file name, such as .ok');

/** Settings every place of files takes. */
export const filesShape = {
  /** Which files; `*` any characters, `?` one: `water_*.csv`. Several: a list. */
  include: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]).default('*'),
  /** A file just changed is looked at again after so many seconds, and taken if it is still the same. */
  settleSeconds: z.number().min(0).max(3600).default(5),
  /** A file is complete once there is one of its name with this ending beside it (`water.csv` and `water.csv.ok`). */
  doneMarker: fileNamePart.optional(),
  /** Header information (包头信息) in a file of the same name with this ending: rows, bytes, hash, which are checked. */
  header: z
    .strictObject({ ending: fileNamePart.default('.head'), required: z.boolean().default(true) })
    .optional(),
  /** Control file (清单) beside it, `<file>.manifest.json`: taken where it is there; required, the file waits for it. */
  control: z.enum(['optional', 'required']).default('optional'),
  /** What becomes of a file once it is landed or refused. */
  after: z.enum(['leave', 'move', 'delete']).default('leave'),
  /** Directory beside the files for `after: move`. */
  doneDirectory: z
    .string()
    .regex(/^[\p{L}\p{N}_-][\p{L}\p{N}_.-]{0,99}$/u, 'must be the name of a directory')
    .default('done'),
  maxBytes: z
    .number()
    .int()
    .min(1)
    .max(64 * 2 ** 30)
    .default(4 * 2 ** 30),
  /** More files than this in one directory is an error: have them moved. */
  maxFiles: z.number().int().min(1).max(200_000).default(50_000),
};
export type FilesSettings = z.output<z.ZodObject<typeof filesShape>>;
