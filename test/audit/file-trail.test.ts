import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test, type TestContext } from 'node:test';
import { AuditChain } from '../../src/audit/audit-chain.ts';
import type { AuditEvent } from '../../src/audit/event.ts';
import { FileTrail, openFileTrail } from '../../src/audit/file-trail.ts';
import { AuditTrails } from '../../src/audit/trails.ts';
import { verifyChain } from '../support/verify-chain.ts';
import { finished } from '../telemetry/finished.ts';

// Linux with the usual tools: a limit on file sizes stands for a full disk.
const hasLimits = spawnSync('prlimit', ['--version']).status === 0;

const now = (): number => 1_795_244_401_042;

function exchange(requestId = 'req-1'): AuditEvent {
  return {
    kind: 'exchange',
    at: now(),
    exchange: finished({ requestId }),
    stamp: { immutable: true, retentionDays: 30 },
  };
}

function place(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'kt-audit-'));
  t.after(() => rmSync(directory, { recursive: true }));
  return join(directory, 'audit.jsonl');
}

async function openTrail(t: TestContext, path: string): Promise<FileTrail> {
  const trail = await openFileTrail({ path, now });
  t.after(() => trail.close());
  return trail;
}

function linesOf(path: string): readonly string[] {
  const text = readFileSync(path, 'utf8');
  assert.ok(text === '' || text.endsWith('\n'));
  return text.split('\n').slice(0, -1);
}

test('a record is in the file when its append resolves', async (t) => {
  const path = place(t);
  const trail = await openTrail(t, path);

  await trail.append(exchange('req-1'));
  assert.equal(linesOf(path).length, 1);
  await Promise.all([trail.append(exchange('req-2')), trail.append(exchange('req-3'))]);

  assert.deepEqual(verifyChain(linesOf(path)), { ok: true, count: 3, seams: [] });
});

test('a file that is opened again continues its chain', async (t) => {
  const path = place(t);
  for (let run = 0; run < 3; run += 1) {
    const trail = await openFileTrail({ path, now });
    await trail.append(exchange());
    await trail.close();
  }

  assert.deepEqual(verifyChain(linesOf(path)), { ok: true, count: 3, seams: [] });
});

test('a torn end is set aside at every length, and a record says so', async (t) => {
  const chain = new AuditChain();
  const whole = `${chain.next(exchange('a'))}\n${chain.next(exchange('b'))}\n`;
  const next = chain.next(exchange('c'));

  for (const length of [1, 2, 40, next.length - 1, next.length]) {
    const path = place(t);
    const torn = next.slice(0, length);
    writeFileSync(path, whole + torn);

    const trail = await openFileTrail({ path, now });
    await trail.append(exchange('d'));
    await trail.close();

    const lines = linesOf(path);
    assert.deepEqual(verifyChain(lines), { ok: true, count: 4, seams: [] });
    const { kind, bytes, sha256, moved_to: movedTo } = JSON.parse(lines[2] ?? '');
    assert.deepEqual([kind, bytes], ['torn_tail', length]);
    assert.equal(sha256, createHash('sha256').update(torn).digest('hex'));
    assert.equal(readFileSync(movedTo, 'utf8'), torn);
  }
});

test('a file that holds nothing but a torn record begins a chain', async (t) => {
  const path = place(t);
  writeFileSync(path, '{"seq":1,"ts"');

  await openTrail(t, path);

  const lines = linesOf(path);
  assert.deepEqual(verifyChain(lines), { ok: true, count: 1, seams: [] });
  assert.match(lines[0] ?? '', /"kind":"torn_tail"/);
});

const strange: readonly (readonly [string, string])[] = [
  ['a file of something else', 'hello\n'],
  ['an empty line at the end', '\n'],
  [
    'an altered last record',
    `${new AuditChain().next(exchange()).replace('"status":200', '"status":201')}\n`,
  ],
  ['five megabytes without a line', 'x'.repeat(5 * 1024 * 1024)],
];

for (const [name, content] of strange) {
  test(`${name} is not continued, and not touched`, async (t) => {
    const path = place(t);
    writeFileSync(path, content);

    await assert.rejects(openFileTrail({ path, now }), /cannot be continued as an audit trail/);

    assert.equal(readFileSync(path, 'utf8'), content);
    assert.deepEqual(readdirSync(join(path, '..')), ['audit.jsonl']);
  });
}

test('a path that cannot be opened rejects', async (t) => {
  await assert.rejects(openFileTrail({ path: join(place(t), 'nowhere'), now }));
});

test('a full disk rejects what did not fit', { skip: process.platform !== 'linux' }, async () => {
  // /dev/full takes no byte and cannot be truncated.
  const trail = await openFileTrail({ path: '/dev/full', now });

  await assert.rejects(trail.append(exchange()), { code: 'audit_failed' });
  await assert.rejects(trail.append(exchange()), { code: 'audit_failed' });
  await trail.close();
});

test('a disk that was full for a while leaves a chain without a gap', { skip: !hasLimits }, async (t) => {
  const path = place(t);
  const { stdout, stop } = startAppender(t, path, '4');

  const said: string[] = [];
  for await (const line of createInterface({ input: stdout })) said.push(line);
  await stop;

  assert.ok(said.includes('failed'), 'the limit was never reached');
  assert.equal(said.at(-1), 'stored');
  const verified = verifyChain(linesOf(path));
  assert.ok(verified.ok);
  // A record of the break may still fit where that of a call does not.
  assert.ok(verified.seams.length > 0 && verified.seams.every(({ reason }) => reason === 'failed'));
  const stored = said.filter((line) => line === 'stored').length;
  assert.equal(verified.count, stored + verified.seams.length);
});

test('records beyond what may wait are refused at once', async (t) => {
  const path = place(t);
  const trail = await openFileTrail({ path, now, maxWaiting: 2 });
  t.after(() => trail.close());

  const both = [trail.append(exchange()), trail.append(exchange())];
  await assert.rejects(trail.append(exchange()), { code: 'audit_failed' });
  await Promise.all(both);

  assert.deepEqual(verifyChain(linesOf(path)), { ok: true, count: 2, seams: [] });
});

test('closing stores what was accepted, and then nothing more is', async (t) => {
  const path = place(t);
  const trail = await openFileTrail({ path, now });
  const stored = trail.append(exchange());

  await trail.close();
  await stored;

  assert.equal(linesOf(path).length, 1);
  await assert.rejects(trail.append(exchange()), { code: 'audit_failed' });
});

test('two holders of a path share one chain, until the last lets go', async (t) => {
  const path = place(t);
  const trails = new AuditTrails(now);
  t.after(() => trails.close());

  const [one, other] = await Promise.all([trails.acquire(path), trails.acquire(`${path}/../audit.jsonl`)]);
  await trails.release(path);
  await other.append(exchange());
  await trails.release(path);

  assert.equal(one, other);
  await assert.rejects(one.append(exchange()), { code: 'audit_failed' });
});

test('a path that is taken again while it is being closed continues after everything that was accepted', async (t) => {
  const path = place(t);
  const trails = new AuditTrails(now);
  t.after(() => trails.close());
  const first = await trails.acquire(path);
  const accepted = Array.from({ length: 10_000 }, () => first.append(exchange()));

  const released = trails.release(path);
  const second = await trails.acquire(path);
  await second.append(exchange());
  await Promise.all([...accepted, released]);

  assert.deepEqual(verifyChain(linesOf(path)), { ok: true, count: 10_001, seams: [] });
});

test('a path that could not be opened can be opened later', async (t) => {
  const path = place(t);
  const trails = new AuditTrails(now);
  t.after(() => trails.close());
  writeFileSync(path, 'not a record\n');
  await assert.rejects(trails.acquire(path));

  rmSync(path);
  const trail = await trails.acquire(path);
  await trail.append(exchange());

  assert.equal(linesOf(path).length, 1);
});

/** Appends in a process of its own and says on stdout which records were stored. */
function startAppender(t: TestContext, path: string, limitKiB: string) {
  const script = join(import.meta.dirname, 'appender.ts');
  // The limit of the shell on file sizes stands for a full disk: writing beyond it fails with EFBIG.
  const command = `ulimit -S -f ${limitKiB}; trap '' XFSZ; exec "$0" "$1" "$2"`;
  const child = spawn('bash', ['-c', command, process.execPath, script, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  return { child, stdout: child.stdout, stop: ended(child) };
}

function ended(child: ChildProcess): Promise<unknown[]> {
  return once(child, 'exit', { signal: AbortSignal.timeout(20_000) });
}

test('kill -9 loses no record whose append had resolved', async (t) => {
  const path = place(t);
  const { child, stdout, stop } = startAppender(t, path, 'unlimited');

  const told: string[] = [];
  for await (const line of createInterface({ input: stdout })) {
    told.push(line);
    if (told.length === 200) child.kill('SIGKILL');
  }
  await stop;
  const trail = await openTrail(t, path);
  await trail.append(exchange('after'));

  const lines = linesOf(path);
  assert.deepEqual(verifyChain(lines), { ok: true, count: lines.length, seams: [] });
  assert.ok(lines.length > told.length, `${lines.length} lines, ${told.length} told`);
});
