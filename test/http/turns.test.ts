import assert from 'node:assert/strict';
import test from 'node:test';
import { Turns } from '../../src/http/turns.ts';

test('in each turn of the loop one goes on, in the order they asked, and whoever asks again is the last', async () => {
  const turns = new Turns();
  const seen: string[] = [];
  const work = async (name: string): Promise<void> => {
    for (let part = 1; part <= 2; part += 1) {
      await turns.next();
      seen.push(`${name}${part}`);
    }
  };
  let isOver = false;
  const loop = (): void => {
    seen.push('|');
    if (!isOver) setImmediate(loop);
  };

  const works = Promise.all(['a', 'b', 'c'].map((name) => work(name)));
  setImmediate(loop);
  await works;
  isOver = true;

  assert.equal(seen.join(' '), 'a1 | b1 | c1 | a2 | b2 | c2');
});

test('whoever asks when nobody waits has the next turn', async () => {
  const turns = new Turns();
  await turns.next();
  let isLater = false;

  const next = turns.next().then(() => isLater);
  setImmediate(() => {
    isLater = true;
  });

  assert.equal(await next, false);
});
