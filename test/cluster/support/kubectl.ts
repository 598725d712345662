import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { Cleanup } from '../../support/cleanup.ts';

const kubectl = process.env['KUBECTL'] ?? 'kubectl';

/** Runs kubectl as a user does, against the cluster that KUBECONFIG names. Returns what it prints. */
export async function runKubectl(args: readonly string[], input = ''): Promise<string> {
  const child = spawn(kubectl, args, { stdio: ['pipe', 'pipe', 'pipe'], timeout: 180_000 });
  child.stdin.end(input);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  if (child.exitCode !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
  return stdout;
}

/** The API server at a local address without credentials, for as long as the test runs. */
export async function startApiProxy(t: Cleanup): Promise<string> {
  const child = spawn(kubectl, ['proxy', '--port=0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill());
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    output += piece;
    const [, address] = /Starting to serve on (\S+)/.exec(output) ?? [];
    if (address !== undefined) resolve(`http://${address}`);
  });
  child.on('error', reject);
  child.on('exit', (code) => reject(new Error(`kubectl proxy ended with ${code}`)));
  return promise;
}
