import { inspect } from 'node:util';
import { cleanups } from './cleanups.ts';
import { noCounts, shareShape } from './counts.ts';
import { Random } from './random.ts';
import { proveSockets } from './sockets.ts';
import { proveStream } from './streams.ts';
import { proveEveryCut, provePairs } from './texts.ts';

const share = shareShape.parse(JSON.parse(process.argv[2] ?? ''));
const parts = { texts: noCounts(), cuts: noCounts(), streams: noCounts(), sockets: noCounts() };
const { t, undoAll } = cleanups();
try {
  provePairs(new Random(share.seed), share.pairs, parts.texts);
  proveEveryCut(parts.cuts);
  const random = new Random(share.seed);
  for (let left = share.streams; left > 0; left -= 1) proveStream(random, parts.streams);
  await proveSockets(t, new Random(share.seed), share.sockets, parts.sockets);
  process.send?.(parts);
} catch (error) {
  process.stderr.write(`seed ${share.seed}: ${inspect(error, { depth: 4 })}\n`);
  process.exitCode = 1;
} finally {
  await undoAll();
  process.disconnect?.();
}
