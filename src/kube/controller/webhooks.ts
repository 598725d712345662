import type { AppsV1Api } from '@kubernetes/client-node';
import type { AdmissionRoute, ServerParts } from '../admission/admission-server.ts';
import { podMutation } from '../admission/mutate-pods.ts';
import { PolicyChecker } from '../admission/policy-checker.ts';
import { policyValidation } from '../admission/validate-policies.ts';
import type { EventSink } from '../events/event-recorder.ts';
import { OwnerLookup } from '../events/owner-lookup.ts';
import { inject } from '../injection/inject.ts';
import type { ControllerMetrics } from './controller-metrics.ts';
import type { ControllerSettings } from './controller-settings.ts';

interface WebhookParts {
  readonly settings: ControllerSettings;
  readonly apps: AppsV1Api;
  readonly events: EventSink;
  readonly metrics: ControllerMetrics;
}

interface Webhooks extends Omit<ServerParts, 'onFailed'> {
  readonly countFailed: (route: AdmissionRoute) => void;
  close(): Promise<void>;
}

/** The API server waits 5 s for the webhook. */
const checkMs = 3000;

const warmingPods = 50;

/** The first pods would take 16 ms each and not 0.2: their users wait for it, a start does not. */
function warmUp(settings: ControllerSettings['injection']['settings']): void {
  const pod = { metadata: { name: 'warm-up' }, spec: { containers: [{ name: 'app', image: 'app' }] } };
  for (let left = warmingPods; left > 0; left -= 1) inject({ pod, settings, by: 'webhook' });
}

/** The webhooks that the settings ask for, and what is counted of them. */
export function createWebhooks({ settings, apps, events, metrics }: WebhookParts): Webhooks {
  const { injection, validation } = settings;
  const checker = new PolicyChecker({ limitMs: checkMs });
  const counter =
    (webhook: AdmissionRoute['webhook']) =>
    (result: string, reason: string): void =>
      metrics.admissions.inc({ webhook, result, reason });
  const routes: AdmissionRoute[] = [];
  if (injection.enabled) {
    const owners = new OwnerLookup(apps);
    const judge = podMutation({ settings: injection.settings, events, owners, count: counter('injection') });
    warmUp(injection.settings);
    routes.push({ webhook: 'injection', path: '/mutate-pods', isRequired: injection.required, judge });
  }
  if (validation.enabled) {
    const check = (content: string) => checker.check(content);
    const judge = policyValidation({ mode: validation.mode, check, events, count: counter('validation') });
    // A policy that could not be checked is let through: gateways keep the one they have if it is bad.
    routes.push({ webhook: 'validation', path: '/validate-policies', isRequired: false, judge });
  }
  return {
    routes,
    onJudged: ({ webhook }, ms) => metrics.admissionSeconds.observe({ webhook }, ms / 1000),
    onMalformed: () => metrics.admissions.inc({ webhook: '', result: 'malformed', reason: '' }),
    countFailed: ({ webhook }) => metrics.admissions.inc({ webhook, result: 'failed', reason: 'internal' }),
    close: () => checker.close(),
  };
}
