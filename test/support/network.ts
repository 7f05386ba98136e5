import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { portOf } from './free-port.ts';

/** A way to a server on loopback that can be disturbed; connections that are opened later work again. */
export interface Network extends AsyncDisposable {
  /** Where to connect instead of the server's own port. */
  readonly port: number;
  /** From now on the connections there are bring nothing to the other side, and never end. */
  swallow(): void;
  /** Resets the connections there are, whatever is on its way, and tells how many they were. */
  cut(): number;
}

/** Opens a way to a port of 127.0.0.1. */
export async function throughNetwork(port: number): Promise<Network> {
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const socket of [near, far]) {
      open.add(socket);
      // Whoever goes away takes the other side along.
      socket
        .on('error', () => undefined)
        .on('close', () => {
          open.delete(socket);
          for (const each of [near, far]) each.destroy();
        });
    }
    near.pipe(far);
    far.pipe(near);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: portOf(server),
    swallow() {
      for (const socket of open) socket.unpipe().resume();
    },
    cut() {
      const count = open.size / 2;
      for (const socket of open) socket.resetAndDestroy();
      return count;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await once(server.close(), 'close');
    },
  };
}
