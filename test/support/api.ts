/** The whole HTTP surface over a real platform, with somebody of each role signed in. */
import type { Express } from 'express';
import request from 'supertest';
import { createApp } from '../../api/app.ts';
import { ensureFirstUsers } from '../../api/auth/first-users.ts';
import { signIn } from '../../api/auth/sessions.ts';
import { createServices, type Services } from '../../api/endpoints.ts';
import type { Role } from '../../warehouse/operational/tables/identity.ts';
import { type TestPlatform, testPlatform } from './platform.ts';

export interface TestApi {
  platform: TestPlatform;
  app: Express;
  services: Services;
  /** User name and generated password of each role. */
  users: Record<Role, { user: string; password: string; token: string }>;
  /** A request with the header every change needs, as somebody of a role or as nobody. */
  as(role: Role | null): ReturnType<typeof request.agent>;
  close(): Promise<void>;
}

export async function testApi(): Promise<TestApi> {
  const platform = await testPlatform();
  const services = await createServices(platform);
  const app = createApp(platform, services);
  const users = {} as TestApi['users'];
  for (const { user, role, password } of await ensureFirstUsers(platform.store)) {
    const { token } = await signIn(platform.store, user, password);
    users[role] = { user, password, token };
  }
  return {
    platform,
    app,
    services,
    users,
    as: (role) => {
      const agent = request.agent(app).set('X-Anju-Request', '1');
      return role === null ? agent : agent.set('Authorization', `Bearer ${users[role].token}`);
    },
    close: () => platform.close(),
  };
}

/** The problem document of a refusal; fails when the answer is something else. */
export const problemOf = (response: request.Response): Record<string, unknown> => {
  if (response.type !== 'application/problem+json')
    throw new Error(`expected a problem document, got ${response.status} ${response.type}: ${response.text}`);
  return response.body as Record<string, unknown>;
};
