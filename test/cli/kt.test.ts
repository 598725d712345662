import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { temporaryDirectory } from '../support/configmap-volume.ts';
import { configText } from '../support/gateway.ts';
import { runKt, startKt } from '../support/kt-process.ts';

async function file(t: TestContext, text: string): Promise<string> {
  const path = join(await temporaryDirectory(t), 'policy-config.yaml');
  writeFileSync(path, text);
  return path;
}

const valid = configText({ targets: [{ url: 'http://127.0.0.1:1' }], chain: ['pii-detector'] });

const outcomes: readonly (readonly [readonly string[], number, RegExp])[] = [
  [['--version'], 0, /^\d+\.\d+\.\d+\n$/],
  [['--help'], 0, /gateway/],
  [['gateway', 'run', '--help'], 0, /--drain-seconds/],
  [['policy', 'lint', '--help'], 0, /--json/],
  [['simulate', '--help'], 0, /--tokens-per-second/],
  [[], 2, /Usage: kt/],
  [['no-such-command'], 2, /unknown command/],
  [
    ['gatway', 'run'],
    2,
    /unknown command 'gatway'\n\(Did you mean gateway\?\)\n\(kt --help shows every command\)/,
  ],
  [['gateway', 'runn'], 2, /\(Did you mean run\?\)/],
  [['gateway', 'run', '--log-levl', 'info'], 2, /\(Did you mean --log-level\?\)/],
  [['help', 'status'], 0, /--all-namespaces[^]*Exit codes:/],
  [['gateway', 'help', 'run'], 0, /--drain-seconds/],
  [['completion'], 2, /missing required argument 'shell'/],
  [['completion', 'tcsh'], 2, /Allowed choices are bash, zsh, fish/],
  [['gateway', 'run', 'more'], 2, /too many arguments/],
  [['gateway', 'no-such-command'], 2, /unknown command/],
  [['--no-such-flag'], 2, /unknown option/],
  [['gateway', 'run', '--no-such-flag'], 2, /unknown option/],
  [['gateway', 'run', '--listen', 'nonsense'], 2, /expected HOST:PORT/],
  [['gateway', 'run', '--listen', '127.0.0.1:99999'], 2, /expected HOST:PORT/],
  [['gateway', 'run', '--max-concurrency', '0'], 2, /whole number >= 1/],
  [['gateway', 'run', '--drain-seconds', '1.5'], 2, /whole number >= 1/],
  [['gateway', 'run', '--log-level', 'loud'], 2, /error, warn, info, debug/],
  [['gateway', 'run', '--fail-mode', 'open'], 2, /block, allow/],
  [['policy', 'lint'], 2, /--file/],
];

for (const [args, code, said] of outcomes) {
  test(`kt ${args.join(' ')} exits with ${code}`, async (t) => {
    const { code: actual, stdout, stderr } = await runKt(t, args);

    assert.equal(actual, code, stderr);
    assert.match(code === 0 ? stdout : stderr, said);
    assert.equal(code === 0 ? stderr : stdout, '');
    assert.ok(!`${stdout}${stderr}`.includes('\u001B['), 'no colours outside a terminal');
  });
}

test('kt policy lint says that a valid file is valid', async (t) => {
  const { code } = await runKt(t, ['policy', 'lint', '--file', await file(t, valid)]);

  assert.equal(code, 0);
});

test('kt policy lint says every issue with its place, and exits with 2', async (t) => {
  const broken =
    'pack: {name: a, version: 1.0.0}\npolicies: {chain: [pii-detektor]}\nproviders:\n  targets:\n    - {id: a, provider: together, modle: x}\n';

  const { code, stdout, stderr } = await runKt(t, ['policy', 'lint', '--file', await file(t, broken)]);

  assert.equal(code, 2);
  const said = stdout + stderr;
  assert.match(said, /policy-config\.yaml:2:\d+/);
  assert.match(said, /policy-config\.yaml:5:\d+/);
  assert.match(said, /pii-detector/);
});

test('kt policy lint --json is one JSON document', async (t) => {
  const { code, stdout } = await runKt(t, ['policy', 'lint', '--json', '--file', await file(t, 'pack: 1')]);

  assert.equal(code, 2);
  assert.equal(typeof JSON.parse(stdout), 'object');
});

test('kt policy lint of a file that is not there fails without a stack', async (t) => {
  const { code, stdout, stderr } = await runKt(t, ['policy', 'lint', '--file', '/no/such/file.yaml']);

  assert.notEqual(code, 0);
  assert.match(stdout + stderr, /no\/such\/file\.yaml/);
  assert.doesNotMatch(stdout + stderr, /\n\s+at /);
});

test('kt simulate answers until it is told to stop, and exits with 0', async (t) => {
  const kt = startKt(t, ['simulate', '--listen', '127.0.0.1:0']);
  const [url] = await kt.says(/http:\/\/127\.0\.0\.1:\d+/);

  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    body: '{"model":"m","messages":[{"role":"user","content":"hi"}]}',
  });
  kt.child.kill('SIGTERM');

  assert.equal(response.status, 200);
  assert.equal((await kt.exit()).code, 0);
});
