/** Code lists as seeds: joins in SQL and the analyst's dictionary. */
import { stringify } from 'yaml';
import { codeLists } from '../../domain/codes/index.ts';
import { GENERATED, type GeneratedFile } from './file.ts';

const cell = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** A CSV file has no place for a comment: the property file beside them says that they are generated. */
export function seedFiles(): GeneratedFile[] {
  const properties = {
    version: 2,
    seeds: codeLists.map(({ name, zh, standard }) => ({
      name: `code_${name}`,
      description: `${zh}（${standard}）`,
      config: { column_types: { code: 'String', zh: 'String' } },
    })),
  };
  return [
    {
      path: 'models/seeds/_codes.yml',
      content: `# ${GENERATED} The code_*.csv files here are, too.\n${stringify(properties, { lineWidth: 0 })}`,
    },
    ...codeLists.map(({ name, entries }) => ({
      path: `models/seeds/code_${name}.csv`,
      content: `code,zh\n${entries.map(({ code, zh }) => `${cell(code)},${cell(zh)}\n`).join('')}`,
    })),
  ];
}
