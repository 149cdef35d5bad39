/** Arguments of commands as what they mean. */
import { readFile } from 'node:fs/promises';
import { text as readStream } from 'node:stream/consumers';
import { InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { AppError } from '../domain/errors.ts';

/** JSON of a file, or of standard input for `-`, as the schema wants it. @throws AppError `bad_request` */
export async function jsonFrom<T>(file: string, schema: z.ZodType<T>): Promise<T> {
  const content = file === '-' ? await readStream(process.stdin) : await readFile(file, 'utf8');
  const parsed = z
    .string()
    .transform((value, context): unknown => {
      try {
        return JSON.parse(value) as unknown;
      } catch (error) {
        context.addIssue({ code: 'custom', message: (error as Error).message });
        return z.NEVER;
      }
    })
    .pipe(schema)
    .safeParse(content);
  if (parsed.success) return parsed.data;
  throw new AppError('bad_request', `${file}: ${z.prettifyError(parsed.error)}`, { where: { file } });
}

/** A number from 1 on. */
export function whole(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It has a number.');
  return Number(text);
}
