/**
 * Readings from a broker somebody else runs. Several connections share one subscription, each taking one message at a time:
 * mqtt.js sends the PUBACK when `handleMessage` calls back, which is after the disk has the message. Their sessions outlive us,
 * so the broker keeps what comes while we are away.
 */
import mqtt, { type IPublishPacket, type MqttClient } from 'mqtt';
import { AppError } from '../../../domain/errors.ts';
import { errorMessage } from '../../../warehouse/error-code.ts';
import type { Platform } from '../../../warehouse/platform.ts';
import { parseTopic, TOPIC_ROOT } from '../gateway/topic.ts';
import type { DeviceHub } from '../hub.ts';

/** One message at a time each: this many share one sync of the disk. */
const CONNECTIONS = 8;
const SHARED_TOPIC = `$share/anju/${TOPIC_ROOT}/+/+/+`;
const RETRY_MS = 1000;

export interface BrokerConnection {
  close(): Promise<void>;
}

/** @throws AppError `source_unreachable` when the broker does not answer or does not let us subscribe */
export async function connectBroker(
  platform: Platform,
  hub: DeviceHub,
  { url, clientId }: { url: string; clientId: string },
): Promise<BrokerConnection> {
  const clients: MqttClient[] = [];
  let isClosing = false;
  const close = async (): Promise<void> => {
    isClosing = true;
    await Promise.all(clients.map((client) => client.endAsync(true)));
  };

  /** On disk, however long it takes; until then this connection takes nothing else. */
  async function take(packet: IPublishPacket): Promise<void> {
    const receivedAt = Date.now();
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    const topic = parseTopic(packet.topic);
    const known = topic === null ? undefined : hub.directory.find(topic.device);
    if (topic === null || (known !== undefined && known.product !== topic.product)) {
      // Not ours: somebody else's topic under our root.
      platform.log.warn('a message under a topic that is no device was passed over');
      return;
    }
    while (!isClosing) {
      try {
        await hub.receive({ source: topic.device, kind: topic.kind, payload, receivedAt });
        return;
      } catch (error) {
        platform.log.error({ message: errorMessage(error) }, 'a message cannot be written down yet');
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    throw new Error('closing');
  }

  try {
    for (let index = 0; index < CONNECTIONS; index++) {
      const client = await mqtt.connectAsync(
        url,
        { clientId: `${clientId}-${index}`, clean: false, reconnectPeriod: RETRY_MS, connectTimeout: 10_000 },
        false,
      );
      clients.push(client);
      client.on('error', (error) =>
        platform.log.warn({ message: error.message }, 'the connection to the MQTT broker broke'),
      );
      client.handleMessage = (packet, done) => {
        take(packet).then(
          () => done(),
          // Closing: not acknowledged, so the broker sends it again.
          () => undefined,
        );
      };
      await client.subscribeAsync(SHARED_TOPIC, { qos: 1 });
    }
  } catch (cause) {
    await close();
    throw new AppError('source_unreachable', 'The MQTT broker at ANJU_MQTT_URL does not answer.', {
      where: { host: new URL(url).host },
      fix: 'Check the address, the user and the password, and that it allows shared subscriptions.',
      retriable: true,
      cause,
    });
  }
  return { close };
}
