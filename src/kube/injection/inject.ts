import { type InjectionSettings, specHash } from './injection-settings.ts';
import { type Addition, applyAdditions, parseAdditions } from './json-patch.ts';
import { type SkipReason, skipReasons } from './names.ts';
import { parsePod, type PodShape } from './pod-shape.ts';
import { type InjectionReport, reportsOf } from './reports.ts';
import { compileCel, type Evaluation } from './rule-evaluation.ts';
import { sidecarRules } from './rules.ts';

/** What becomes of a pod, or of a pod's template. */
export type Injection<Pod extends object = object> =
  | {
      readonly kind: 'injected';
      readonly pod: Pod;
      readonly patch: readonly Addition[];
      readonly reports: readonly InjectionReport[];
    }
  | { readonly kind: 'skipped'; readonly reason: SkipReason; readonly detail: string };

export interface InjectionInput<Pod extends object = object> {
  readonly pod: Pod;
  readonly settings: InjectionSettings;
  /** Who does it: told in an annotation. */
  readonly by: 'policy' | 'webhook' | 'kt';
}

const evaluate = compileCel(sidecarRules);

/**
 * Gives the sidecar to a pod, by the rules that the API server runs as an admission policy. The same pod, the same patch.
 * What is no pod is a KubeError.
 */
export function inject<Pod extends object>({ pod, settings, by }: InjectionInput<Pod>): Injection<Pod> {
  const shape = parsePod(pod);
  const found = evaluate(wholeNumbers(shape), {
    settings: { ...settings, specHash: specHash(settings), by },
  });
  const reason = skipReasons.find((one) => one === found('skip'));
  if (reason !== undefined) return { kind: 'skipped', reason, detail: detailOf(reason, shape, found) };
  const patch = parseAdditions(found('patches'));
  return { kind: 'injected', pod: applyAdditions(pod, patch), patch, reports: reportsOf(shape, found) };
}

function detailOf(reason: SkipReason, pod: PodShape, found: Evaluation): string {
  switch (reason) {
    case 'already_injected':
      return 'it has a container named kt-sidecar, a port named kt-admin, or a volume of ours';
    case 'opted_out':
      return 'its label says no';
    case 'host_network':
      return 'with hostNetwork the sidecar would be open to the whole node';
    case 'unsupported_os':
      return 'the sidecar runs on Linux only';
    case 'annotation_invalid':
      return messages(found('invalid')).join('; ');
    case 'port_in_use':
      return portDetail(pod, [Number(found('portNumber')), Number(found('adminNumber'))]);
  }
}

function portDetail({ spec }: PodShape, ours: readonly number[]): string {
  const all = [...(spec.initContainers ?? []), ...spec.containers].flatMap(({ name, ports }) =>
    (ports ?? []).flatMap(({ containerPort, hostPort }) =>
      [containerPort, hostPort]
        .filter((port) => port !== undefined && ours.includes(port))
        .map((port) => `container ${name} declares port ${port}`),
    ),
  );
  return `${[...new Set(all)].join('; ')}; the sidecar has ${ours.join(' and ')}, the first of which kt-sidecar.dev/port moves`;
}

function messages(list: unknown): readonly string[] {
  return Array.isArray(list) ? list.map(String) : [];
}

/** CEL tells whole numbers from others, JSON does not. */
function wholeNumbers(value: object): object {
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, wholeNumber(one)]));
}

function wholeNumber(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(wholeNumber);
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  return typeof value === 'object' && value !== null ? wholeNumbers(value) : value;
}
