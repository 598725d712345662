import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { buildIfStale } from './build.ts';

// `npm test`: everything under test/, or the files named as arguments. Some tests run the bundle itself, so it is built.
await buildIfStale();
const named = process.argv.slice(2);
const files = named.length > 0 ? named : globSync('test/**/*.test.ts').toSorted();
const args = ['--import', 'tsx', '--test', '--test-timeout=120000', '--test-reporter=spec', ...files];
const child = spawn(process.execPath, args, { stdio: 'inherit' });
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
