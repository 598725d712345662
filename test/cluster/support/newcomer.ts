import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import { firstMinutes } from './first-minutes.ts';
import { askUntil } from './cluster.ts';
import { runKubectl } from './kubectl.ts';
import { Pods } from './replies.ts';
import { runLabel, type Settings } from './settings.ts';

const root = join(import.meta.dirname, '../../..');
const run = promisify(execFile);

/** Each of these is tried: `HELM=helm3,helm4`. */
export const helms = (process.env['HELM'] ?? 'helm').split(',');

/** The command of the README that begins so. */
export function commandOf(beginning: string): string {
  const found = firstMinutes().find((each) => each.startsWith(beginning));
  return found ?? assert.fail(`README.md does not say: ${beginning} …`);
}

const probe = JSON.stringify({
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

/** A place where the README's commands run as they stand, but for the names of two namespaces and of the image. */
export class Newcomer {
  readonly id = randomUUID().slice(0, 8);
  readonly apps = `kt-demo-${this.id}`;
  readonly own = `kt-own-${this.id}`;
  readonly #folder = mkdtempSync(join(tmpdir(), 'kt-first-'));
  readonly #env: NodeJS.ProcessEnv;
  readonly #values: string;
  readonly #run: string;
  readonly #image: Readonly<Record<string, string>>;

  /** `values`: what is set besides, as `helm --set` has it. */
  constructor(
    { helm, values, settings }: { helm: string; values: string; settings: Settings },
    t: TestContext,
  ) {
    this.#values = values;
    this.#image = /^(?<repository>.*):(?<tag>[^:]+)$/.exec(settings.image)?.groups ?? {};
    symlinkSync(helm, join(this.#folder, 'helm'));
    const manifest = readFileSync(join(root, 'deploy/examples/app.yaml'), 'utf8');
    writeFileSync(this.manifest, manifest.replace('kt-sidecar:dev', settings.image));
    writeFileSync(this.edit, '');
    this.#env = {
      ...process.env,
      PATH: `${this.#folder}${delimiter}${process.env['PATH']}`,
      EDITOR: `sed -i -f ${this.edit}`,
    };
    this.#run = settings.run;
    t.after(async () => {
      await this.uninstalls();
      await runKubectl(['delete', 'namespace', this.apps, this.own, '--ignore-not-found', '--wait=false']);
      rmSync(this.#folder, { recursive: true });
    });
  }

  get manifest(): string {
    return join(this.#folder, 'app.yaml');
  }

  /** What the editor does to the ConfigMap. */
  get edit(): string {
    return join(this.#folder, 'edit.sed');
  }

  /** Everything up to an app that runs with its sidecar; gives what Helm said. It is all gone with the test. */
  async installs(): Promise<string> {
    const { apps, own } = this;
    const labels = [`${runLabel}=${this.#run}`, 'pod-security.kubernetes.io/enforce=restricted'];
    await this.types(commandOf('kubectl create namespace'));
    await runKubectl(['label', 'namespace', apps, ...labels]);
    const notes = await this.types(commandOf('helm install'));
    await runKubectl(['-n', own, 'rollout', 'status', 'deployment', '--timeout=120s']);
    await this.types(commandOf('kubectl label namespace'));
    // An admission policy acts some moments after it was made; a person types slower than that.
    await askUntil('a pod that is given the sidecar', async () => {
      const dry = ['-n', apps, 'create', '-f', '-', '--dry-run=server', '-o', 'json'];
      return (await runKubectl(dry, probe)).includes('"kt-sidecar.dev/injected": "true"') ? true : undefined;
    });
    await this.types(commandOf('kubectl -n demo apply'));
    await runKubectl(['-n', apps, 'rollout', 'status', 'deployment/app', '--timeout=120s']);
    return notes;
  }

  /** It is no error where it was done before. */
  async uninstalls(): Promise<void> {
    await this.types('helm uninstall kt-sidecar --namespace kt-sidecar ').catch(() => undefined);
  }

  async types(command: string): Promise<string> {
    const own = command
      .replace('deploy/examples/app.yaml', this.manifest)
      .replace('--namespace kt-sidecar ', `--namespace ${this.own} `)
      .replaceAll(/\bdemo\b/g, this.apps)
      .replace(
        /^helm install \S+ \.\/helm/,
        `$& --set image.repository=${this.#image['repository']},image.tag=${this.#image['tag']},${this.#values}`,
      )
      .replace(/^(helm (?:install|uninstall)) kt-sidecar/, `$1 kt-${this.id}`);
    const { stdout } = await run('sh', ['-c', own], { cwd: root, env: this.#env });
    return stdout;
  }

  /** Why the edit was refused; empty where it was taken. */
  async edits(script: string): Promise<string> {
    writeFileSync(this.edit, script);
    return this.types(commandOf('kubectl -n demo edit')).then(
      () => '',
      (error: unknown) => String(error),
    );
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
