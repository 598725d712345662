import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const helm = process.env['HELM'] ?? 'helm';
const chart = join(import.meta.dirname, '../../../helm');

/** One template of the chart, as helm renders it for a release. */
export async function renderedTemplate(
  template: string,
  release: string,
  values: readonly string[],
): Promise<string> {
  const args = [
    'template',
    release,
    chart,
    '--namespace',
    'kt-sidecar',
    '--show-only',
    `templates/${template}`,
  ];
  const child = spawn(helm, [...args, ...values.flatMap((value) => ['--set', value])], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  if (child.exitCode !== 0) throw new Error(`helm template: ${stderr}`);
  return stdout;
}
