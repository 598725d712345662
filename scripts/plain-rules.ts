import { readFileSync } from 'node:fs';

/** The rules for a Prometheus without the chart: their runbooks are those of this repository. */
export function plainRules(path: string): string {
  const [, ...lines] = readFileSync(path, 'utf8').split('\n');
  const head = '# Written by `npm run generate` from helm/files/rules.yaml.\n';
  return head + lines.join('\n').replaceAll('RUNBOOKS/', 'docs/runbooks/');
}
