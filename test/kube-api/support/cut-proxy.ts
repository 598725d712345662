import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';

/** A way to the API server that a test can break. */
export interface CutProxy {
  readonly port: number;
  /** Every connection breaks; new ones are taken. */
  cut(): void;
  /** Every connection that stands goes quiet, without an end; new ones work. */
  hang(): void;
  /** Nobody listens any more. */
  close(): Promise<void>;
  open(): Promise<void>;
}

export async function startCutProxy(t: TestContext, server: URL): Promise<CutProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  const proxy = createServer((client) => {
    const upstream = connect(Number(server.port || 443), server.hostname);
    const pair = [client, upstream] as const;
    pairs.add(pair);
    const end = (): void => {
      pairs.delete(pair);
      for (const socket of pair) socket.destroy();
    };
    for (const socket of pair) socket.on('error', end).on('close', end);
    client.pipe(upstream).pipe(client);
  });
  const listen = async (port: number): Promise<number> => {
    proxy.listen(port, '127.0.0.1');
    await once(proxy, 'listening');
    const address = proxy.address();
    if (address === null || typeof address === 'string') throw new Error('no TCP address');
    return address.port;
  };
  const port = await listen(0);
  const cut = (): void => {
    for (const pair of pairs) for (const socket of pair) socket.destroy();
  };
  const close = async (): Promise<void> => {
    proxy.close();
    cut();
    if (proxy.listening) await once(proxy, 'close');
  };
  t.after(close);
  return {
    port,
    cut,
    hang: () => {
      for (const pair of pairs) for (const socket of pair) socket.unpipe().pause();
    },
    close,
    open: async () => void (await listen(port)),
  };
}
