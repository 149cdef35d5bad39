import { dated, DIVISIONS, place, type SearchKind, type SearchPart } from './kind.ts';

const plain = (name: string, zh: string): SearchPart => ({ zh, sql: `one.${name}`, mask: 'none' });

/**
 * Documents of one kind, as `documents.ts` writes them: what they say is masked or general where they are written.
 * @param right what the page of such documents needs
 */
export const documentKind = <Entity extends string, Right extends string>(
  entity: Entity,
  zh: string,
  right: Right,
) =>
  ({
    entity,
    zh,
    right,
    table: 'search.document',
    where: `one.kind = '${entity}'`,
    alsoReads: [],
    key: 'one.document_id',
    title: plain('title', '标题'),
    parts: [
      plain('document_no', '文号'),
      plain('about', '对象'),
      plain('state_zh', '状态'),
      dated('day', '日期'),
      plain('content', '内容'),
      place,
    ],
    numbers: ['one.document_no'],
    personalNumbers: [],
    divisions: DIVISIONS,
    day: 'one.day',
  }) as const satisfies SearchKind;
