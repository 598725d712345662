import { stringify } from 'yaml';
import { injectionRules } from '../src/kube/injection/rules.ts';

/** The rules as the chart reads them. */
export function injectionFile(): string {
  const head =
    '# Written by `npm run generate` from src/kube/injection/rules.ts: what a pod is given, in CEL.\n';
  return head + stringify({ variables: injectionRules }, { lineWidth: 0 });
}
