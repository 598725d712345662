import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import test from 'node:test';

const root = resolve(import.meta.dirname, '../..');
const guides = ['ARCHITECTURE.md', 'CONTRIBUTING.md'];
const pages = ['README.md', ...guides, 'bench/README.md', ...globSync('docs/*.md', { cwd: root })];

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** The map of ARCHITECTURE.md, from its indentation: each path, folders with a slash at the end. */
function mapped(): readonly string[] {
  const [, map = ''] = /^## Map\n\n```\n(.*?)\n```$/ms.exec(read('ARCHITECTURE.md')) ?? [];
  const above: string[] = [];
  return map.split('\n').map((line) => {
    const [, indent = '', name = ''] = /^( *)(\S+)/.exec(line) ?? [];
    above.splice(indent.length / 2, above.length, name);
    return above.join('');
  });
}

test('every folder of src stands in the map, and has a sentence there', () => {
  const folders = globSync('src/**/', { cwd: root }).map((path) => `${path.replace(/\/$/, '')}/`);

  const missing = folders.filter((folder) => !mapped().includes(folder));

  assert.ok(folders.length > 20);
  assert.deepEqual(missing, []);
  assert.doesNotMatch(read('ARCHITECTURE.md'), /^ {2,}[a-z-]+\/$/m);
});

test('everything in the map exists, once', () => {
  const map = mapped();

  const gone = map.filter((path) => !existsSync(join(root, path)));

  assert.deepEqual(gone, []);
  assert.equal(new Set(map).size, map.length);
});

/** What is written like a path of the source: with a slash and an ending, or a file of TypeScript. */
function* pathsIn(page: string): Generator<string> {
  for (const [, path = ''] of read(page).matchAll(/`((?:[\w.-]+\/)*[\w.-]+\.(?:ts|json|yaml|md))`/g))
    yield path;
  for (const [, path = ''] of read(page).matchAll(/`((?:[\w-]+\/)+)`/g)) yield path;
}

for (const page of guides) {
  test(`the files that ${page} names exist, from the root or from src`, () => {
    const gone = [...pathsIn(page)].filter((path) =>
      ['', 'src'].every((base) => !existsSync(join(root, base, path))),
    );

    assert.deepEqual(gone, []);
  });
}

/** The anchors of a page, as GitHub makes them of its headings. */
function anchors(page: string): ReadonlySet<string> {
  const headings = [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    ),
  );
}

for (const page of pages) {
  test(`the links of ${page} lead somewhere`, () => {
    const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)];

    for (const [link, path = '', anchor] of links) {
      const to = path === '' ? page : relative(root, resolve(root, dirname(page), path));
      assert.ok(existsSync(join(root, to)), link);
      if (anchor !== undefined) assert.ok(anchors(read(to)).has(anchor), link);
    }
  });
}

test('the npm scripts that the pages name exist', () => {
  const { scripts }: { scripts: Readonly<Record<string, string>> } = JSON.parse(read('package.json'));
  const named = pages.flatMap((page) =>
    [...read(page).matchAll(/npm run (?:--silent )?([a-z](?:[\w:-]*\w)?)/g)].map(([, script = '']) => script),
  );

  assert.ok(named.length > 20);
  assert.deepEqual(
    named.filter((script) => scripts[script] === undefined),
    [],
  );
});

test('the calls that npm start prints are those of the README', () => {
  const bodies = /-d '?$|'(\{.*"messages".*\})'/gm;
  const printed = [...read('src/cli/gateway-run.ts').matchAll(bodies)].map(([, body]) => body);
  const firstMinute = read('README.md').split('## First minute')[1]?.split('\n## ')[0] ?? '';

  assert.equal(printed.length, 3);
  assert.deepEqual(
    [...firstMinute.matchAll(bodies)].map(([, body]) => body),
    printed,
  );
});

test('the files that touch the process are those ARCHITECTURE.md names', () => {
  const [, named = ''] = /^Only `main\.ts`(.*?)\n\n/ms.exec(read('ARCHITECTURE.md')) ?? [];
  const files = globSync('src/**/*.ts', { cwd: root }).filter((path) =>
    /(?<![#\w.`])process\.(?!env\.NAME)\w|'node:process'/.test(read(path)),
  );

  const expected = [...named.matchAll(/`([\w/-]+\.ts)`/g)].map(([, path = '']) => `src/${path}`);

  assert.deepEqual(files.toSorted(), ['src/main.ts', ...expected].toSorted());
});
