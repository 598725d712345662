import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const readme = join(import.meta.dirname, '../../../README.md');

/** The commands of the README's first minutes in a cluster, by their first words: as a reader would type them. */
export function firstMinutes(): readonly string[] {
  const section = readFileSync(readme, 'utf8')
    .split('\n## ')
    .find((each) => each.startsWith('In a cluster\n'));
  const [, block] = /```sh\n(.*?)```/s.exec(section ?? '') ?? [];
  if (block === undefined) throw new Error('README.md has no commands under "In a cluster"');
  // A comment begins behind two blanks; quotes hold none.
  return block
    .trim()
    .split('\n')
    .map((line) => line.replace(/\s{2,}#.*$/, ''));
}
