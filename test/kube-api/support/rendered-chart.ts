import { chart, helms, runHelm } from './helm.ts';

/** One template of the chart, as Helm renders it for a release. */
export function renderedTemplate(
  template: string,
  release: string,
  values: readonly string[],
): Promise<string> {
  const where = [
    '--namespace',
    'kt-sidecar',
    '--kube-version',
    '1.36.0',
    '--show-only',
    `templates/${template}`,
  ];
  const set = values.flatMap((value) => ['--set', value]);
  return runHelm(helms[0] ?? 'helm', ['template', release, chart, ...where, ...set]);
}
