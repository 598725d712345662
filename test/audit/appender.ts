// A process of its own: it appends records to a file, and says of each on stdout whether it was stored.
import { spawnSync } from 'node:child_process';
import { writeSync } from 'node:fs';
import { openFileTrail } from '../../src/audit/file-trail.ts';
import { finished } from '../telemetry/finished.ts';

const path = process.argv[2] ?? '';
const trail = await openFileTrail({ path, now: Date.now });
let failures = 0;

async function append(count: number): Promise<void> {
  const event = {
    kind: 'exchange',
    at: Date.now(),
    exchange: finished({ requestId: `req-${count}` }),
    stamp: { immutable: true, retentionDays: 1 },
  } as const;
  try {
    await trail.append(event);
    writeSync(1, 'stored\n');
  } catch {
    writeSync(1, 'failed\n');
    failures += 1;
  }
}

for (let count = 0; count < 100_000 && failures < 3; count += 1) await append(count);
// The disk has room again.
spawnSync('prlimit', ['--pid', String(process.pid), '--fsize=unlimited'], { stdio: 'inherit' });
await append(failures);
