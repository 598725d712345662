import { chart, helms, runHelm } from './helm.ts';

/** One template of the chart, as helm renders it for a release. */
export function renderedTemplate(
  template: string,
  release: string,
  values: readonly string[],
): Promise<string> {
  const where = [release, chart, '--namespace', 'kt-sidecar', '--kube-version', '1.36.0'];
  const args = ['--show-only', `templates/${template}`, ...values.flatMap((value) => ['--set', value])];
  return runHelm(helms[0] ?? 'helm', ['template', ...where, ...args]);
}
