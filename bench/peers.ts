import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Child, freePort, untilReady } from './child.ts';
import { Drain } from './drain.ts';
import type { GatewayVariant } from './gateway-config.ts';
import { gatewayCommand } from './gateway.ts';
import type { Programs } from './programs.ts';

/** Something between the load and the upstream, running. */
export interface Peer extends AsyncDisposable {
  readonly name: string;
  readonly pid: number;
  readonly port: number;
  /** Milliseconds from its start until it was ready. */
  readonly readyMs: number;
}

export type PeerName = 'nginx' | 'bare' | 'bare-events' | 'empty' | GatewayVariant;

export interface PeerSurroundings {
  readonly programs: Programs;
  readonly upstreamPort: number;
}

export const hasNginx: boolean = spawnSync('nginx', ['-v'], { stdio: 'ignore' }).status === 0;

export async function startPeer(name: PeerName, surroundings: PeerSurroundings): Promise<Peer> {
  const { programs, upstreamPort } = surroundings;
  const port = await freePort();
  const origin = `http://127.0.0.1:${upstreamPort}`;
  switch (name) {
    case 'nginx':
      return launch({
        name,
        port,
        path: '/_ready',
        command: await nginxCommand(programs.folder, port, upstreamPort),
      });
    case 'bare':
      return launch({
        name,
        port,
        path: '/readyz',
        command: programs.command('bare-proxy', port, origin, 'bytes'),
      });
    case 'bare-events':
      return launch({
        name,
        port,
        path: '/readyz',
        command: programs.command('bare-proxy', port, origin, 'events'),
      });
    case 'empty':
      return launch({ name, port, path: '/readyz', command: programs.command('empty-server', port) });
    case 'ours-logged':
    case 'ours-mail':
    case 'ours-pii':
    case 'ours-chain': {
      const command = await gatewayCommand(name, { folder: programs.folder, port, origin });
      return launch({ name, port, path: '/readyz', command, logTo: await Drain.open(programs.folder, name) });
    }
  }
}

interface PeerLaunch {
  readonly name: string;
  readonly port: number;
  readonly path: string;
  readonly command: readonly string[];
  readonly logTo?: Drain;
}

async function launch({ name, port, path, command, logTo }: PeerLaunch): Promise<Peer> {
  await using stack = new AsyncDisposableStack();
  if (logTo !== undefined) stack.use(logTo);
  const stdout = logTo === undefined ? {} : { stdout: logTo.fd };
  const child = stack.use(new Child({ name, command, core: 'gateway', ...stdout }));
  const readyMs = await untilReady(child, port, path);
  const { pid } = child;
  const owned = stack.move();
  return { name, pid, port, readyMs, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

// One process, nothing buffered, connections kept: what nginx costs as the plainest of streaming proxies.
async function nginxCommand(folder: string, port: number, upstreamPort: number): Promise<readonly string[]> {
  const home = join(folder, `nginx-${port}`);
  await mkdir(home, { recursive: true });
  const config = `
daemon off;
master_process off;
pid ${home}/pid;
error_log stderr warn;
events { worker_connections 8192; }
http {
  access_log off;
  client_body_temp_path ${home}/client;
  proxy_temp_path ${home}/proxy;
  fastcgi_temp_path ${home}/fastcgi;
  uwsgi_temp_path ${home}/uwsgi;
  scgi_temp_path ${home}/scgi;
  client_max_body_size 16m;
  keepalive_timeout 300s;
  keepalive_requests 100000000;
  upstream provider { server 127.0.0.1:${upstreamPort}; keepalive 512; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    tcp_nodelay on;
    location = /_ready { return 200; }
    location / {
      proxy_pass http://provider;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
      proxy_request_buffering off;
    }
  }
}
`;
  await writeFile(join(home, 'nginx.conf'), config);
  return ['nginx', '-p', home, '-c', join(home, 'nginx.conf')];
}
