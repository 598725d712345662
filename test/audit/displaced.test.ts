import assert from 'node:assert/strict';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { AuditChain } from '../../src/audit/audit-chain.ts';
import { verifyChain } from '../support/verify-chain.ts';
import { exchange, idsIn, linesOf, startTrail, verified } from '../support/rotation-rig.ts';

const strangers: readonly (readonly [string, (path: string) => void])[] = [
  ['a line behind ours', (path) => appendFileSync(path, 'someone else\n')],
  [
    'a cut and a shorter line',
    (path) => {
      truncateSync(path);
      appendFileSync(path, '# rotated\n');
    },
  ],
  ['a cut and much more than was there', (path) => writeFileSync(path, 'someone else\n'.repeat(1000))],
  [
    'the records of another gateway',
    (path) => {
      rmSync(path);
      writeFileSync(path, `${new AuditChain().next(exchange('other'))}\n`);
    },
  ],
  [
    'a file of something else in its place',
    (path) => {
      writeFileSync(`${path}.new`, 'hosts\n');
      renameSync(`${path}.new`, path);
    },
  ],
  [
    'a link to a file of something else',
    (path) => {
      renameSync(path, `${path}.0`);
      writeFileSync(`${path}.precious`, 'precious\n');
      symlinkSync(`${path}.precious`, path);
    },
  ],
];

for (const [name, disturb] of strangers) {
  test(`${name}: what others wrote is moved beside, whole, and a new file begins`, async (t) => {
    const { path, store, seams, pass } = await startTrail(t);
    await store('req-1');
    const old = linesOf(path);
    pass(20_000);
    disturb(path);
    const found = readFileSync(path, 'utf8');

    await store('req-2');

    assert.equal(readFileSync(seams[0]?.movedTo ?? '', 'utf8'), found);
    assert.deepEqual(idsIn(path), ['req-2']);
    assert.ok(verifyChain([...old, ...linesOf(path)]).ok);
    if (existsSync(`${path}.precious`)) assert.equal(readFileSync(`${path}.precious`, 'utf8'), 'precious\n');
  });
}

test('two gateways that were given one file end in trouble, not in a heap of files', async (t) => {
  const { path, store, trail, pass } = await startTrail(t);
  await store('req-1');
  appendFileSync(path, 'someone else\n');
  await store('req-2');

  appendFileSync(path, 'someone else\n');
  await assert.rejects(store('req-3'), { code: 'audit_failed' });

  assert.match(String(trail.trouble), /another program/);
  assert.equal(readdirSync(dirname(path)).length, 2);
  pass(60_000);
  await store('req-4');
  assert.equal(trail.trouble, undefined);
});

test('a directory that is gone is trouble until it is back, and nobody has to ask', async (t) => {
  const { path, store, trail, seams, healed } = await startTrail(t);
  await store('req-1');
  const old = linesOf(path);
  rmSync(dirname(path), { recursive: true });

  await assert.rejects(store('req-2'), { code: 'audit_failed' });
  await assert.rejects(store('req-3'), { code: 'audit_failed' });
  assert.notEqual(trail.trouble, undefined);
  mkdirSync(dirname(path));
  await healed();

  assert.equal(trail.trouble, undefined);
  assert.deepEqual(
    seams.map(({ reason, lost }) => [reason, lost]),
    [['removed', 2]],
  );
  await store('req-4');
  assert.ok(verifyChain([...old, ...linesOf(path)]).ok);
});

test('a directory in the place of the file is trouble, and goes', async (t) => {
  const { path, store, trail, healed } = await startTrail(t);
  await store('req-1');
  renameSync(path, `${path}.1`);
  mkdirSync(path);

  await assert.rejects(store('req-2'), { code: 'audit_failed' });
  rmSync(path, { recursive: true });
  await healed();
  await store('req-3');

  assert.equal(trail.trouble, undefined);
  assert.deepEqual(verified(`${path}.1`, path), ['moved']);
});

test('a file that is moved away and comes back is gone on with', async (t) => {
  const { path, store, seams } = await startTrail(t);
  await store('req-1');
  renameSync(path, `${path}.1`);
  renameSync(`${path}.1`, path);

  await store('req-2');

  assert.deepEqual(seams, []);
  assert.deepEqual(verified(path), []);
});
