import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { parse } from 'yaml';
import { temporaryDirectory } from '../support/configmap-volume.ts';
import { binary, runKt } from '../support/kt-process.ts';

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: cart
spec:
  template:
    metadata:
      annotations:
        kt-sidecar.dev/prt: '42002' # meant port
    spec:
      containers:
        - name: app
          image: app:1
`;

async function manifests(t: TestContext, ...texts: readonly string[]): Promise<readonly string[]> {
  const directory = await temporaryDirectory(t);
  return texts.map((text, at) => {
    const path = join(directory, `${at}.yaml`);
    writeFileSync(path, text);
    return path;
  });
}

const files = (paths: readonly string[]): readonly string[] => paths.flatMap((path) => ['-f', path]);

describe('kt inject', () => {
  test('writes the manifests with the sidecar, and says on stderr what it did', async (t) => {
    const paths = await manifests(t, deployment, 'kind: Service\nmetadata:\n  name: s\n');

    const { code, stdout, stderr } = await runKt(t, ['inject', ...files(paths), '--set', 'image=here/kt:1']);

    assert.equal(code, 0);
    assert.match(stdout, /kt-sidecar\.dev\/prt: '42002' # meant port\n/);
    assert.match(stdout, /image: here\/kt:1\n/);
    assert.ok(stdout.endsWith('---\nkind: Service\nmetadata:\n  name: s\n'));
    assert.equal(
      stderr,
      'Deployment cart: sidecar added\nDeployment cart: annotation_unknown: annotation kt-sidecar.dev/prt is not known: did you mean kt-sidecar.dev/port?\n',
    );
  });

  test('run twice is run once', async (t) => {
    const once = await runKt(t, ['inject', ...files(await manifests(t, deployment))]);

    const twice = await runKt(t, ['inject', ...files(await manifests(t, once.stdout))]);

    assert.equal(twice.code, 0);
    assert.equal(twice.stdout, once.stdout);
    assert.match(twice.stderr, /Deployment cart: left as it is: already_injected: /);
  });

  test('- is stdin', () => {
    const { status, stdout } = spawnSync(process.execPath, [binary, 'inject', '-f', '-'], {
      input: deployment,
      encoding: 'utf8',
    });

    assert.equal(status, 0);
    assert.match(stdout, /name: kt-sidecar\n/);
  });

  test('--output writes a file', async (t) => {
    const paths = await manifests(t, deployment, '');

    const { code, stdout } = await runKt(t, ['inject', '-f', paths[0] ?? '', '-o', paths[1] ?? '']);

    assert.equal(code, 0);
    assert.equal(stdout, '');
    assert.equal(
      parse(readFileSync(paths[1] ?? '', 'utf8')).spec.template.spec.initContainers[0].name,
      'kt-sidecar',
    );
  });

  test('--check fails where a pod lacks the sidecar or cannot have it, and writes no YAML', async (t) => {
    const pod = 'kind: Pod\nmetadata:\n  name: p\nspec:\n  hostNetwork: true\n  containers:\n    - name: a\n';

    const lacks = await runKt(t, ['inject', '--check', ...files(await manifests(t, deployment))]);
    const cannot = await runKt(t, ['inject', '--check', ...files(await manifests(t, pod))]);

    assert.deepEqual([lacks.code, cannot.code], [1, 1]);
    assert.match(lacks.stdout, /^Deployment cart: lacks the sidecar\n/);
    assert.match(cannot.stdout, /^Pod p: left as it is: host_network: /);
  });

  test('--check passes where every pod has the sidecar or does not want it', async (t) => {
    const { stdout: injected } = await runKt(t, ['inject', ...files(await manifests(t, deployment))]);
    const no =
      'kind: Pod\nmetadata:\n  name: p\n  labels:\n    kt-sidecar.dev/inject: disabled\nspec:\n  containers:\n    - name: a\n';

    const { code } = await runKt(t, ['inject', '--check', ...files(await manifests(t, injected, no))]);

    assert.equal(code, 0);
  });

  test('--json tells the same as one document', async (t) => {
    const { stdout } = await runKt(t, [
      'inject',
      '--check',
      '--json',
      ...files(await manifests(t, deployment)),
    ]);

    assert.deepEqual(
      JSON.parse(stdout).pods.map(
        ({ name, kind, reports }: { name: string; kind: string; reports: { code: string }[] }) => [
          name,
          kind,
          reports.map(({ code }) => code),
        ],
      ),
      [['Deployment cart', 'injected', ['annotation_unknown']]],
    );
  });

  test('a pod that is none is told, the others are done', async (t) => {
    const broken = 'kind: Pod\nmetadata:\n  name: p\nspec:\n  containers: []\n';

    const { code, stdout, stderr } = await runKt(t, [
      'inject',
      ...files(await manifests(t, broken, deployment)),
    ]);

    assert.equal(code, 1);
    assert.ok(stdout.startsWith(broken));
    assert.match(stderr, /^Pod p: failed: not a pod: spec\.containers: /);
  });

  for (const [what, args, says] of [
    ['an unknown setting', ['--set', 'imag=x'], /--set: .*imag.*there are image, /],
    ['a setting without a value', ['--set', 'image'], /--set image: expected name=value/],
    ['a wrong port', ['--set', 'port=80'], /--set: port: /],
    ['a file that is not there', ['-f', '/nowhere.yaml'], /ENOENT.*nowhere/],
  ] as const)
    test(`${what} is wrong usage`, async (t) => {
      const { code, stdout, stderr } = await runKt(t, [
        'inject',
        ...files(await manifests(t, deployment)),
        ...args,
      ]);

      assert.equal(code, 2);
      assert.equal(stdout, '');
      assert.match(stderr, says);
    });

  test('broken YAML is told with its file', async (t) => {
    const [path = ''] = await manifests(t, 'a: [\n');

    const { code, stderr } = await runKt(t, ['inject', '-f', path]);

    assert.equal(code, 2);
    assert.ok(stderr.startsWith(`${path}: not YAML: `));
  });
});
