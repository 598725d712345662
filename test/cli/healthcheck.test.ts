import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { temporaryDirectory } from '../support/configmap-volume.ts';
import { configText } from '../support/gateway.ts';
import { runArguments, runKt, startKt } from '../support/kt-process.ts';
import { rawClient } from '../support/raw-client.ts';

test('it passes while the gateway is ready, and fails once that drains and once it is gone', async (t) => {
  const config = join(await temporaryDirectory(t), 'policy-config.yaml');
  writeFileSync(config, configText({ targets: [{ url: 'http://127.0.0.1:1' }] }));
  const kt = startKt(t, runArguments(config));
  const [, port = ''] = await kt.says(/"admin":"http:\/\/127\.0\.0\.1:(\d+)"/);
  const client = await rawClient(t, await kt.port());

  const ready = await runKt(t, ['healthcheck', '--admin', `[::]:${port}`]);
  // Half a call holds up the exit, so that draining can be seen.
  await client.deliver('POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\n{');
  kt.child.kill('SIGTERM');
  await kt.says(/"message":"draining"/);
  const env = { KT_ADMIN_LISTEN: `127.0.0.1:${port}` };
  const draining = await runKt(t, ['healthcheck', '--json'], { env });
  client.socket.destroy();
  await kt.exit();
  const gone = await runKt(t, ['healthcheck'], { env });

  assert.deepEqual([ready.code, ready.stdout, ready.stderr], [0, 'ready\n', '']);
  assert.equal(draining.code, 1);
  assert.deepEqual(JSON.parse(draining.stdout), {
    ready: false,
    url: `http://127.0.0.1:${port}`,
    error: 'HTTP 503',
  });
  assert.equal(gone.code, 1);
  assert.match(gone.stderr, /not ready: .*nothing listens there; .*--admin/);
});
