import { z } from 'zod';
import { compileScan } from '../src/policy/guards/scan-guard.ts';
import { enforceWhole } from '../src/policy/guards/whole.ts';
import { holdBackLimit, searchedTexts, searches } from './searches.ts';
import { spread } from './statistics.ts';

// Times guards that look for terms and patterns, in a process of its own. Arguments: least milliseconds for one text, and its
// size in bytes. One JSON line for each search and text.

const [leastMs = 0, bytes = 0] = z.array(z.coerce.number()).parse(process.argv.slice(2));
const leastBatches = 5;
const batch = 4;

for (const search of searches) {
  const open = compileScan({
    detectors: search.detectors(),
    holdBackLimit,
    judge: () => ({ kind: 'rewrite', replacement: '[TERM]' }),
  });
  for (const searched of searchedTexts) {
    const written = searched.make(bytes);
    const run = (ms: number): number[] => {
      const samples: number[] = [];
      const startedAt = performance.now();
      while (samples.length < leastBatches || performance.now() - startedAt < ms) {
        const before = process.cpuUsage();
        for (let done = 0; done < batch; done += 1) enforceWhole(open(), written);
        const { user, system } = process.cpuUsage(before);
        samples.push((user + system) / batch);
      }
      return samples;
    };
    run(4 * leastMs); // warms up
    const us = spread(run(leastMs)).median;
    process.stdout.write(
      `${JSON.stringify({ name: search.name, text: searched.name, usPerKb: (us * 1024) / Buffer.byteLength(written) })}\n`,
    );
  }
}
