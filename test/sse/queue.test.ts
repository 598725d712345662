import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Line } from '../../src/sse/queue.ts';

test('a line has what a list would have, whatever came and left', () => {
  const steps = fc.array(
    fc.record({ what: fc.constantFrom('push', 'push', 'shift', 'keep'), many: fc.nat({ max: 90 }) }),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(steps, (taken) => {
      const line = new Line<number>();
      let list: number[] = [];
      let next = 0;
      for (const { what, many } of taken) {
        for (let at = 0; at < many; at += 1) {
          if (what === 'push') list.push((next += 1));
          if (what === 'push') line.push(next);
          if (what === 'shift' && list.shift() !== undefined) line.shift();
        }
        if (what === 'keep') list = list.filter((one) => one % 3 > 0);
        if (what === 'keep') line.keep((one) => one % 3 > 0);
        assert.deepEqual([line.head, line.isEmpty], [list[0], list.length === 0]);
      }
      for (const one of list) {
        assert.equal(line.head, one);
        line.shift();
      }
      assert.equal(line.isEmpty, true);
    }),
  );
});
