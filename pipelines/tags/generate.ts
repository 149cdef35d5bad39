/** Files that follow from tags: the model of who has which, and the properties of it and of what is watched for tags alone. */
import { stringify } from 'yaml';
import { GENERATED, type GeneratedFile } from '../../ingestion/generate/file.ts';
import { described, OBJECT_WORDS, watchedProperties } from '../conditions/object.ts';
import { holderModelSql } from './compile.ts';
import { TAG_SUBJECTS, type Versioned } from './definition.ts';
import { type TagGround, tagGround } from './ground.ts';
import { shippedTags } from './shipped.ts';

const FOLDER = 'marts/tag/generated';
const HOLDER_WORDS = {
  version: '标签版本，随产品的为 0',
  points: '预测标签的得分',
  since: '自何日起，未知为空',
  until: '人工标签至何日止',
  evidence_zh: '依据',
  ...OBJECT_WORDS,
};

/** Those that come with the product, by path relative to the project. */
export async function shippedTagFiles(models: string): Promise<GeneratedFile[]> {
  const ground = await tagGround(models);
  const tags = (await shippedTags(models, ground)).map((tag) => ({ ...tag, version: 0 }));
  return [holderFile(tags, ground), { path: `${FOLDER}/tags.yml`, content: propertiesYaml(ground) }];
}

export const holderFile = (tags: readonly Versioned[], ground: TagGround): GeneratedFile => ({
  path: `${FOLDER}/mart_tag__holder.sql`,
  content: holderModelSql(tags, ground),
});

function propertiesYaml({ subjects }: TagGround): string {
  const oneOf = (values: readonly string[]) => ({ accepted_values: { arguments: { values } } });
  const own = new Map([...subjects].filter(([, { model }]) => model.startsWith('mart_tag__')));
  const holder = {
    name: 'mart_tag__holder',
    description: '对象拥有的标签，一对象一标签一行',
    data_tests: [{ unique_combination: { arguments: { columns: ['subject', 'tag', 'object_key'] } } }],
    columns: [
      { name: 'subject', description: '对象类别', data_tests: ['not_null', oneOf(TAG_SUBJECTS)] },
      { name: 'tag', description: '标签', data_tests: ['not_null'] },
      {
        name: 'how',
        description: 'rule 按规则, hand 人工',
        data_tests: ['not_null', oneOf(['rule', 'hand'])],
      },
      ...described(HOLDER_WORDS),
    ],
  };
  return `# ${GENERATED}\n${stringify({ version: 2, models: [holder, ...watchedProperties(own, '标签')] }, { lineWidth: 120 })}`;
}
