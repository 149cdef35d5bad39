/** What the command line says to who asks before anything was built. */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { anju, type Home, newHome } from '../support/anju.ts';

jest.setTimeout(300_000);

let home: Home;
beforeAll(async () => {
  home = await newHome();
});
afterAll(() => home.dispose());

test('anju sql in an empty home names what the analyst wrote and the command to run', async () => {
  const asked = await anju(home.path, ['sql', 'select 1 from base.person']);
  expect(asked.code).toBe(1);
  expect(asked.stdout).toBe('');
  expect(asked.stderr).toContain('Nothing has been built in this home yet, so there is no base to ask.');
  expect(asked.stderr).toContain('anju run');
  expect(asked.stderr).not.toContain('open_base');
  // What the platform keeps of itself is there from the first moment.
  expect((await anju(home.path, ['sql', 'select count() from meta.batch', '--format', 'TSV'])).stdout).toBe(
    '0\n',
  );
});
