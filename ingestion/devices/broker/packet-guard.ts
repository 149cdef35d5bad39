/** Ends a connection that announces an MQTT packet larger than allowed: the parser behind would gather all of it in memory. */
import type { Socket } from 'node:net';

/** Follows the packets in a stream of bytes by their fixed headers (MQTT 3.1.1, 2.2). */
export class PacketSizes {
  readonly #most: number;
  /** Bytes of the packet's body still to come; -1 while its header is read. */
  #left = -1;
  #length = 0;
  #digits = -1;

  constructor(most: number) {
    this.#most = most;
  }

  /** False when a packet is too long, or its length is no length. */
  accept(chunk: Uint8Array): boolean {
    for (let at = 0; at < chunk.length;) {
      if (this.#left > 0) {
        const step = Math.min(this.#left, chunk.length - at);
        at += step;
        this.#left -= step;
        if (this.#left === 0) this.#left = -1;
        continue;
      }
      const byte = chunk[at++] ?? 0;
      if (this.#digits < 0) {
        this.#digits = 0;
        this.#length = 0;
        continue;
      }
      this.#length += (byte & 127) * 128 ** this.#digits++;
      if (this.#length > this.#most || this.#digits > 4) return false;
      if ((byte & 128) === 0) {
        this.#digits = -1;
        this.#left = this.#length === 0 ? -1 : this.#length;
      }
    }
    return true;
  }
}

/** Puts itself between the socket and whoever reads from it. */
export function guardPackets(socket: Socket, most: number): void {
  const sizes = new PacketSizes(most);
  const read = socket.read.bind(socket);
  socket.read = (size?: number): unknown => {
    const chunk: unknown = read(size);
    if (!(chunk instanceof Uint8Array) || sizes.accept(chunk)) return chunk;
    socket.destroy();
    return null;
  };
}
