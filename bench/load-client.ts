import { createInterface } from 'node:readline';
import { loadOrder } from './load-order.ts';
import { LoadRun } from './load-run.ts';

// The load, in a process of its own: orders come in on stdin, results go out on stdout, one JSON line each.

for await (const line of createInterface({ input: process.stdin })) {
  const result = await new LoadRun(loadOrder.parse(JSON.parse(line))).run();
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
