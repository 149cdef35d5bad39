/**
 * Readings from a broker somebody else runs. mqtt.js takes one message at a time and sends the PUBACK when `handleMessage` calls
 * back, which is after the disk has the message; so there is one connection a product, and together they share syncs of the
 * disk. Their sessions outlive us: the broker keeps what comes while we are away. No shared subscription: mosquitto 2.0 forgets
 * those when it restarts, and with them what comes until we are back (measured).
 */
import mqtt, { type IPublishPacket, type MqttClient } from 'mqtt';
import { errorMessage } from '../../../warehouse/error-code.ts';
import type { Platform } from '../../../warehouse/platform.ts';
import { parseTopic, TOPIC_ROOT } from '../gateway/topic.ts';
import type { DeviceHub } from '../hub.ts';

const RETRY_MS = 1000;

export interface BrokerConnection {
  close(): Promise<void>;
}

/** Connects, and again whenever the broker was away; what it refuses is logged. */
export function connectBroker(
  platform: Platform,
  hub: DeviceHub,
  { url, clientId }: { url: string; clientId: string },
): BrokerConnection {
  let isClosing = false;

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

  /** One connection a product. */
  const clients = new Map<string, MqttClient>();
  const connectProducts = (): void => {
    for (const product of hub.directory.products())
      if (!clients.has(product)) clients.set(product, connect(product));
  };

  function connect(product: string): MqttClient {
    const client = mqtt.connect(url, {
      clientId: `${clientId}-${product}`,
      clean: false,
      reconnectPeriod: RETRY_MS,
      connectTimeout: 10_000,
    });
    // Before the first byte comes: what waited for us at the broker comes with the connection, and must not be acknowledged by
    // the handler mqtt.js has of its own.
    client.handleMessage = (packet, done) => {
      take(packet).then(
        () => done(),
        // Closing: not acknowledged, so the broker sends it again.
        () => undefined,
      );
    };
    client.on('error', (error) =>
      platform.log.error(
        { message: error.message },
        'the MQTT broker at ANJU_MQTT_URL does not take our connection',
      ),
    );
    client.on('connect', () => {
      client.subscribe(`${TOPIC_ROOT}/${product}/+/+`, { qos: 1 }, (error) => {
        if (error) platform.log.error({ message: error.message }, 'the MQTT broker refuses our subscription');
      });
    });
    return client;
  }

  connectProducts();
  const stopWatching = hub.onReload(connectProducts);
  return {
    close: async () => {
      isClosing = true;
      stopWatching();
      await Promise.all([...clients.values()].map((client) => client.endAsync(true)));
    },
  };
}
