import { Child, freePort, type ReadySign, untilReady } from './child.ts';
import { Drain } from './drain.ts';
import type { GatewayVariant } from './gateway-config.ts';
import { gatewayCommand, gatewayEnvironment } from './gateway.ts';
import { firstLine, type InstalledLaunch, launchInstalled } from './installed-launch.ts';
import type { MeasuredPeerName } from './installed-peers.ts';
import type { Door } from './load-order.ts';
import { nginxCommand } from './nginx.ts';
import type { Programs } from './programs.ts';
import { tracingTo } from './tracing-environment.ts';

/** Something between the load and the upstream, running. */
export interface Peer extends AsyncDisposable {
  readonly name: PeerName;
  readonly pid: number;
  readonly port: number;
  /** How it is asked, where that is not how the gateway is. */
  readonly door: Door | undefined;
  readonly startedAt: number;
  /** Milliseconds from its start until it was ready. */
  readonly readyMs: number;
}

export type PeerName = 'nginx' | 'bare' | 'bare-events' | 'empty' | GatewayVariant | MeasuredPeerName;

export interface PeerSurroundings {
  readonly programs: Programs;
  readonly upstreamPort: number;
  /** Where the gateway that traces sends its spans. */
  readonly spanSinkPort?: number;
}

export async function startPeer(name: PeerName, surroundings: PeerSurroundings): Promise<Peer> {
  const { programs, upstreamPort, spanSinkPort } = surroundings;
  const port = await freePort();
  const origin = `http://127.0.0.1:${upstreamPort}`;
  const sign: ReadySign = { path: '/readyz' };
  switch (name) {
    case 'nginx': {
      const command = await nginxCommand(programs.folder, port, upstreamPort);
      return launch({ name, port, sign: { path: '/_ready' }, command });
    }
    case 'bare':
      return launch({ name, port, sign, command: programs.command('bare-proxy', port, origin, 'bytes') });
    case 'bare-events':
      return launch({ name, port, sign, command: programs.command('bare-proxy', port, origin, 'events') });
    case 'empty':
      return launch({ name, port, sign, command: programs.command('empty-server', port) });
    case 'ours-logged':
    case 'ours-mail':
    case 'ours-pii':
    case 'ours-chain':
    case 'ours-traced': {
      const command = await gatewayCommand(name, { folder: programs.folder, port, origin });
      const tracing = name === 'ours-traced' ? tracingTo(spanSinkPort) : {};
      const environment = { ...gatewayEnvironment, ...tracing };
      const logTo = await Drain.open(programs.folder, name);
      return launch({ name, port, sign, command, environment, logTo });
    }
    case 'portkey':
    case 'tensorzero':
    case 'litellm':
      return launch({ name, ...(await launchInstalled(name, { folder: programs.folder, port, origin })) });
  }
}

interface PeerLaunch extends InstalledLaunch {
  readonly name: PeerName;
  readonly logTo?: Drain;
}

async function launch(of: PeerLaunch): Promise<Peer> {
  await using stack = new AsyncDisposableStack();
  if (of.logTo !== undefined) stack.use(of.logTo);
  const { name, command, environment = {}, port: known } = of;
  const stdout = of.logTo?.fd ?? (known === undefined ? 'pipe' : 'ignore');
  const child = stack.use(new Child({ name, command, core: 'gateway', environment, stdout }));
  const port = known ?? Number(new URL(await firstLine(child, /^http:/)).port);
  const readyMs = await untilReady(child, port, of.sign);
  const { pid, startedAt } = child;
  const owned = stack.move();
  const { door } = of;
  return { name, pid, port, door, startedAt, readyMs, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
