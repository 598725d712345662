import { stringify } from 'yaml';
import { defaultInjectionSettings } from '../src/kube/injection/injection-settings.ts';
import { sidecarRules } from '../src/kube/injection/rules.ts';

const head = `# Made by npm run generate from src/kube/injection; edit those.
#
# defaults: the settings of the sidecar where the values say nothing.
# variables: CEL for an admission policy over pods, in this order, behind a variable "settings": a map of strings, which has
# every setting, "specHash" (see injection-settings.ts) and "by". "skip" is empty, or why the pod is left as it is; "patches"
# are {op, path, value}, none where it is left.
`;

/** What the chart makes its admission policy of. */
export function injectionFile(): string {
  const content = { defaults: defaultInjectionSettings, variables: sidecarRules };
  return head + stringify(content, { lineWidth: 0, singleQuote: true });
}
