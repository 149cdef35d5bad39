import { describe, expect, test } from '@jest/globals';
import { progressPrinter } from '../../pipelines/progress.ts';

function printed(
  isTTY: boolean,
  columns = 80,
): { text: () => string; print: ReturnType<typeof progressPrinter>; pass: (ms: number) => void } {
  let text = '';
  let clock = 0;
  const print = progressPrinter({ write: (part) => (text += part), isTTY, columns }, () => clock);
  return { text: () => text, print, pass: (ms) => (clock += ms) };
}

describe('progress', () => {
  test('without a terminal: plain lines, amounts at most every five seconds', () => {
    const { text, print, pass } = printed(false);
    print({ kind: 'stage', stage: 'land', state: 'started' });
    pass(5_000);
    print({ kind: 'amount', stage: 'land', item: 'a.csv', done: 1_000, total: 4_000, unit: 'rows' });
    print({ kind: 'amount', stage: 'land', item: 'a.csv', done: 1_001, total: 4_000, unit: 'rows' });
    print({ kind: 'item', stage: 'land', item: 'a.csv', state: 'loaded', rows: 4_000, done: 1, total: 2 });
    print({
      kind: 'item',
      stage: 'land',
      item: 'b.csv',
      state: 'refused',
      reason: 'no columns',
      done: 2,
      total: 2,
    });
    print({ kind: 'stage', stage: 'land', state: 'finished', seconds: 75 });
    expect(text()).toBe(
      'land …\nland a.csv 1,000 rows, 200/s 1,000/4,000, 15 s left\nland 1/2 a.csv loaded 4,000 rows\nland: b.csv refused: no columns\nland: 1 min 15 s\n',
    );
  });

  test('on a terminal: one line that is redrawn, never wider than the window, Chinese counted double', () => {
    const { text, print } = printed(true, 40);
    print({ kind: 'item', stage: 'models', item: '汉字'.repeat(40), done: 1, total: 2 });
    const line = text().replace('\r\u001b[2K', '');
    expect(line).toContain('[████████████░░░░░░░░░░░░]');
    expect(
      [...line].reduce(
        (cells, character) =>
          cells + (character > '\u1100' && character < '\uffdd' && !'█░'.includes(character) ? 2 : 1),
        0,
      ),
    ).toBeLessThanOrEqual(39);
    expect(text()).not.toContain('\n');
  });
});
