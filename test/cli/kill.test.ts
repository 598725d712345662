import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import test from 'node:test';
import { verifyChain } from '../support/verify-chain.ts';
import { temporaryDirectory } from '../support/configmap-volume.ts';
import { runArguments, startKt } from '../support/kt-process.ts';

const enough = 200;

test('kill -9 loses no record of an answer that a client has received whole', async (t) => {
  const folder = await temporaryDirectory(t);
  const records = join(folder, 'audit.jsonl');
  const config = join(folder, 'policy-config.yaml');
  writeFileSync(config, configuration(records));
  const kt = startKt(t, runArguments(config));
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  t.after(() => agent.destroy());
  const port = await kt.port();
  const received = new Set<string>();
  let count = 0;

  const caller = async (): Promise<void> => {
    while (!kt.child.killed) {
      count += 1;
      const id = `call-${count}`;
      if (await isAnswered(agent, port, id, count % 2 === 0)) received.add(id);
      if (received.size >= enough) kt.child.kill('SIGKILL');
    }
  };
  await Promise.all(Array.from({ length: 8 }, caller));
  await kt.exit();

  const text = readFileSync(records, 'utf8');
  const lines = text.slice(0, text.lastIndexOf('\n')).split('\n');
  const recorded = new Set(lines.map(requestId));
  assert.ok(received.size >= enough);
  assert.deepEqual(
    [...received].filter((id) => !recorded.has(id)),
    [],
  );
  assert.equal(verifyChain(lines).ok, true);
});

function configuration(records: string): string {
  return `pack: {name: kill, version: 1.0.0, enabled: true}
policies: {chain: [pii-detector, audit-logger]}
policy: {audit-logger: {sink: file, path: ${JSON.stringify(records)}}}
providers: {targets: [{id: sim, provider: simulator, model: m}]}
`;
}

/** Whether the whole answer came before the process was gone. */
function isAnswered(agent: Agent, port: number, id: string, stream: boolean): Promise<boolean> {
  return new Promise((resolve) => {
    const path = '/v1/chat/completions';
    const options = { agent, port, host: '127.0.0.1', method: 'POST', path, headers: { 'x-request-id': id } };
    const call = request(options, (answer) => {
      answer.resume();
      answer.on('close', () => resolve(answer.complete));
    });
    call.on('error', () => resolve(false));
    call.end(JSON.stringify({ stream, messages: [{ role: 'user', content: `hello ${id}` }] }));
  });
}

function requestId(line: string): unknown {
  const record: unknown = JSON.parse(line);
  return typeof record === 'object' && record !== null && 'request_id' in record
    ? record.request_id
    : undefined;
}
