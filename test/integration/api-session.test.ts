import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { createApp } from '../../api/app.ts';
import { hashPassword } from '../../api/auth/password.ts';
import { problemOf, type TestApi, testApi } from '../support/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(async () => api.close());

/** Tries are counted in an application: each test has its own. */
let app: ReturnType<typeof createApp>;
beforeEach(() => {
  app = createApp(api.platform, api.services);
});
const signIn = (user: string, password: string) =>
  request(app).post('/api/sign-in').set('X-Anju-Request', '1').send({ user, password });
const me = (token: string) => request(app).get('/api/me').set('Authorization', `Bearer ${token}`);

async function addUser(user: string, password: string): Promise<void> {
  await api.platform.store.db
    .insertInto('app_user')
    .values({
      user_name: user,
      display_name: user,
      role: 'staff',
      password_hash: await hashPassword(password),
    })
    .execute();
}

describe('signing in', () => {
  test('sets a cookie no script and no other site can use, and says who one is', async () => {
    const { user, password } = api.users.leader;
    const response = await signIn(user, password);
    expect(response.status).toBe(200);
    expect(response.body).toMatchObject({
      user,
      role: 'leader',
      rights: [
        'metrics:read',
        'drill:read',
        'runs:read',
        'alerts:read',
        'alerts:supervise',
        'eligibility:read',
        'credit:read',
      ],
    });
    const [cookie] = response.get('Set-Cookie') ?? [];
    expect(cookie).toMatch(/^anju_session=[\w-]{43};.*HttpOnly;.*SameSite=Strict/);
    const again = await request(app)
      .get('/api/me')
      .set('Cookie', cookie ?? '');
    expect(again.body).toMatchObject({ user, role: 'leader' });
    expect(again.get('Cache-Control')).toBe('no-store');
  });

  test('passwords and tokens are stored as hashes only', async () => {
    const { password, token } = api.users.leader;
    const users = await api.platform.store.db.selectFrom('app_user').selectAll().execute();
    const sessions = await api.platform.store.db.selectFrom('app_session').selectAll().execute();
    const stored = JSON.stringify([users, sessions]);
    expect(stored).not.toContain(password);
    expect(stored).not.toContain(token);
    expect(users.every((user) => user.password_hash.startsWith('scrypt$65536$8$1$'))).toBe(true);
  });

  test('a wrong password and an unknown user get the same answer', async () => {
    const wrong = await signIn(api.users.leader.user, 'not the password');
    const unknown = await signIn('nobody-of-that-name', 'not the password');
    expect(problemOf(wrong)).toEqual(problemOf(unknown));
    expect(problemOf(wrong)).toMatchObject({ status: 401, code: 'unauthenticated' });
    expect(wrong.get('Set-Cookie')).toBeUndefined();
  });

  test('five wrong passwords lock the user, also against the right one, until an administrator helps', async () => {
    await addUser('locked', 'the right phrase');
    for (let tries = 0; tries < 5; tries += 1) expect((await signIn('locked', 'wrong')).status).toBe(401);
    expect((await signIn('locked', 'the right phrase')).status).toBe(401);
    const reset = await api.as('administrator').post('/api/users/locked/password');
    expect(reset.status).toBe(200);
    expect((await signIn('locked', 'the right phrase')).status).toBe(401);
    expect((await signIn('locked', (reset.body as { password: string }).password)).status).toBe(200);
  });

  test('guesses side by side are counted each', async () => {
    await addUser('raced', 'the right phrase');
    await Promise.all(Array.from({ length: 5 }, () => signIn('raced', 'wrong')));
    expect((await signIn('raced', 'the right phrase')).status).toBe(401);
  });

  test('a lock ends by itself', async () => {
    await addUser('patient', 'the right phrase');
    await api.platform.store.db
      .updateTable('app_user')
      .set({ locked_until: new Date(Date.now() - 1000) })
      .where('user_name', '=', 'patient')
      .execute();
    expect((await signIn('patient', 'the right phrase')).status).toBe(200);
  });

  test('an address has twenty tries a minute', async () => {
    const answers = [];
    for (let tries = 0; tries < 21; tries += 1) answers.push((await signIn('x', 'y')).status);
    expect(answers.slice(0, 20).every((status) => status === 401)).toBe(true);
    expect(answers[20]).toBe(429);
  });

  test('who is switched off cannot sign in, and sessions end', async () => {
    await addUser('gone', 'the right phrase');
    const { token } = (await signIn('gone', 'the right phrase')).body as { token: string };
    expect((await me(token)).status).toBe(200);
    await api
      .as('administrator')
      .put('/api/users/gone')
      .send({ role: 'staff', scopeDivision: '', isActive: false })
      .expect(200);
    expect((await me(token)).status).toBe(401);
    expect((await signIn('gone', 'the right phrase')).status).toBe(401);
  });
});

describe('a session', () => {
  test('ends with signing out, with idleness and with age', async () => {
    const { user, password } = api.users.staff;
    const token = async () => ((await signIn(user, password)).body as { token: string }).token;
    const out = await token();
    await request(app)
      .post('/api/sign-out')
      .set('X-Anju-Request', '1')
      .set('Authorization', `Bearer ${out}`)
      .expect(204);
    expect((await me(out)).status).toBe(401);
    for (const change of [
      { last_seen_at: new Date(Date.now() - 61 * 60_000) },
      { expires_at: new Date(Date.now() - 1000) },
    ]) {
      const one = await token();
      await api.platform.store.db
        .updateTable('app_session')
        .set(change)
        .where('user_name', '=', user)
        .execute();
      expect((await me(one)).status).toBe(401);
    }
  });

  test('of many side by side each is told who he is, and who has just left is nobody', async () => {
    const leaving = ((await signIn(api.users.staff.user, api.users.staff.password)).body as { token: string })
      .token;
    const people = [api.users.leader, api.users.auditor, api.users.analyst];
    const tokens = Array.from({ length: 30 }, (_, index) => people[index % people.length]?.token ?? '');
    const server = app.listen(0);
    try {
      const ask = (token: string) => request(server).get('/api/me').set('Authorization', `Bearer ${token}`);
      const before = tokens.map(async (token) => ask(token));
      await request(server)
        .post('/api/sign-out')
        .set('X-Anju-Request', '1')
        .set('Authorization', `Bearer ${leaving}`)
        .expect(204);
      const after = [...tokens, leaving, 'no token'].map(async (token) => ask(token));
      const told = (answers: request.Response[]) =>
        answers.map(({ status, body }) => (status === 200 ? (body as { user: string }).user : status));
      const expected = tokens.map((token) => people.find((one) => one.token === token)?.user);
      expect(told(await Promise.all(before))).toEqual(expected);
      expect(told(await Promise.all(after))).toEqual([...expected, 401, 401]);
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  test('a new password needs the old one, must be long, and ends every session', async () => {
    await addUser('changing', 'the first phrase');
    const { token } = (await signIn('changing', 'the first phrase')).body as { token: string };
    const change = (body: object) =>
      request(app)
        .post('/api/me/password')
        .set('X-Anju-Request', '1')
        .set('Authorization', `Bearer ${token}`)
        .send(body);
    expect(problemOf(await change({ current: 'wrong', next: 'a much longer phrase' })).status).toBe(401);
    expect(problemOf(await change({ current: 'the first phrase', next: 'short' })).detail).toMatch(
      /shorter than 12/,
    );
    expect(problemOf(await change({ current: 'the first phrase', next: 'my-changing-word' })).detail).toMatch(
      /user name/,
    );
    await change({ current: 'the first phrase', next: 'a much longer phrase' }).expect(204);
    expect((await me(token)).status).toBe(401);
    expect((await signIn('changing', 'a much longer phrase')).status).toBe(200);
  });

  test('a token that is not one, or of another form, is nobody', async () => {
    for (const token of ['', 'x', 'null', "' OR 1=1 --", 'A'.repeat(10_000)])
      expect((await me(token)).status).toBe(401);
    for (const header of ['Basic YTpi', 'bearer x', 'Bearer'])
      expect((await request(app).get('/api/me').set('Authorization', header)).status).toBe(401);
  });

  test('a change without the header no form can send is refused, whoever asks', async () => {
    const response = await request(app)
      .post('/api/complaints')
      .set('Authorization', `Bearer ${api.users.staff.token}`)
      .send({});
    expect(problemOf(response)).toMatchObject({
      status: 403,
      detail: expect.stringContaining('X-Anju-Request'),
    });
  });
});

describe('users', () => {
  test('are added with a generated password shown once, and nobody changes their own rights', async () => {
    const admin = api.as('administrator');
    const added = await admin.post('/api/users').send({ user: 'new.clerk', name: '新人', role: 'staff' });
    expect(added.status).toBe(200);
    const { password } = added.body as { password: string };
    expect((await signIn('new.clerk', password)).body).toMatchObject({ role: 'staff' });
    expect(JSON.stringify((await admin.get('/api/users')).body)).not.toContain('password');
    expect((await admin.post('/api/users').send({ user: 'new.clerk', name: '', role: 'staff' })).status).toBe(
      400,
    );
    expect(
      (await admin.post('/api/users').send({ user: 'new.clerk', name: '又', role: 'staff' })).status,
    ).toBe(409);
    const self = await admin
      .put(`/api/users/${api.users.administrator.user}`)
      .send({ role: 'staff', scopeDivision: '', isActive: true });
    expect(problemOf(self)).toMatchObject({ status: 403 });
  });

  test('what they do stands in the audit log, without passwords, and refusals too', async () => {
    await signIn('mallory', 'guess');
    const { body } = await api.as('auditor').get('/api/audit?limit=500');
    const { entries } = body as { entries: { user: string; action: string; outcome: string; at: string }[] };
    expect(entries).toContainEqual(
      expect.objectContaining({ user: 'mallory', action: 'sign-in', outcome: 'refused' }),
    );
    expect(entries).toContainEqual(expect.objectContaining({ action: 'user-add', object: 'new.clerk' }));
    expect(JSON.stringify(entries)).not.toContain('guess');
    const ids = entries.map((entry) => entry.at);
    expect(ids).toEqual(ids.toSorted().toReversed());
  });
});
