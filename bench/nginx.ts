import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export const hasNginx: boolean = spawnSync('nginx', ['-v'], { stdio: 'ignore' }).status === 0;

/** One process, nothing buffered, connections kept: what nginx costs as the plainest of streaming proxies. */
export async function nginxCommand(
  folder: string,
  port: number,
  upstreamPort: number,
): Promise<readonly string[]> {
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
