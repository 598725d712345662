import { chart, helms, runHelm } from './helm.ts';

/** One template of the chart, as Helm renders it for a release. */
export function renderedTemplate(
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
  return runHelm(helms[0] ?? 'helm', [...args, ...values.flatMap((value) => ['--set', value])]);
}
