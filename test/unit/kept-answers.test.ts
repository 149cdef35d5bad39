import { beforeEach, describe, expect, test } from '@jest/globals';
import { KeptAnswers } from '../../api/kept-answers.ts';

const MONDAY = '2026-11-16T01:00:00.000Z';
const TUESDAY = '2026-11-17T01:00:00.000Z';

let kept: KeptAnswers<string>;
let asked: string[];
beforeEach(() => {
  kept = new KeptAnswers(2);
  asked = [];
});

const ask = (question: unknown, { builtAt = MONDAY, isKept = true, answer = 'told' } = {}): Promise<string> =>
  kept.to(
    builtAt,
    question,
    () => {
      asked.push(JSON.stringify(question));
      return answer === 'error' ? Promise.reject(new Error(answer)) : Promise.resolve(answer);
    },
    () => isKept,
  );

describe('kept answers', () => {
  test('many who ask the same at once are answered by one question', async () => {
    const answers = await Promise.all(Array.from({ length: 500 }, () => ask(['city', 'rent'])));
    expect(new Set(answers)).toEqual(new Set(['told']));
    expect(asked).toHaveLength(1);
  });

  test('another scope is another question', async () => {
    await ask(['439901', 'rent'], { answer: 'of the district' });
    expect(await ask(['', 'rent'], { answer: 'of the city' })).toBe('of the city');
  });

  test('a new build forgets what was told of the last one', async () => {
    await ask('rent', { answer: 'old' });
    expect(await ask('rent', { builtAt: TUESDAY, answer: 'new' })).toBe('new');
  });

  test('what failed, or may be another the next time, is asked again', async () => {
    await expect(ask('rent', { answer: 'error' })).rejects.toThrow('error');
    await ask('rent', { isKept: false });
    await ask('rent');
    await ask('rent');
    expect(asked).toHaveLength(3);
  });

  test('the answer longest unasked goes first', async () => {
    await ask('one');
    await ask('two');
    await ask('one');
    await ask('three');
    await ask('one');
    expect(asked).toHaveLength(3);
    await ask('two');
    expect(asked).toHaveLength(4);
  });
});
