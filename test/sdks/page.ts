import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Matrix } from './matrix.ts';
import { pageText } from './page-text.ts';

const path = join(import.meta.dirname, '../../docs/sdks.md');

/** Writes docs/sdks.md, or says what is wrong with it. */
export async function keepPage(matrix: Matrix, mode: 'check' | 'write'): Promise<readonly string[]> {
  const text = await pageText(matrix);
  if (mode === 'write') {
    await writeFile(path, text);
    return [];
  }
  const found = await readFile(path, 'utf8').catch(() => '');
  return found === text ? [] : ['docs/sdks.md is out of date: npm run test:sdks -- --write-docs'];
}
