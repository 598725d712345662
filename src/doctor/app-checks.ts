import { closest } from '../config/suggest.ts';
import type { InstallationFacts, Known } from '../kube/installation.ts';
import {
  injectLabel,
  noWords,
  podAnnotations,
  prefix,
  type SkipReason,
  writtenAnnotations,
  yesWords,
} from '../kube/injection/names.ts';
import type { PodFacts, SidecarFacts } from '../kube/pod-facts.ts';
import { type Check, fail, ok, warn } from './check.ts';
import type { PodCase } from './pod-checks.ts';

/** What is known of a pod beside its sidecar: plain data, and no secret. */
export interface AppCase {
  readonly pod: PodFacts;
  readonly sidecar: SidecarFacts;
  readonly installation: InstallationFacts;
  /** Undefined: it may not be asked. */
  readonly secrets: readonly { readonly name: string; readonly isThere: boolean | undefined }[];
  readonly status: PodCase['status'];
}

/** What the app and its surroundings do to the sidecar, in the order in which one would look. */
export function appChecks(found: AppCase): readonly Check[] {
  return [
    ...found.secrets.map((secret) => secretCheck(secret, found.pod)),
    ...proxyChecks(found.pod),
    ...scalerChecks(found),
    ...annotationChecks(found.pod),
    ...versionChecks(found),
    ...providerChecks(found.status),
  ];
}

function secretCheck({ name, isThere }: AppCase['secrets'][number], { namespace }: PodFacts): Check {
  if (isThere === undefined)
    return warn('secret', `Secret ${name} may not be looked at`, 'ask for the right to get it, or trust it');
  if (isThere) return ok('secret', `Secret ${name} is there`);
  return fail(
    'secret',
    `Secret ${name} is missing`,
    `kubectl -n ${namespace} create secret generic ${name} --from-literal=NAME=KEY`,
  );
}

function proxyChecks({ others }: PodFacts): readonly Check[] {
  return others
    .filter(({ sendsLoopbackToProxy }) => sendsLoopbackToProxy)
    .map(({ name }) =>
      fail(
        'proxy',
        `container ${name} has a proxy and no NO_PROXY with 127.0.0.1: its calls to the sidecar go there`,
        `NO_PROXY=127.0.0.1,localhost,::1 in its env, or the annotation ${prefix}no-proxy: "true"`,
      ),
    );
}

/** An autoscaler by utilisation needs a request of every container, ours included. */
function scalerChecks({ pod, sidecar, installation: { scalers } }: AppCase): readonly Check[] {
  if (scalers.kind === 'unknown') return [];
  const containers = [...pod.others, sidecar];
  return scalers.value
    .filter(({ targetName }) => pod.name.startsWith(`${targetName}-`))
    .flatMap(({ name, resources }) =>
      resources.flatMap((resource) => {
        const lacking = containers.filter(({ requests }) => !requests.includes(resource));
        if (lacking.length === 0) return [];
        const who = lacking.map((container) => container.name).join(', ');
        return fail(
          'scaler',
          `HorizontalPodAutoscaler ${name} goes by ${resource}, which ${who} does not request: it cannot work`,
          `resources: {requests: {${resource}: ...}} in every container`,
        );
      }),
    );
}

function annotationChecks({ annotations }: PodFacts): readonly Check[] {
  const known = new Set<string>([...podAnnotations, ...writtenAnnotations]);
  return Object.keys(annotations)
    .map((name) => name.slice(prefix.length))
    .filter((name) => !known.has(name))
    .map((name) => {
      const near = closest(name, podAnnotations);
      return warn(
        'annotation',
        `annotation ${prefix}${name} is not known`,
        near === undefined ? `there are ${podAnnotations.join(', ')}` : `did you mean ${prefix}${near}?`,
      );
    });
}

function versionChecks({ pod, installation: { controllers }, status }: AppCase): readonly Check[] {
  const injected = pod.annotations[`${prefix}version`];
  if (injected === undefined) return [];
  const installed = controllers.kind === 'known' ? controllers.value.map(({ version }) => version) : [];
  const other = installed.find((version) => version !== '' && version !== injected);
  if (other !== undefined)
    return [
      warn(
        'version',
        `its sidecar is of version ${injected}, the chart of ${other}`,
        'kubectl rollout restart its workload: pods get the new one when they are made',
      ),
    ];
  if ('view' in status && status.view.version !== injected)
    return [
      warn(
        'version',
        `it was to get version ${injected}, and runs ${status.view.version}`,
        'name the image by the tag of that version, or by its digest',
      ),
    ];
  return [ok('version', injected)];
}

function providerChecks(status: PodCase['status']): readonly Check[] {
  if ('failure' in status) return [];
  return status.view.targets
    .filter(({ failures, successes }) => failures > 0 && successes === 0)
    .map(({ id, origin, failures }) =>
      warn(
        'provider',
        `target ${id} (${origin}) failed ${failures} times and never answered`,
        'check the egress rules of the namespace, base_url and key; the log of the sidecar says what came',
      ),
    );
}

/** Whether a pod should have the sidecar: it says so, or its namespace does and it does not say no. */
export function asksForSidecar(
  { wantsSidecar, injectLabel: own }: PodFacts,
  namespaceLabel: Known<string | undefined>,
): boolean {
  if (wantsSidecar) return true;
  if (own !== undefined && noWords.includes(own)) return false;
  return namespaceLabel.kind === 'known' && yesWords.includes(namespaceLabel.value ?? '');
}

const mends: Readonly<Record<SkipReason, string>> = {
  already_injected:
    'rename what has our names: container kt-sidecar, port kt-admin, volumes kt-policy and kt-secrets',
  opted_out: `take the label ${injectLabel} off the pod`,
  host_network: 'take hostNetwork off the pod',
  unsupported_os: 'run it on Linux nodes',
  annotation_invalid: "correct the annotation in the workload's template",
  port_in_use: `give the app other ports than 41002 and 41003, or the sidecar another: ${prefix}port`,
};

/** Why a pod that asks for the sidecar has none. */
export function absenceCheck(
  name: string,
  skipped: { readonly reason: SkipReason; readonly detail: string } | undefined,
): Check {
  const asks = `${name} asks for our container (${injectLabel}) and has none`;
  if (skipped !== undefined)
    return fail('inject', `${asks}: ${skipped.reason}, ${skipped.detail}`, mends[skipped.reason]);
  return fail(
    'inject',
    `${asks}: it was created before the label, or while no injector ran`,
    'check the injector, then kubectl rollout restart its workload so that it is created again',
  );
}
