import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { type Copy, DockerfileParser, type From, type Instruction } from 'dockerfile-ast';
import { nodeFlags, portable } from '../../scripts/compile-cache.ts';
import { version } from '../../src/version.ts';

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
    Object.entries(portable).map(([name, value]) => `${name}=${value}`),
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

test('what the build stage copies exists, and .dockerignore lets it through', () => {
  const ignore = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');
  const sources = dockerfile
    .getCOPYs()
    .filter((each) => each.getFromFlag() === null || each.getFromFlag() === undefined)
    .flatMap((each) => each.getArguments().slice(0, -1).map(String));

  assert.ok(sources.length > 4);
  assert.ok(ignore.includes('*'));
  for (const source of sources) {
    assert.ok(existsSync(join(root, source)), source);
    assert.ok(ignore.includes(`!${source}`), source);
  }
});
