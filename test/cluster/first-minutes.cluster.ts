import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { askUntil } from './support/cluster.ts';
import { firstMinutes } from './support/first-minutes.ts';
import { runKubectl } from './support/kubectl.ts';
import { Pods } from './support/replies.ts';
import { readSettings, runLabel } from './support/settings.ts';

const root = join(import.meta.dirname, '../..');
const settings = readSettings();
/** Each of these is tried: `HELM=helm3,helm4`. */
const helms = (process.env['HELM'] ?? 'helm').split(',');
const run = promisify(execFile);

/** A place where the README's commands run as they stand, but for the names of two namespaces and of the image. */
class Newcomer {
  readonly id = randomUUID().slice(0, 8);
  readonly apps = `kt-demo-${this.id}`;
  readonly own = `kt-own-${this.id}`;
  readonly #folder = mkdtempSync(join(tmpdir(), 'kt-first-'));
  readonly #env: NodeJS.ProcessEnv;

  constructor(helm: string, t: TestContext) {
    symlinkSync(helm, join(this.#folder, 'helm'));
    const manifest = readFileSync(join(root, 'deploy/examples/app.yaml'), 'utf8');
    writeFileSync(this.manifest, manifest.replace('kt-sidecar:dev', settings.image));
    writeFileSync(this.edit, '');
    this.#env = {
      ...process.env,
      PATH: `${this.#folder}${delimiter}${process.env['PATH']}`,
      EDITOR: `sed -i -f ${this.edit}`,
    };
    t.after(() => rmSync(this.#folder, { recursive: true }));
  }

  get manifest(): string {
    return join(this.#folder, 'app.yaml');
  }

  /** What the editor does to the ConfigMap. */
  get edit(): string {
    return join(this.#folder, 'edit.sed');
  }

  async types(command: string): Promise<string> {
    const image = /^(?<repository>.*):(?<tag>[^:]+)$/.exec(settings.image)?.groups ?? {};
    const own = command
      .replace('deploy/examples/app.yaml', this.manifest)
      .replace('--namespace kt-sidecar ', `--namespace ${this.own} `)
      .replaceAll(/\bdemo\b/g, this.apps)
      .replace(
        /^helm install \S+ \.\/helm/,
        `$& --set image.repository=${image['repository']},image.tag=${image['tag']}`,
      )
      .replace(/^(helm (?:install|uninstall)) kt-sidecar/, `$1 kt-${this.id}`);
    const { stdout } = await run('sh', ['-c', own], { cwd: root, env: this.#env });
    return stdout;
  }

  async edits(script: string): Promise<void> {
    writeFileSync(this.edit, script);
    await this.types(commandOf('kubectl -n demo edit'));
  }

  /** What `kt status` says of each pod. It ends with 1 where one does not run what its file says. */
  async standings(): Promise<readonly string[]> {
    const output = await this.types(`${commandOf('npm run --silent kt')} --json || true`);
    return Pods.parse(JSON.parse(output)).pods.map(({ state }) => state);
  }

  /** What the app has printed last: status and body of its call. */
  async lastAnswer(): Promise<string> {
    return (await runKubectl(['-n', this.apps, 'logs', 'deployment/app', '-c', 'app', '--tail=1'])).trim();
  }
}

type Seen = (newcomer: Newcomer) => Promise<true | undefined>;

const answers =
  (expected: RegExp): Seen =>
  async (newcomer) =>
    expected.test(await newcomer.lastAnswer()) ? true : undefined;

const stands =
  (expected: string): Seen =>
  async (newcomer) =>
    (await newcomer.standings()).join() === expected ? true : undefined;

/** Good, bad and good again; how each shows. */
const edits: readonly { readonly script: string; readonly seen: Seen }[] = [
  { script: 's/action: redact/action: block/', seen: answers(/^409 .*"policy":"pii-detector"/) },
  { script: 's/pii-detector:/pii-detektor:/', seen: stands('REJECTED') },
  { script: 's/pii-detektor:/pii-detector:/', seen: stands('SYNCED') },
  { script: '/pii-detector:/,/action/s/action: block/action: redact/', seen: answers(/^200 .*\[EMAIL\]/) },
];

function commandOf(beginning: string): string {
  const found = firstMinutes().find((each) => each.startsWith(beginning));
  return found ?? assert.fail(`README.md does not say: ${beginning} …`);
}

for (const helm of helms) {
  test(`the first minutes of the README, with ${helm.split('/').at(-1)}`, async (t) => {
    const newcomer = new Newcomer(helm, t);
    const { apps, own } = newcomer;
    t.after(() => runKubectl(['delete', 'namespace', apps, own, '--ignore-not-found', '--wait=false']));

    await newcomer.types(commandOf('kubectl create namespace'));
    await runKubectl([
      'label',
      'namespace',
      apps,
      `${runLabel}=${settings.run}`,
      'pod-security.kubernetes.io/enforce=restricted',
    ]);
    const notes = await newcomer.types(commandOf('helm install'));
    t.after(() => newcomer.types(`helm uninstall kt-sidecar --namespace kt-sidecar `).catch(() => undefined));

    assert.match(notes, /NO MODEL ANSWERS: the policy names the built-in simulator/);
    await newcomer.types(commandOf('kubectl label namespace'));
    // An admission policy acts some moments after it was made; a person types slower than that.
    await askUntil('a pod that is given the sidecar', async () => {
      const dry = ['-n', apps, 'create', '-f', '-', '--dry-run=server', '-o', 'json'];
      return (await runKubectl(dry, pod)).includes('"kt-sidecar.dev/injected": "true"') ? true : undefined;
    });
    await newcomer.types(commandOf('kubectl -n demo apply'));
    await runKubectl(['-n', apps, 'rollout', 'status', 'deployment/app', '--timeout=120s']);
    const first = await askUntil('the first answer', async () => (await newcomer.lastAnswer()) || undefined);

    assert.match(first, /^200 /);
    assert.match(first, /\[EMAIL\]/);

    const effects: number[] = [];
    for (const { script, seen } of edits) {
      const from = performance.now();
      await newcomer.edits(script);
      await askUntil(`the effect of ${script}`, async () => seen(newcomer), 120_000, 300);
      effects.push(Math.round(performance.now() - from));
    }
    const log = await runKubectl(['-n', apps, 'logs', 'deployment/app', '-c', 'app']);
    assert.deepEqual(
      log.split('\n').filter((line) => line !== '' && !/^(?:200|409) /.test(line)),
      [],
      'calls that failed',
    );
    await newcomer.types('helm uninstall kt-sidecar --namespace kt-sidecar ');
    assert.deepEqual(await leftBehind(own, apps), []);
    t.diagnostic(`edit to effect, polled once a second: ${effects.join(', ')} ms`);
  });
}

const pod = JSON.stringify({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'probe' },
  spec: {
    securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'app',
        image: 'probe',
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      },
    ],
  },
});

/** What of a release is still there after it was uninstalled. */
async function leftBehind(own: string, apps: string): Promise<readonly string[]> {
  const kinds =
    'mutatingadmissionpolicies,mutatingadmissionpolicybindings,validatingadmissionpolicies,validatingadmissionpolicybindings';
  const wide = await runKubectl(['get', kinds, '-o', 'name']);
  const maps = await runKubectl(['-n', apps, 'get', 'configmaps', '-o', 'name']);
  const rest = await runKubectl([
    '-n',
    own,
    'get',
    'all,configmaps,secrets,roles,serviceaccounts',
    '-o',
    'name',
  ]);
  return [
    ...wide.split('\n').filter((name) => name.includes(own)),
    ...maps.split('\n').filter((name) => name.endsWith('/policy-config')),
    ...rest.split('\n').filter((name) => name !== '' && !/kube-root-ca|serviceaccount\/default/.test(name)),
  ];
}
