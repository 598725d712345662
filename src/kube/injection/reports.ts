import { closest } from '../../config/suggest.ts';
import {
  injectLabel,
  noWords,
  podAnnotations,
  prefix,
  sidecarName,
  writtenAnnotations,
  yesWords,
} from './names.ts';
import type { ContainerShape, PodShape } from './pod-shape.ts';
import type { Evaluation } from './rule-evaluation.ts';

/** Something that should be told of a pod, though it got its sidecar. */
export interface InjectionReport {
  readonly code:
    | 'annotation_unknown'
    | 'label_unknown'
    | 'base_url_kept'
    | 'env_from'
    | 'proxy_without_exception'
    | 'grace_period_short'
    | 'other_sidecars'
    | 'init_before_sidecar';
  readonly message: string;
}

/** What the gateway may take to end its open exchanges. */
const drainSeconds = 25;
const defaultGraceSeconds = 30;
const loopback = '127.0.0.1,localhost,::1';
const proxyVariables = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'];

/** In the order in which they are told. */
export function reportsOf(pod: PodShape, found: Evaluation): readonly InjectionReport[] {
  const apps = appContainers(pod);
  return [
    ...unknownAnnotations(pod),
    ...unknownLabel(pod),
    ...apps.flatMap((app) => environmentReports(app, String(found('baseUrl')))),
    ...apps.flatMap((app) => proxyReport(app, found('noProxy') === 'true')),
    ...graceReport(pod),
    ...sidecarReports(pod),
    ...(found('native') === 'false' ? classicReports(pod) : []),
  ];
}

/** Those that are given variables: other sidecars are no part of the app. */
function appContainers({ spec }: PodShape): readonly ContainerShape[] {
  return [...(spec.initContainers ?? []).filter((one) => !isSidecar(one)), ...spec.containers];
}

function isSidecar({ restartPolicy }: ContainerShape): boolean {
  return restartPolicy === 'Always';
}

function unknownAnnotations({ metadata }: PodShape): readonly InjectionReport[] {
  const known = new Set<string>([...podAnnotations, ...writtenAnnotations]);
  const names = Object.keys(metadata?.annotations ?? {})
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length))
    .filter((name) => !known.has(name));
  return names.toSorted().map((name) => ({ code: 'annotation_unknown', message: unknownText(name) }));
}

function unknownText(name: string): string {
  const written = `annotation ${prefix}${name.slice(0, 63)} is not known`;
  if (prefix + name === injectLabel) return `${written}: it is a label`;
  const near = closest(name, podAnnotations);
  if (near !== undefined) return `${written}: did you mean ${prefix}${near}?`;
  return `${written}: there are ${podAnnotations.join(', ')}`;
}

function unknownLabel({ metadata }: PodShape): readonly InjectionReport[] {
  const value = metadata?.labels?.[injectLabel];
  if (value === undefined || [...yesWords, ...noWords].includes(value)) return [];
  const message = `label ${injectLabel}: ${value} says neither yes (${yesWords.join(', ')}) nor no (${noWords.join(', ')})`;
  return [{ code: 'label_unknown', message }];
}

function environmentReports(container: ContainerShape, baseUrl: string): readonly InjectionReport[] {
  const values = new Map((container.env ?? []).map(({ name, value }) => [name, value ?? '']));
  const who = `container ${container.name}`;
  const reports: InjectionReport[] = [];
  for (const name of ['OPENAI_BASE_URL', 'OPENAI_API_BASE']) {
    const value = values.get(name);
    if (value !== undefined && value !== baseUrl)
      reports.push({ code: 'base_url_kept', message: `${who} sets ${name} itself: it is left as it is` });
  }
  if ((container.envFrom ?? []).length > 0) {
    const message = `${who} has envFrom: its OPENAI_BASE_URL, if any, gives way to ours, and no OPENAI_API_KEY is set`;
    reports.push({ code: 'env_from', message });
  }
  return reports;
}

function proxyReport({ name: container, env }: ContainerShape, isAdded: boolean): readonly InjectionReport[] {
  const values = new Map((env ?? []).map(({ name, value }) => [name, value ?? '']));
  const either = (name: string): string | undefined => values.get(name.toLowerCase()) ?? values.get(name);
  if (proxyVariables.every((name) => (either(name) ?? '') === '')) return [];
  const exceptions = either('NO_PROXY');
  if (exceptions === undefined ? isAdded : /(^|[\s,])(\*|127\.0\.0\.1)($|[\s,])/.test(exceptions)) return [];
  const mend =
    exceptions === undefined
      ? `${prefix}no-proxy: "true" sets it`
      : 'add them there: what is set is left as it is';
  const message = `container ${container} has a proxy and no NO_PROXY with ${loopback}, so that calls to the sidecar would go there: ${mend}`;
  return [{ code: 'proxy_without_exception', message }];
}

function graceReport({ spec }: PodShape): readonly InjectionReport[] {
  const seconds = spec.terminationGracePeriodSeconds ?? defaultGraceSeconds;
  if (seconds >= drainSeconds) return [];
  const message = `terminationGracePeriodSeconds: ${seconds} is less than the ${drainSeconds} s that the sidecar may need to end its open calls`;
  return [{ code: 'grace_period_short', message }];
}

function sidecarReports({ spec }: PodShape): readonly InjectionReport[] {
  const names = (spec.initContainers ?? []).filter(isSidecar).map(({ name }) => name);
  if (names.length === 0) return [];
  const message = `other sidecars, which start after ${sidecarName} and are given no variables: ${names.join(', ')}`;
  return [{ code: 'other_sidecars', message }];
}

function classicReports({ spec }: PodShape): readonly InjectionReport[] {
  const names = (spec.initContainers ?? []).filter((one) => !isSidecar(one)).map(({ name }) => name);
  if (names.length === 0) return [];
  const message = `init containers run before ${sidecarName} in its classic form and cannot call it: ${names.join(', ')}`;
  return [{ code: 'init_before_sidecar', message }];
}
