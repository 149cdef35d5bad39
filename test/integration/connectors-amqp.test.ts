import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type ChannelModel, type ConfirmChannel, connect } from 'amqplib';
import { positionOf } from '../../ingestion/connectors/collect.ts';
import { openssl, temporaryAuthority, type TemporaryAuthority } from '../support/authority.ts';
import { outcome, reading, readings, readingsLoaded, task as newTask } from '../support/collecting.ts';
import { startCuttingProxy } from '../support/cutting-proxy.ts';
import { rowsOf } from '../support/deliveries.ts';
import { testPlatform, type TestPlatform } from '../support/platform.ts';
import { rabbitmq, startRabbitmq } from '../support/servers/rabbitmq-server.ts';
import { describeWith, freePort } from '../support/servers/server.ts';

describeWith(openssl && rabbitmq)('amqp', () => {
  let platform: TestPlatform;
  let server: Awaited<ReturnType<typeof startRabbitmq>>;
  let authority: TemporaryAuthority;
  let sender: ChannelModel;
  let channel: ConfirmChannel;
  beforeAll(async () => {
    authority = await temporaryAuthority();
    const tls = await authority.issue('rabbitmq', ['DNS:localhost']);
    [platform, server] = await Promise.all([testPlatform(), startRabbitmq(tls)]);
    sender = await connect(`amqp://guest:guest@127.0.0.1:${server.port}`);
    channel = await sender.createConfirmChannel();
  });
  afterAll(async () => {
    await sender.close();
    await server.stop();
    await platform.close();
    await authority.dispose();
  });

  let queues = 0;
  /** A queue of its own with these messages, taken over by the broker. */
  async function queueOf(messages: (Buffer | string | { id: string; body: unknown })[]): Promise<string> {
    const queue = `q${++queues}`;
    await channel.assertQueue(queue);
    await send(queue, messages);
    return queue;
  }
  async function send(
    queue: string,
    messages: (Buffer | string | { id: string; body: unknown })[],
  ): Promise<void> {
    for (const message of messages) {
      if (typeof message === 'string' || Buffer.isBuffer(message))
        channel.sendToQueue(queue, Buffer.from(message));
      else channel.sendToQueue(queue, Buffer.from(JSON.stringify(message.body)), { messageId: message.id });
    }
    await channel.waitForConfirms();
  }
  const task = (queue: string, settings: Record<string, unknown> = {}, password = 'guest') =>
    newTask(
      () => platform,
      'amqp',
      {
        ...{ host: '127.0.0.1', port: server.port, tls: false, user: 'guest', queue, batchMessages: 4 },
        ...{ allowedNetworks: ['127.0.0.0/8'], retry: { attempts: 4, firstMs: 1, mostMs: 5 }, ...settings },
      },
      { password },
    );
  const left = async (queue: string): Promise<number> => (await channel.checkQueue(queue)).messageCount;

  test('drains a queue in batches; what was committed but not acknowledged comes again and is not doubled', async () => {
    const queue = await queueOf(readings(1, 10).map((row) => JSON.stringify(row)));
    const { run, taskId } = task(queue);
    const controller = new AbortController();
    // Stopped between the commit of the first batch and its acknowledgement, as by a crash.
    expect(outcome(await run({ signal: controller.signal, onDelivery: () => controller.abort() }))).toEqual([
      4,
    ]);
    expect(await left(queue)).toBe(10);
    const counted: unknown[] = [];
    const second = await run({ onDelivery: (_result, asked) => void counted.push(asked) });
    expect(outcome(second)).toEqual([4, 2]);
    expect(counted).toEqual([
      { requested: 4, returned: 4 },
      { requested: 2, returned: 2 },
    ]);
    expect(await left(queue)).toBe(0);
    expect(await readingsLoaded(platform, 1, 10)).toBe(10);
    expect(String((await positionOf(platform, taskId))?.['recent'])).toHaveLength(160);
    expect(await run()).toEqual([]);
  });

  test('poison goes to quarantine, and what is behind it goes on; XML; lists; ids of the sender; a bounded memory', async () => {
    const json = await queueOf([
      '{"broken',
      JSON.stringify(reading(21)),
      Buffer.from([0, 0xff, 0xfe]),
      JSON.stringify([reading(22), reading(23)]),
    ]);
    expect(await task(json).run()).toMatchObject([{ landed: 5, loaded: 3, quarantined: 2 }]);
    expect(
      await rowsOf(
        platform,
        "SELECT count() AS n FROM meta.quarantine WHERE rule = 'bad_json' AND file_name LIKE '%messages%'",
      ),
    ).toEqual([{ n: '2' }]);

    const xml = await queueOf([
      `<m><row>${Object.entries(reading(24))
        .map(([name, value]) => `<${name}>${value}</${name}>`)
        .join('')}</row></m>`,
      '<!DOCTYPE m [<!ENTITY a "b">]><m><row>&a;</row></m>',
    ]);
    expect(await task(xml, { format: 'xml', records: 'row' }).run()).toMatchObject([
      { loaded: 1, quarantined: 1 },
    ]);

    const named = await queueOf([
      { id: 'a', body: reading(25) },
      { id: 'a', body: { ...reading(25), 读数: '99.0' } },
    ]);
    const { run, taskId } = task(named, { remember: 1 });
    expect(outcome(await run())).toEqual([1]);
    await send(named, [
      { id: 'a', body: reading(26) },
      { id: 'b', body: reading(26) },
    ]);
    expect(outcome(await run())).toEqual([1]);
    expect(String((await positionOf(platform, taskId))?.['recent'])).toHaveLength(16);
  });

  test('follows a queue until it is stopped, through a connection that is cut', async () => {
    const queue = await queueOf(readings(41, 44).map((row) => JSON.stringify(row)));
    const port = await freePort();
    const proxy = await startCuttingProxy('127.0.0.1', [[port, server.port]], Infinity);
    const controller = new AbortController();
    const rows: number[] = [];
    const { run } = task(queue, { port, mode: 'follow', batchSeconds: 0.05 });
    const done = run({
      signal: controller.signal,
      onDelivery: async (result) => {
        rows.push(result.state === 'refused' ? -1 : result.loaded);
        if (rows.length === 1) {
          // Cut before the acknowledgement; further messages wait for the connection made anew.
          proxy.cut();
          await send(
            queue,
            readings(45, 48).map((row) => JSON.stringify(row)),
          );
        }
        if (rows.reduce((sum, n) => sum + n, 0) === 8) controller.abort();
      },
    });
    await done;
    expect(await readingsLoaded(platform, 41, 48)).toBe(8);
    expect(rows.every((n) => n > 0)).toBe(true);
    await proxy.stop();
  });

  test('over TLS by an authority of the agency’s own, who we are said by certificate', async () => {
    const { caFile, certFile, keyFile } = await authority.issue('anju', []);
    const queue = await queueOf([JSON.stringify(reading(61))]);
    const tls = { tls: true, host: 'localhost', port: server.securePort };
    expect(outcome(await task(queue, { ...tls, caFile, certFile, keyFile }).run())).toEqual([1]);
    await expect(task(queue, { ...tls, certFile, keyFile }).test()).rejects.toMatchObject({
      code: 'source_refused',
      where: { rule: 'certificate_authority' },
    });
    const byAddress = { ...tls, host: '127.0.0.1', caFile, certFile, keyFile };
    await expect(task(queue, byAddress).test()).rejects.toMatchObject({
      where: { rule: 'certificate_name' },
    });
    await expect(task(queue, { ...tls, caFile }).test()).rejects.toMatchObject({
      where: { rule: 'client_certificate' },
    });
  });

  test('says what is wrong without the password', async () => {
    const queue = await queueOf([]);
    await expect(task(queue, {}, 'no-guest').test()).rejects.toMatchObject({ code: 'source_refused' });
    await expect(task(queue, {}, 'no-guest').test()).rejects.not.toThrow(/no-guest/);
    await expect(task('gone').test()).rejects.toMatchObject({
      message: expect.stringContaining('no such queue'),
    });
    await expect(task('gone').run()).rejects.toMatchObject({ code: 'source_refused' });
    await expect(task(queue, { port: await freePort() }).test()).rejects.toMatchObject({
      code: 'source_unreachable',
    });
    await expect(task(queue, { allowedNetworks: [] }).test()).rejects.toMatchObject({
      code: 'source_refused',
    });
    expect(await task(queue).test()).toMatchObject({ detail: 'The queue holds 0 messages.' });
  });
});
