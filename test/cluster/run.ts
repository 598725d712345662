import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build, stop } from 'esbuild';
import { runKubectl } from './support/kubectl.ts';
import { runLabel, settingsToEnvironment } from './support/settings.ts';

// `npm run test:cluster`: the image in real pods of the cluster that KUBECONFIG names. docs/kubernetes.md tells how.

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** The gateway's image, as the cluster's nodes know it. */
    image: { type: 'string', default: 'kt-sidecar:dev' },
    /** Any image with Node in it, for the test's app. Default: the gateway's own. */
    'app-image': { type: 'string' },
    'app-node': { type: 'string', default: '/nodejs/bin/node' },
  },
});

const run = randomUUID().slice(0, 8);
const folder = mkdtempSync(join(tmpdir(), 'kt-cluster-'));
const app = join(folder, 'app.mjs');
const banner = {
  js: "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);",
};
await build({
  entryPoints: [join(import.meta.dirname, 'app/main.ts')],
  outfile: app,
  bundle: true,
  minify: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  banner,
  logLevel: 'warning',
});
await stop();

const files =
  positionals.length > 0 ? positionals : globSync(join(import.meta.dirname, '*.cluster.ts')).toSorted();
const env = {
  ...process.env,
  ...settingsToEnvironment({
    run,
    app,
    image: values.image,
    appImage: values['app-image'] ?? values.image,
    appNode: values['app-node'],
  }),
};
const args = ['--import', 'tsx', '--test', '--test-concurrency=1', '--test-timeout=300000'];
const child = spawn(process.execPath, [...args, '--test-reporter=spec', ...files], { env, stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
try {
  await once(child, 'exit');
  process.exitCode = child.exitCode ?? 1;
} finally {
  // Each file deletes its own namespace; this catches those of files that were killed, and waits for all.
  await runKubectl(['delete', 'namespace', '-l', `${runLabel}=${run}`, '--timeout=120s']);
  rmSync(folder, { recursive: true });
}
