import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { BufferBudget } from '../../src/http/body.ts';
import { beginExchange, type Exchange } from '../../src/http/exchange.ts';
import { compile, type Snapshot } from '../../src/runtime/snapshot.ts';
import { TraceIds } from '../../src/telemetry/trace-ids.ts';
import { beginTrace } from '../../src/telemetry/trace.ts';
import { TargetState } from '../../src/upstream/target.ts';
import { Ticker } from '../../src/upstream/ticker.ts';
import { testKinds } from './config-kinds.ts';
import { configOf, document } from './config-load.ts';

/** A request that has really come, and its reply. The client hears no more than a status. */
export async function received(t: TestContext): Promise<readonly [IncomingMessage, ServerResponse]> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  // oxlint-disable-next-line no-unsafe-type-assertion -- a server that listens on TCP has such an address
  const { port } = server.address() as AddressInfo;
  get({ port, host: '127.0.0.1' }, (reply) => reply.resume()).on('error', () => undefined);
  const [request, response] = await once(server, 'request');
  return [request, response];
}

const stateOf = (): TargetState => new TargetState(new Ticker());

export function compiled(): Snapshot {
  const compilation = { config: configOf(document()), hash: 'h', generation: 1, previous: undefined };
  return compile({ ...compilation, kinds: testKinds, stateOf });
}

/** An exchange that nobody serves. */
export function begun(snapshot: Snapshot, request: IncomingMessage, response: ServerResponse): Exchange {
  const trace = beginTrace({}, new TraceIds(), undefined);
  return beginExchange({ id: 'x', snapshot, request, response, trace }, () => '', {
    budget: new BufferBudget(1000),
    newSpanId: () => '',
    turn: () => Promise.resolve(),
  });
}
