import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { SourceRead, SourceReading } from '../../src/config/source.ts';
import { unreadable } from '../../src/config/whole-file.ts';
import { Reloader, type ReloadEvent } from '../../src/runtime/reloader.ts';
import { Runtime } from '../../src/runtime/runtime.ts';
import { compileNumber, loadNumber, type NumberSnapshot, sha256 } from '../support/number-config.ts';

const missing = unreadable('missing', 'gone');

function reading(text: string, key?: string): SourceRead {
  const files = key === undefined ? [] : [['k', Buffer.from(key)] as const];
  return {
    kind: 'read',
    bytes: Buffer.from(text),
    hash: sha256(text),
    digest: sha256(`${text}\0${key}`),
    files: new Map(files),
    places: [],
    directories: [],
    notes: [],
  };
}

function start(first: SourceReading = reading('ok 1')) {
  const events: ReloadEvent<string>[] = [];
  const retired: number[] = [];
  const judged: string[] = [];
  let time = 1000;
  const runtime = new Runtime<NumberSnapshot>(({ generation }) => retired.push(generation));
  const reloader = new Reloader({
    load: (read) => {
      judged.push(Buffer.from(read.bytes).toString());
      return loadNumber(read);
    },
    compile: compileNumber,
    runtime,
    report: (event) => void events.push(event),
    now: () => (time += 1),
  });
  reloader.offer(first);
  const { trouble } = reloader.status();
  const kinds = () => events.map((event) => event.kind);
  return { reloader, runtime, events, kinds, retired, judged, trouble };
}

test('the first configuration is generation 1', () => {
  const { reloader, runtime, trouble, events } = start();

  assert.equal(trouble, undefined);
  assert.equal(runtime.current?.number, 1);
  assert.equal(events[0]?.kind === 'applied' && events[0].generation, 1);
  assert.equal(reloader.status().lastReloadSuccessful, true);
});

const unfit: readonly [name: string, first: SourceReading, kind: string][] = [
  ['an invalid file', reading('bad'), 'rejected'],
  ['an empty file', reading(''), 'rejected'],
  ['a file that cannot be compiled', reading('breaks 1'), 'rejected'],
  ['a missing file', missing, 'unreadable'],
];
for (const [name, first, kind] of unfit) {
  test(`${name} at the start is said and leaves nothing running`, () => {
    const { runtime, reloader, trouble } = start(first);

    assert.equal(trouble?.kind, kind);
    assert.equal(runtime.current, undefined);
    assert.equal(reloader.status().generation, 0);
    assert.equal(reloader.status().lastReloadSuccessful, false);
  });

  test(`${name} after the start changes nothing and is said once`, () => {
    const { reloader, runtime, kinds, retired } = start();
    const before = runtime.current;

    reloader.offer(first);
    reloader.offer(first);

    assert.equal(runtime.current, before);
    assert.deepEqual(retired, []);
    assert.deepEqual(kinds(), ['applied', kind]);
    assert.equal(reloader.status().trouble?.kind, kind);
    assert.equal(reloader.status().lastReloadSuccessful, false);
  });

  test(`going back to the running content after ${name} is healthy at once, without a new generation`, () => {
    const { reloader, runtime, kinds } = start();
    const before = runtime.current;
    reloader.offer(first);

    reloader.offer(reading('ok 1'));

    assert.equal(runtime.current, before);
    assert.deepEqual(kinds(), ['applied', kind, 'recovered']);
    assert.equal(reloader.status().lastReloadSuccessful, true);
    assert.equal(reloader.status().trouble, undefined);
  });
}

test('a valid change is applied and the snapshot before it retires', () => {
  const { reloader, runtime, retired, kinds } = start();

  reloader.offer(reading('ok 2'));

  assert.equal(runtime.current?.generation, 2);
  assert.equal(runtime.current?.number, 2);
  assert.deepEqual(retired, [1]);
  assert.deepEqual(kinds(), ['applied', 'applied']);
});

test('the same content is not even judged again', () => {
  const { reloader, judged, kinds } = start();

  reloader.offer(reading('ok 1'));

  assert.deepEqual(judged, ['ok 1']);
  assert.deepEqual(kinds(), ['applied']);
});

test('a changed secret under the same file is a new generation', () => {
  const { reloader, runtime } = start(reading('ok 1\nkey k', 'old'));

  reloader.offer(reading('ok 1\nkey k', 'new'));

  assert.equal(runtime.current?.generation, 2);
  assert.equal(runtime.current?.key, 'new');
});

test('status names the issues of the refused file, and the warnings of the applied one', () => {
  const { reloader } = start(reading('ok 1\nkey k'));
  const warned = reloader.status();

  reloader.offer(reading('bad'));

  assert.deepEqual(warned.issues, ['no key at k']);
  assert.deepEqual(reloader.status().issues, ['not a number: bad']);
  assert.equal(reloader.status().appliedHash, sha256('ok 1\nkey k'));
  assert.equal(reloader.status().desiredHash, sha256('bad'));
});

test('an unreadable file has no desired hash', () => {
  const { reloader } = start();

  reloader.offer(missing);

  assert.equal(reloader.status().desiredHash, undefined);
  assert.deepEqual(reloader.status().trouble, missing);
});

test('a refused file that vanishes and returns is not judged again, and its issues are back', () => {
  const { reloader, judged, kinds } = start();
  reloader.offer(reading('bad'));
  reloader.offer(missing);

  reloader.offer(reading('bad'));

  assert.deepEqual(judged, ['ok 1', 'bad']);
  assert.deepEqual(kinds(), ['applied', 'rejected', 'unreadable']);
  assert.deepEqual(reloader.status().issues, ['not a number: bad']);
});

test('the same mistake edited in again after a recovery is said again', () => {
  const { reloader, kinds } = start();
  reloader.offer(reading('bad'));
  reloader.offer(reading('ok 1'));

  reloader.offer(reading('bad'));

  assert.deepEqual(kinds(), ['applied', 'rejected', 'recovered', 'rejected']);
});

test('a failure to compile uses up no generation', () => {
  const { reloader, runtime, events } = start();
  reloader.offer(reading('breaks 5'));

  reloader.offer(reading('ok 2'));

  assert.equal(runtime.current?.generation, 2);
  assert.match(String(events[1]?.kind === 'rejected' && events[1].cause), /cannot compile 5/);
});

test('the time of the last success moves with applied configurations only', () => {
  const { reloader } = start();
  const { lastSuccessAt, desiredSince } = reloader.status();

  reloader.offer(reading('bad'));

  assert.equal(reloader.status().lastSuccessAt, lastSuccessAt);
  assert.ok(Number(reloader.status().desiredSince) > Number(desiredSince));
  reloader.offer(reading('ok 2'));
  assert.ok(Number(reloader.status().lastSuccessAt) > Number(lastSuccessAt));
});

const offers = fc.array(
  fc.oneof(
    fc.constantFrom('ok 1', 'ok 2', 'ok 3', 'bad', 'worse', 'breaks 1', '').map((text) => reading(text)),
    fc.constantFrom('a', 'b').map((key) => reading('ok 1\nkey k', key)),
    fc.constant(missing),
  ),
  { maxLength: 40 },
);

test('over any offers the gauge is 1 exactly when what runs is what is there, and what runs is the last valid one', () => {
  fc.assert(
    fc.property(offers, (given) => {
      const { reloader, runtime, events } = start();
      let lastValid = reading('ok 1');
      let generation = 1;

      for (const offer of given) {
        reloader.offer(offer);

        const isValid = offer.kind === 'read' && Buffer.from(offer.bytes).toString().startsWith('ok');
        if (isValid && offer.digest !== lastValid.digest) generation += 1;
        if (isValid) lastValid = offer;
        const status = reloader.status();
        assert.equal(status.appliedHash, lastValid.hash);
        assert.equal(status.desiredHash, offer.kind === 'read' ? offer.hash : undefined);
        assert.equal(status.lastReloadSuccessful, isValid);
        assert.equal(status.trouble === undefined, isValid);
        assert.equal(status.generation, generation);
        assert.equal(runtime.current?.generation, generation);
      }
      const counted = Object.values(reloader.status().counts).reduce((sum, count) => sum + count, 0);
      assert.equal(counted, events.length);
    }),
  );
});
