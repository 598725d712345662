import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { before, type TestContext } from 'node:test';
import { everyCommand, optionsOf, commandPath } from '../../src/cli/command-tree.ts';
import { wholeProgram } from '../../scripts/whole-program.ts';
import { temporaryDirectory } from '../support/configmap-volume.ts';
import { runKt } from '../support/kt-process.ts';

const nodes = everyCommand(wholeProgram());

const scripts = new Map<string, string>();

before(async () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { code, stdout } = await runKt({ after: () => undefined }, ['completion', shell]);
    assert.equal(code, 0);
    scripts.set(shell, stdout);
  }
});

/** What bash offers for the last of these words, in a folder. */
function offered(words: readonly string[], from = '/'): readonly string[] {
  const quoted = words.map((word) => `'${word}'`).join(' ');
  const script = `${scripts.get('bash')}
COMP_WORDS=(${quoted}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _kt
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr, status } = spawnSync('bash', ['--norc', '-c', script], {
    cwd: from,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  assert.equal(stderr, '');
  return stdout.split('\n').filter((line) => line !== '');
}

async function folder(t: TestContext): Promise<string> {
  const path = await temporaryDirectory(t);
  writeFileSync(join(path, 'policy one.yaml'), '');
  mkdirSync(join(path, 'policies'));
  return path;
}

const cases: readonly (readonly [readonly string[], readonly string[]])[] = [
  [['kt', 'ga'], ['gateway']],
  [
    ['kt', 'gateway', ''],
    ['run', '--help'],
  ],
  [
    ['kt', 'gateway', 'run', '--log-'],
    ['--log-format', '--log-level'],
  ],
  [['kt', 'gateway', 'run', '--log-level', 'w'], ['warn']],
  [['kt', 'gateway', 'run', '--log-level', '=', 'i'], ['info']],
  [
    ['kt', 'gateway', 'run', '--log-level', '='],
    ['error', 'warn', 'info', 'debug'],
  ],
  [['kt', 'gateway', 'run', '--listen', ''], []],
  [
    ['kt', 'completion', ''],
    ['bash', 'zsh', 'fish', '--help'],
  ],
  [['kt', 'status', '-n', ''], []],
  [['kt', 'status', 'gateway', '--al'], ['--all-namespaces']],
  [['kt', 'policy', 'lint', '--json', '--f'], ['--file']],
];

for (const [words, expected] of cases) {
  test(`bash completes "${words.join(' ')}"`, () => {
    assert.deepEqual(offered(words), expected);
  });
}

test('bash completes files, spaces included, where a path is wanted', async (t) => {
  const path = await folder(t);

  assert.deepEqual(offered(['kt', 'policy', 'lint', '--file', 'pol'], path).toSorted(), [
    'policies',
    'policy one.yaml',
  ]);
});

test('bash finds every command, and every option of each', () => {
  for (const node of nodes) {
    const found = offered([...commandPath(node).split(' '), '']);
    const wanted = [
      ...node.commands.map((child) => commandPath(child).split(' ').at(-1)),
      ...optionsOf(node).map(({ long }) => long),
    ];
    for (const word of wanted) assert.ok(found.includes(word ?? ''), `${commandPath(node)} ${word}`);
  }
});

for (const shell of ['zsh', 'fish']) {
  test(`${shell} gets every command, option and choice too`, () => {
    const script = scripts.get(shell) ?? '';

    for (const node of nodes) {
      const path = commandPath(node);
      assert.ok(script.includes(`'${path}'`), path);
      for (const { long = '', argChoices: choices = [] } of optionsOf(node)) {
        assert.ok(script.includes(shell === 'fish' ? `-l ${long.slice(2)}` : long), `${path} ${long}`);
        for (const choice of choices) assert.ok(script.includes(choice), `${long} ${choice}`);
      }
    }
  });

  test(`the ${shell} script is well formed`, async (t) => {
    const flag = shell === 'zsh' ? '-n' : '--no-execute';
    const file = join(await temporaryDirectory(t), `kt.${shell}`);
    writeFileSync(file, scripts.get(shell) ?? '');
    const { error, status, stderr } = spawnSync(shell, [flag, file], { encoding: 'utf8' });
    if (error !== undefined) return t.skip(`${shell} is not on this machine`);

    assert.equal(status, 0, stderr);
  });
}

test('a hidden option is offered to nobody', () => {
  for (const script of scripts.values()) assert.ok(!script.includes('print-examples'));
});
