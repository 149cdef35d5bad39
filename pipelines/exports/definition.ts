import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';

const name = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, 'must be snake_case');

const definitionSchema = z.strictObject({
  name,
  zh: z.string().min(1),
  /** Catalog number and clause that ask for it. */
  reference: z.string().min(1),
  /** Tier it goes to; also the name of the receiver's key file. */
  receiver: z.enum(['district', 'city', 'province', 'nation']),
  /** Highest classification level of any column (002:10148-10159). */
  level: z.int().min(1).max(4),
  legal_basis: z.string().min(1),
  /** Goes up when a column is added, changes meaning or goes. */
  version: z.int().positive(),
  /** The table the rows come from: `database.table`. */
  from: z.string().regex(/^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$/, 'must be database.table'),
  /** Column with the day the rows speak about. */
  as_of: name,
  /** Columns that identify a row; packages are ordered by them. */
  key: z.array(name).min(1),
  columns: z
    .array(
      z.strictObject({
        name,
        zh: z.string().min(1),
        /** Expression over the table; the column of that name unless given. */
        sql: z.string().optional(),
      }),
    )
    .min(1),
});

/** An export package as data: what goes out, to whom, under which law. */
export type PackageDefinition = z.output<typeof definitionSchema>;

const folder = fileURLToPath(new URL('./packages/', import.meta.url));

/** Every definition, by name. @throws AppError `bad_configuration` naming the file that contradicts itself */
export async function packageDefinitions(): Promise<PackageDefinition[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yml')).sort();
  return Promise.all(
    files.map(async (file) => {
      const parsed = definitionSchema.safeParse(parse(await readFile(folder + file, 'utf8')));
      const problem = parsed.success
        ? contradiction(parsed.data, file)
        : z.prettifyError(parsed.error).split('\n').join(' ');
      if (!parsed.success || problem !== null)
        throw new AppError('bad_configuration', `The package definition ${file}: ${problem}`, {
          where: { file },
        });
      return parsed.data;
    }),
  );
}

function contradiction(definition: PackageDefinition, file: string): string | null {
  const names = definition.columns.map((column) => column.name);
  const missing = definition.key.find((column) => !names.includes(column));
  if (`${definition.name}.yml` !== file) return `is named ${definition.name}, unlike its file.`;
  if (new Set(names).size !== names.length) return 'has two columns of one name.';
  return missing === undefined ? null : `has no column ${missing}, which its key names.`;
}

/** @throws AppError `not_found` naming the packages there are */
export async function packageDefinition(wanted: string): Promise<PackageDefinition> {
  const definitions = await packageDefinitions();
  const found = definitions.find((definition) => definition.name === wanted);
  if (found === undefined)
    throw new AppError('not_found', `There is no export package ${wanted}.`, {
      fix: `There are: ${definitions.map((definition) => definition.name).join(', ')}.`,
    });
  return found;
}
