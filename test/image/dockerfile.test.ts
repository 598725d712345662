import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import { type Copy, DockerfileParser, type From, type Instruction } from 'dockerfile-ast';
import { nodeFlags, imageEnvironment } from '../../scripts/compile-cache.ts';
import { assembleImageTree, treeSizes } from '../../scripts/image-tree.ts';
import { version } from '../../src/version.ts';
import { temporaryDirectory } from '../support/configmap-volume.ts';

const root = join(import.meta.dirname, '../..');
const dockerfile = DockerfileParser.parse(readFileSync(join(root, 'Dockerfile'), 'utf8'));

interface Stage {
  readonly from: From;
  readonly instructions: readonly Instruction[];
}

function stages(): readonly Stage[] {
  const found: { from: From; instructions: Instruction[] }[] = [];
  for (const instruction of dockerfile.getInstructions()) {
    const from = dockerfile.getFROMs().find((each) => each === instruction);
    if (from === undefined) found.at(-1)?.instructions.push(instruction);
    else found.push({ from, instructions: [] });
  }
  return found;
}

const last = stages().at(-1);

function stage(name: string): Stage {
  const found = stages().find(({ from }) => from.getBuildStage() === name);
  assert.ok(found, name);
  return found;
}

function texts({ instructions }: Stage, keyword: string): readonly string[] {
  return instructions
    .filter((each) => each.getKeyword() === keyword)
    .map((each) => each.getArgumentsContent() ?? '');
}

function lastTexts(keyword: string): readonly string[] {
  assert.ok(last);
  return texts(last, keyword);
}

function copies({ instructions }: Stage): readonly string[] {
  return dockerfile
    .getCOPYs()
    .filter((each: Copy) => instructions.includes(each))
    .map((each) => `${each.getFromFlag()?.getValue() ?? ''}: ${each.getArguments().join(' ')}`);
}

test('the image holds what image:tree assembles, and nothing beside it', () => {
  assert.ok(last);
  assert.equal(last.from.getImage(), 'run');
  assert.deepEqual(copies(last), ['baked: /out /app']);
  assert.deepEqual(texts(last, 'RUN'), []);
  assert.deepEqual(texts(last, 'ADD'), []);
  const [assemble] = texts(stage('tree'), 'RUN').slice(-1);
  assert.equal(assemble, 'npm run image:tree -- --out /out --no-compile-cache');
});

test('the compile cache is baked by the Node of the image', () => {
  const baked = stage('baked');

  assert.deepEqual(copies(baked), [
    'run: /nodejs/bin/node /run-node',
    'tree: /src/scripts/compile-cache.ts /compile-cache.ts',
    'tree: /out /out',
  ]);
  assert.deepEqual(texts(baked, 'RUN'), ['node /compile-cache.ts /out /run-node']);
  assert.deepEqual(
    lastTexts('ENV'),
    Object.entries(imageEnvironment).map(([name, value]) => `${name}=${value}`),
  );
});

test('node is process 1, with the flags that the compile cache was baked with', () => {
  const [entry = ''] = lastTexts('ENTRYPOINT');

  assert.deepEqual(JSON.parse(entry), ['/nodejs/bin/node', ...nodeFlags, '/app/kt.js']);
});

test('it runs as nobody in particular', () => {
  assert.deepEqual(lastTexts('USER'), ['65532:65532']);
});

test('its version is that of the package', () => {
  assert.match(lastTexts('LABEL').join(), new RegExp(`image\\.version="${version.replaceAll('.', '\\.')}"`));
});

/** What is copied from the checkout, each with where it goes below the working directory. */
function copied(): readonly (readonly [from: string, to: string])[] {
  return dockerfile
    .getCOPYs()
    .filter((each) => (each.getFromFlag() ?? undefined) === undefined)
    .flatMap((each) => {
      const words = each.getArguments().map(String);
      const to = words.at(-1) ?? '';
      return words.slice(0, -1).map((from) => [from, to.endsWith('/') ? join(to, from) : to] as const);
    });
}

test('.dockerignore lets through what the build stage copies', () => {
  const ignore = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');

  assert.ok(ignore.includes('*'));
  for (const [from] of copied()) assert.ok(ignore.includes(`!${from}`), from);
});

test('what the build stage copies is enough, and makes the same tree', async (t) => {
  const folder = await temporaryDirectory(t);
  const [stageFolder, ours] = [join(folder, 'src'), join(folder, 'ours')];
  for (const [from, to] of copied()) cpSync(join(root, from), join(stageFolder, to), { recursive: true });
  // Copied, since the names of chunks depend on where packages are; less what is heavy and not bundled.
  cpSync(join(root, 'node_modules'), join(stageFolder, 'node_modules'), {
    recursive: true,
    filter: (path) => !/node_modules\/@?(node-(?:linux|darwin|bin)|typescript|ox|openai)/.test(path),
  });

  const args = ['scripts/image-tree.ts', '--out', '../theirs', '--no-compile-cache'];
  await promisify(execFile)(process.execPath, args, { cwd: stageFolder });
  const sizes = await assembleImageTree({ out: ours, node: undefined });

  assert.deepEqual([...treeSizes(join(folder, 'theirs'))], [...sizes]);
  for (const name of sizes.keys())
    assert.ok(readFileSync(join(folder, 'theirs', name)).equals(readFileSync(join(ours, name))), name);
});
