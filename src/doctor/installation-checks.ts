import { X509Certificate } from 'node:crypto';
import type { ControllerFacts, InstallationFacts, Known, WebhookFacts } from '../kube/installation.ts';
import { type Check, fail, ok, skip, warn } from './check.ts';

const dayMs = 86_400_000;
const mostSkewSeconds = 60;

/** Everything there is to say about what of ours is installed. `now`: epoch milliseconds. */
export function installationChecks(facts: InstallationFacts, now: number): readonly Check[] {
  return [
    ...injectorChecks(facts),
    ...whereKnown('controller', facts.controllers, (found) => found.map(controllerCheck)),
    ...whereKnown('certificate', facts.webhooks, (found) => certificateChecks(found, now)),
    ...whereKnown('clock', facts.aheadSeconds, clockChecks),
  ];
}

function whereKnown<T>(
  name: string,
  found: Known<T>,
  checks: (value: T) => readonly Check[],
): readonly Check[] {
  return found.kind === 'known' ? checks(found.value) : [skip(name, `not looked at: ${found.reason}`)];
}

function injectorChecks({ policies, webhooks }: InstallationFacts): readonly Check[] {
  const byPolicy = policies.kind === 'known' ? policies.value : [];
  const byWebhook = webhooks.kind === 'known' ? webhooks.value.filter(isInjection) : [];
  if (byPolicy.length > 0)
    return [ok('injector', `the API server injects by policy (${byPolicy.join(', ')})`)];
  const [hook] = byWebhook;
  if (hook !== undefined)
    return [ok('injector', `webhook ${hook.configuration} injects, failurePolicy ${policiesOf(byWebhook)}`)];
  if (policies.kind === 'unknown') return [skip('injector', `not looked at: ${policies.reason}`)];
  if (webhooks.kind === 'unknown') return [skip('injector', `not looked at: ${webhooks.reason}`)];
  return [
    warn(
      'injector',
      'nothing in this cluster gives pods the sidecar',
      'helm install the chart with injection.mode: auto, or use kt inject',
    ),
  ];
}

function isInjection({ name }: WebhookFacts): boolean {
  return name.includes('injection');
}

function policiesOf(hooks: readonly WebhookFacts[]): string {
  return [...new Set(hooks.map(({ failurePolicy }) => failurePolicy))].join(' and ');
}

function controllerCheck({ namespace, name, ready, version }: ControllerFacts): Check {
  const where = `${namespace}/${name}`;
  if (ready > 0) return ok('controller', `${where} ${version} is alive, ${ready} ready`);
  return fail(
    'controller',
    `${where} has no ready replica: no nudges, and no answers of its webhooks`,
    `kubectl -n ${namespace} describe deployment ${name}; kubectl -n ${namespace} logs deployment/${name}`,
  );
}

function certificateChecks(hooks: readonly WebhookFacts[], now: number): readonly Check[] {
  if (hooks.length === 0) return [];
  const checks = hooks.flatMap((hook) => bundleChecks(hook, now));
  if (new Set(hooks.map(({ caBundle }) => caBundle)).size > 1)
    return [
      ...checks,
      warn(
        'certificate',
        'the webhooks of ours trust different CAs, so that one of them cannot be called',
        'restart the controller: it writes the caBundle of all',
      ),
    ];
  return checks.length > 0 ? checks : [ok('certificate', 'the CA that the API server trusts is valid')];
}

function bundleChecks({ name, caBundle }: WebhookFacts, now: number): readonly Check[] {
  if (caBundle === '')
    return [
      fail(
        'certificate',
        `webhook ${name} has no caBundle: the API server cannot call it`,
        'look at the log of the controller, or of cert-manager: it writes it',
      ),
    ];
  const expiresAt = expiryOf(caBundle);
  if (expiresAt === undefined)
    return [
      fail(
        'certificate',
        `the caBundle of webhook ${name} is no certificate`,
        'restart the controller: it writes it anew',
      ),
    ];
  if (expiresAt <= now)
    return [
      fail(
        'certificate',
        `the CA of webhook ${name} expired at ${new Date(expiresAt).toISOString()}`,
        'restart the controller: it makes a new one',
      ),
    ];
  if (expiresAt - now < 7 * dayMs)
    return [
      warn(
        'certificate',
        `the CA of webhook ${name} expires at ${new Date(expiresAt).toISOString()}`,
        'look why the controller has not renewed it: its log, and kt_controller_certificate_failures_total',
      ),
    ];
  return [];
}

/** That of the certificate that lives longest: while rotating, the old one is kept beside the new one. */
function expiryOf(bundle: string): number | undefined {
  const parts = bundle.match(/-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g) ?? [];
  try {
    const times = parts.map((part) => new X509Certificate(part).validToDate.getTime());
    return times.length === 0 ? undefined : Math.max(...times);
  } catch {
    return undefined; // not a certificate, which is what the caller asks
  }
}

function clockChecks(aheadSeconds: number | undefined): readonly Check[] {
  if (aheadSeconds === undefined) return [];
  if (Math.abs(aheadSeconds) <= mostSkewSeconds)
    return [ok('clock', "the API server's clock agrees with this one")];
  return [
    warn(
      'clock',
      `the API server's clock is ${aheadSeconds} s off this one`,
      'run a time service: certificates and tokens are judged by the clock',
    ),
  ];
}
