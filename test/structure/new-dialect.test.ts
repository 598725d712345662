import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { temporaryDirectory } from '../support/configmap-volume.ts';
import { chunkedReply, jsonReply } from '../support/reply-bytes.ts';
import { send, sse, startUpstream } from '../support/upstream.ts';

const root = join(import.meta.dirname, '../..');

// The one file.
const drafts = `import { choicesEvents } from './choices.ts';
import type { Dialect } from './dialect.ts';

/** A family that nobody serves: drafts of letters. */
export const drafts: Dialect = {
  endpoint: 'drafts',
  path: '/letters/drafts',
  serves: 'chat',
  answerKey: 'drafts',
  hasTextAnswer: true,
  asksUsage: false,
  ...choicesEvents,
};
`;

/** A copy of the sources with one API family more. */
async function withDrafts(t: TestContext): Promise<string> {
  const copy = await temporaryDirectory(t);
  for (const part of ['src', 'test/support', 'package.json', 'tsconfig.json'])
    await cp(join(root, part), join(copy, part), { recursive: true });
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
  await writeFile(join(copy, 'src/dialect/drafts.ts'), drafts);
  const list = join(copy, 'src/dialect/dialects.ts');
  const text = await readFile(list, 'utf8');
  // The one line, and the import of what it names.
  const named = text.replace('Dialect[] = [', 'Dialect[] = [drafts, ');
  assert.notEqual(named, text);
  await writeFile(list, `import { drafts } from './drafts.ts';\n${named}`);
  return copy;
}

/** The gateway of the copy before an upstream that answers a draft, whole and then as a stream. */
async function startDrafts(t: TestContext, copy: string) {
  const whole = jsonReply({ drafts: [{ text: 'Write to ann@example.org.' }], usage: { prompt_tokens: 3 } });
  const event = { choices: [{ index: 0, text: 'Write to ann@example.org.', finish_reason: 'stop' }] };
  const stream = chunkedReply([sse(event, '[DONE]')]);
  const upstream = await startUpstream(t, [[send(whole)], [send(stream)]]);
  const audit = join(await temporaryDirectory(t), 'audit.jsonl');
  const support: typeof import('../support/gateway.ts') = await import(join(copy, 'test/support/gateway.ts'));
  const rig = await support.startTestGateway(t, {
    targets: [{ url: upstream.url }],
    chain: ['pii-detector', 'audit-logger'],
    policy: { 'pii-detector': { action: 'redact' }, 'audit-logger': { sink: 'file', path: audit } },
  });
  const call = async (body: object): Promise<string> => {
    const headers = { 'content-type': 'application/json' };
    const text = JSON.stringify({ model: 'm', brief: 'to bob@example.org', ...body });
    return (await fetch(`${rig.url}/v1/letters/drafts`, { method: 'POST', headers, body: text })).text();
  };
  return { rig, upstream, audit, call };
}

test('a new API family is one file and one line', { timeout: 120_000 }, async (t) => {
  const copy = await withDrafts(t);

  await promisify(execFile)(join(root, 'node_modules/.bin/tsc'), ['-p', copy, '--noEmit']);
  const { rig, upstream, audit, call } = await startDrafts(t, copy);
  const answers = [await call({}), await call({ stream: true })];
  const lines = await rig.calls(2);
  const metrics = await (await fetch(`${rig.gateway.adminUrl}/metrics`)).text();

  for (const { path, body } of upstream.requests) {
    assert.equal(path, '/v1/letters/drafts');
    assert.ok(!body.includes('bob@example.org'), body.toString());
  }
  for (const answer of answers) {
    assert.ok(answer.includes('Write to '), answer);
    assert.ok(!answer.includes('ann@example.org'), answer);
  }
  const told = lines.map(({ endpoint, stream, status }) => ({ endpoint, stream, status }));
  assert.deepEqual(told, [
    { endpoint: 'drafts', stream: false, status: 200 },
    { endpoint: 'drafts', stream: true, status: 200 },
  ]);
  assert.match(metrics, /requests_total\{[^}]*endpoint="drafts"[^}]*\} 2\n/);
  assert.match(metrics, /request_duration_seconds_count\{[^}]*endpoint="drafts"[^}]*\} 2\n/);
  assert.equal((await readFile(audit, 'utf8')).match(/"endpoint":"drafts"/g)?.length, 2);
});
