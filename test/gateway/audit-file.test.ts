import assert from 'node:assert/strict';
import {
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { verifyChain } from '../support/verify-chain.ts';
import { temporaryDirectory } from '../support/configmap-volume.ts';
import { type LogLine, startTestGateway } from '../support/gateway.ts';
import { jsonReply } from '../support/reply-bytes.ts';
import { chatAnswer, send, startUpstream } from '../support/upstream.ts';

async function start(t: TestContext, onError: 'block' | 'allow' = 'block') {
  const directory = join(await temporaryDirectory(t), 'log');
  mkdirSync(directory);
  const path = join(directory, 'audit.jsonl');
  const upstream = await startUpstream(t, [[send(jsonReply(chatAnswer()))]]);
  const rig = await startTestGateway(t, {
    targets: [{ url: upstream.url }],
    chain: ['audit-logger'],
    policy: { 'audit-logger': { sink: 'file', path, on_error: onError } },
  });
  const call = async (id: string): Promise<number> => {
    const reply = await fetch(`${rig.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': id },
      body: '{"model":"m","messages":[{"role":"user","content":"hello"}]}',
    });
    await reply.arrayBuffer();
    return reply.status;
  };
  const admin = async (page: string): Promise<Response> => fetch(`${rig.gateway.adminUrl}${page}`);
  const degraded = async (): Promise<unknown> => {
    const document: unknown = await (await admin('/status')).json();
    return typeof document === 'object' && document !== null && 'degraded' in document && document.degraded;
  };
  return {
    logged: (holds: (line: LogLine) => boolean) => rig.logged(holds),
    directory,
    path,
    call,
    admin,
    degraded,
  };
}

async function metric(text: Promise<string>, name: string): Promise<number> {
  const line = (await text).split('\n').find((one) => one.startsWith(`${name} `));
  return Number(line?.split(' ').at(-1));
}

function isContinued({ message }: LogLine): boolean {
  return message === 'the audit file was continued';
}

function lines(...paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => readFileSync(path, 'utf8').split('\n').slice(0, -1));
}

for (const [name, rotate] of [
  ['mv and create', (path: string) => (renameSync(path, `${path}.1`), writeFileSync(path, ''))],
  ['mv', (path: string) => renameSync(path, `${path}.1`)],
  ['copytruncate', (path: string) => (copyFileSync(path, `${path}.1`), truncateSync(path))],
] as const) {
  test(`calls go on over ${name}, each in one of the files`, async (t) => {
    const { path, call, degraded, logged, admin } = await start(t);
    assert.equal(await call('one'), 200);

    rotate(path);
    assert.deepEqual([await call('two'), await call('three')], [200, 200]);

    const all = lines(`${path}.1`, path);
    assert.ok(verifyChain(all).ok);
    assert.deepEqual(await degraded(), []);
    assert.equal((await logged(isContinued))['level'], 'warn');
    assert.match(await (await admin('/metrics')).text(), /audit_seams_total\{reason="\w+"\} 1/);
  });
}

test('what cannot be healed is told everywhere, fails calls, and heals by itself', async (t) => {
  const { directory, path, call, degraded, admin, logged } = await start(t);
  assert.equal(await call('one'), 200);

  rmSync(directory, { recursive: true });
  assert.equal(await call('two'), 500);

  assert.deepEqual(await degraded(), ['audit']);
  assert.equal((await admin('/readyz')).status, 503);
  assert.equal((await admin('/healthz')).status, 200);
  assert.equal(await metric((await admin('/metrics')).text(), 'keeptrusts_gateway_audit_failing'), 1);
  mkdirSync(directory);
  await logged(isContinued);
  assert.deepEqual(await degraded(), []);
  assert.equal(await call('three'), 200);
  assert.match(lines(path)[0] ?? '', /"kind":"reopened","reason":"removed","lost":[12]/);
});

test('with on_error: allow calls pass without their records, and readiness stays', async (t) => {
  const { directory, call, degraded, admin } = await start(t, 'allow');
  rmSync(directory, { recursive: true });

  assert.deepEqual([await call('one'), await call('two')], [200, 200]);

  assert.deepEqual(await degraded(), ['audit']);
  assert.equal((await admin('/readyz')).status, 200);
  assert.equal(await metric((await admin('/metrics')).text(), 'keeptrusts_gateway_audit_failures_total'), 2);
});
