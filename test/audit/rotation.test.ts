import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  copyFileSync,
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
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { verifyChain } from '../support/verify-chain.ts';
import { exchange, idsIn, linesOf, startTrail, verified } from '../support/rotation-rig.ts';

interface Rotation {
  readonly name: string;
  readonly reason: string;
  readonly rotate: (path: string, old: string) => void;
}

const rotations: readonly Rotation[] = [
  {
    name: 'mv and create',
    reason: 'replaced',
    rotate: (path, old) => {
      renameSync(path, old);
      writeFileSync(path, '');
    },
  },
  { name: 'mv without create', reason: 'moved', rotate: (path, old) => renameSync(path, old) },
  {
    name: 'copy and rm',
    reason: 'removed',
    rotate: (path, old) => {
      copyFileSync(path, old);
      rmSync(path);
    },
  },
  {
    name: 'copytruncate',
    reason: 'truncated',
    rotate: (path, old) => {
      copyFileSync(path, old);
      truncateSync(path);
    },
  },
  {
    name: 'copy, rm and create',
    reason: 'replaced',
    rotate: (path, old) => {
      copyFileSync(path, old);
      rmSync(path);
      writeFileSync(path, '');
    },
  },
  {
    name: 'a new file renamed over it',
    reason: 'replaced',
    rotate: (path, old) => {
      copyFileSync(path, old);
      writeFileSync(`${path}.new`, '');
      renameSync(`${path}.new`, path);
    },
  },
  {
    name: 'a link to an empty file in its place',
    reason: 'replaced',
    rotate: (path, old) => {
      renameSync(path, old);
      writeFileSync(`${path}.elsewhere`, '');
      symlinkSync(`${path}.elsewhere`, path);
    },
  },
  {
    name: 'a link to nowhere in its place',
    reason: 'moved',
    rotate: (path, old) => {
      renameSync(path, old);
      symlinkSync(`${path}.elsewhere`, path);
    },
  },
  {
    name: 'its directory moved and made again',
    reason: 'moved',
    rotate: (path, old) => {
      renameSync(path, old);
      renameSync(dirname(path), `${dirname(path)}.old`);
      mkdirSync(dirname(path));
      renameSync(join(`${dirname(path)}.old`, 'audit.jsonl.1'), old);
    },
  },
];

for (const { name, reason, rotate } of rotations) {
  test(`${name}: the new file begins with a record that carries the last hash and says why`, async (t) => {
    const { path, store, seams, trail, pass } = await startTrail(t);
    const old = `${path}.1`;
    await store('req-1', 'req-2');
    pass(20_000); // nothing of this is young enough to be written again

    rotate(path, old);
    await store('req-3', 'req-4');

    assert.deepEqual(idsIn(old), ['req-1', 'req-2']);
    assert.deepEqual(idsIn(path), ['req-3', 'req-4']);
    const first = JSON.parse(linesOf(path)[0] ?? '');
    const last = JSON.parse(linesOf(old).at(-1) ?? '');
    assert.deepEqual([first.kind, first.reason, first.prev], ['reopened', reason, last.hash]);
    assert.deepEqual(verified(old, path), [reason]);
    assert.equal(seams.length, 1);
    assert.equal(trail.trouble, undefined);
  });
}

test('what was written while the file was copied stands in the cut file again', async (t) => {
  const { path, store } = await startTrail(t);
  const old = `${path}.1`;
  await store('req-1', 'req-2');
  copyFileSync(path, old);
  await store('req-3', 'req-4');

  truncateSync(path);
  await store('req-5');

  assert.deepEqual(idsIn(old, path), ['req-1', 'req-2', 'req-3', 'req-4', 'req-5']);
  assert.deepEqual(verified(old, path), ['truncated']);
});

test('a record that fails to stand behind its seam is missed', async (t) => {
  const { path, store, pass } = await startTrail(t);
  const old = `${path}.1`;
  await store('req-1');
  pass(20_000);
  copyFileSync(path, old);
  await store('req-2', 'req-3');
  truncateSync(path);
  await store('req-4');

  const lines = [...linesOf(old), ...linesOf(path)];

  assert.ok(verifyChain(lines).ok);
  for (const at of lines.keys())
    assert.equal(verifyChain(lines.toSpliced(at, 1)).ok, at === lines.length - 1, `without line ${at + 1}`);
  for (const at of lines.keys()) {
    const other = at === 0 ? 1 : at - 1;
    const swapped = lines.with(at, lines[other] ?? '').with(other, lines[at] ?? '');
    assert.equal(verifyChain(swapped).ok, false, `lines ${at + 1} and ${other + 1} swapped`);
    assert.equal(verifyChain(lines.with(at, (lines[at] ?? '').replace('2', '3'))).ok, false);
  }
  assert.equal(verifyChain(lines.slice(0, -2)).ok, false, 'the repeated records end too early');
  assert.equal(verifyChain(lines.slice(1)).ok, false);
});

for (const part of [0.001, 0.2, 0.4, 0.6, 0.8, 0.999]) {
  test(`a file cut to ${part} of its length keeps what is left of a record beside, and goes on`, async (t) => {
    const { path, store, seams } = await startTrail(t);
    await store('req-1', 'req-2', 'req-3');
    const whole = readFileSync(path, 'utf8');
    const left = Math.ceil(whole.length * part);

    truncateSync(path, left);
    await store('req-4');

    const [kept] = readFileSync(path, 'utf8').split(/^\{"seq":4/m);
    assert.equal(kept + readFileSync(seams[0]?.movedTo ?? '', 'utf8'), whole.slice(0, left));
    assert.deepEqual(idsIn(path), ['req-1', 'req-2', 'req-3', 'req-4']);
    assert.deepEqual(verified(path), ['truncated']);
  });
}

test('a file cut between two records goes on behind the seam', async (t) => {
  const { path, store, pass } = await startTrail(t);
  await store('req-1', 'req-2', 'req-3');
  pass(20_000);

  truncateSync(path, (linesOf(path)[0]?.length ?? 0) + 1);
  await store('req-4');

  const verdict = verifyChain(linesOf(path));
  assert.deepEqual(verdict, { ok: false, line: 2, reason: 'records 2 to 3 are missing before record 4' });
  assert.deepEqual(idsIn(path), ['req-1', 'req-4']);
});

test('two rotations at once lose nothing', async (t) => {
  const { path, store } = await startTrail(t);
  await store('req-1');
  renameSync(path, `${path}.2`);
  writeFileSync(path, '');
  renameSync(path, `${path}.1`);
  writeFileSync(path, '');

  await store('req-2');

  assert.deepEqual(idsIn(`${path}.2`, `${path}.1`, path), ['req-1', 'req-2']);
  assert.deepEqual(verified(`${path}.2`, `${path}.1`, path), ['replaced']);
});

/** In the middle of traffic, each way many times over. */
const underTraffic: ReadonlySet<string> = new Set([
  'mv and create',
  'mv without create',
  'copytruncate',
  'copy and rm',
]);

for (const { name, rotate } of rotations.filter((one) => underTraffic.has(one.name))) {
  test(`${name} in the middle of traffic loses no record`, async (t) => {
    const { path, trail } = await startTrail(t);
    const olds: string[] = [];
    const told: string[] = [];
    const caller = async (who: number, call: number): Promise<void> => {
      if (call === 200) return;
      const id = `req-${who}-${call}`;
      await trail.append(exchange(id));
      told.push(id);
      // Between any two turns of the loop: the disk is busy with a write or with a look.
      if (who === 0 && call % 10 === 5) {
        const old = `${path}.${olds.length}`;
        rotate(path, old);
        olds.push(old);
      }
      await caller(who, call + 1);
    };

    await Promise.all([0, 1, 2, 3].map((who) => caller(who, 0)));

    const all = [...olds, path];
    const found = new Set(idsIn(...all));
    assert.deepEqual(
      told.filter((id) => !found.has(id)),
      [],
    );
    assert.ok(verifyChain(all.flatMap(linesOf)).ok);
  });
}

test('a rotation by another process loses no record, whatever it hits', async (t) => {
  const { path, trail } = await startTrail(t);
  const script = `for i in $(seq 30); do mv "$0" "$0.$i"; sleep 0.005; done; echo > "$0.done"`;
  const child = spawn('bash', ['-c', script, path]);
  t.after(() => child.kill());
  const told: string[] = [];
  const call = async (): Promise<void> => {
    if (existsSync(`${path}.done`)) return;
    const id = `req-${told.length}`;
    await trail.append(exchange(id));
    told.push(id);
    await call();
  };

  await call();

  const names = readdirSync(dirname(path)).filter((name) => !name.endsWith('.done'));
  const found = new Set(idsIn(...names.map((name) => join(dirname(path), name))));
  assert.deepEqual(
    told.filter((id) => !found.has(id)),
    [],
  );
  assert.ok(told.length > 30);
});

test('a file that is copied and removed while a record is on its way to it loses no record', async (t) => {
  const { path, trail } = await startTrail(t);
  const olds: string[] = [];
  const turns = async (left: number): Promise<void> => {
    if (left === 0) return;
    await new Promise(setImmediate);
    await turns(left - 1);
  };
  const round = async (number: number): Promise<void> => {
    if (number === 400) return;
    const stored = trail.append(exchange(`req-${number}`));
    await turns(number % 20); // at every stage of its way
    if (existsSync(path)) {
      olds.push(`${path}.${number}`);
      copyFileSync(path, `${path}.${number}`);
      rmSync(path);
    }
    await stored;
    await round(number + 1);
  };

  await round(0);

  const all = existsSync(path) ? [...olds, path] : olds;
  assert.equal(idsIn(...all).length, 400);
});
