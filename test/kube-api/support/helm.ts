import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';

/** The Helm binaries to try, each in turn. */
export const helms: readonly string[] = (process.env['HELM'] ?? 'helm').split(',');

export const chart = join(import.meta.dirname, '../../../helm');

/** What of a rendered object is looked at. */
const manifest = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().optional(),
    labels: z.record(z.string(), z.string()).default({}),
    annotations: z.record(z.string(), z.string()).default({}),
  }),
});
export type Manifest = z.output<typeof manifest>;

/** Runs Helm as a user does. Returns what it prints; throws what it says when it fails. */
export async function runHelm(helm: string, args: readonly string[]): Promise<string> {
  const child = spawn(helm, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 120_000 });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  if (child.exitCode !== 0) throw new Error(`${helm} ${args.join(' ')}: ${stderr}`);
  return stdout;
}

/** What `helm template` prints, for the release that the README installs. No cluster is asked: it says what it has. */
export function render(helm: string, args: readonly string[], kubeVersion = '1.36.0'): Promise<string> {
  const where = ['kt-sidecar', chart, '--namespace', 'kt-sidecar', '--kube-version', kubeVersion];
  const has = ['MutatingAdmissionPolicy', 'ValidatingAdmissionPolicy'].flatMap((kind) => [
    '--api-versions',
    `admissionregistration.k8s.io/v1/${kind}`,
  ]);
  return runHelm(helm, ['template', ...where, ...has, ...args]);
}

export function parseManifests(rendered: string): readonly Manifest[] {
  return parseAllDocuments(rendered)
    .map((document): unknown => document.toJS())
    .filter((value) => value !== null)
    .map((value) => manifest.parse(value));
}
