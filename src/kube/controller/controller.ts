import { hostname } from 'node:os';
import {
  AdmissionregistrationV1Api,
  AppsV1Api,
  CoordinationV1Api,
  CoreV1Api,
  EventsV1Api,
} from '@kubernetes/client-node';
import type { Logger } from '../../telemetry/log.ts';
import { AdmissionServer } from '../admission/admission-server.ts';
import type { ApiAccess } from '../api-access.ts';
import { keepFromFiles } from '../certificates/certificate-files.ts';
import { CertificateKeeper } from '../certificates/certificate-keeper.ts';
import { certificateSecret } from '../certificates/certificate-secret.ts';
import { ServedCertificate } from '../certificates/served-certificate.ts';
import { webhookTrust } from '../certificates/webhook-trust.ts';
import { type Clock, repeat } from '../clock.ts';
import { EventRecorder } from '../events/event-recorder.ts';
import { eventWriter } from '../events/event-writer.ts';
import { OwnerLookup } from '../events/owner-lookup.ts';
import { Election } from '../lease.ts';
import { ApiCalls } from '../watch/api-calls.ts';
import { ControllerAdmin } from './controller-admin.ts';
import { type ControllerMetrics, controllerMetrics } from './controller-metrics.ts';
import type { ControllerSettings } from './controller-settings.ts';
import { lead } from './leadership.ts';
import { nudgePods } from './nudging.ts';
import { secretCheck } from './secret-check.ts';
import { sidecarCheck } from './sidecar-check.ts';
import { createWebhooks } from './webhooks.ts';

interface ControllerParts {
  readonly settings: ControllerSettings;
  readonly access: ApiAccess;
  readonly clock: Clock;
  readonly log: Logger;
  /** Who this replica is; default: the name of the pod. */
  readonly replica?: string;
  /** How long it still answers once it is not ready: API servers are told of it meanwhile. */
  readonly lameDuckMs: number;
}

export interface RunningController {
  readonly webhookPort: number;
  readonly adminPort: number;
  /** Takes no more, finishes what is open, and gives up its turn. */
  stop(): Promise<void>;
}

/** How often it is looked whether anything is due. */
const certificateMs = 30_000;
const certificateFileMs = 10_000;
const retryMs = 2000;
const secretMs = 30_000;
const sidecarMs = 60_000;

/** Starts all that the settings ask for. It is ready when `/readyz` says so: it needs the API server for that. */
export async function startController(parts: ControllerParts): Promise<RunningController> {
  const { settings, access, clock, log, lameDuckMs } = parts;
  const stopping = new AbortController();
  const metrics = controllerMetrics();
  const events = recorder(parts, metrics);
  const webhooks = createWebhooks({ settings, apps: new AppsV1Api(access.calls), events, metrics });
  const server = new AdmissionServer({
    ...webhooks,
    onFailed: (route, error) => {
      webhooks.countFailed(route);
      log.error('admission', `the ${route.webhook} webhook failed`, {}, error);
    },
  });
  const served = new ServedCertificate((pair) => {
    server.use(pair);
    metrics.certificateExpiry.set(served.expiresAt / 1000);
    log.info('certificates', 'serving', { expires: new Date(served.expiresAt).toISOString() });
  });
  const hasWebhooks = webhooks.routes.length > 0;
  const admin = new ControllerAdmin({
    unready: () => [
      ...(stopping.signal.aborted ? ['it is stopping'] : []),
      ...(hasWebhooks && !served.isValid(clock.now()) ? ['there is no valid certificate'] : []),
    ],
    metrics: () => metrics.registry.metrics(),
  });
  const webhookPort = await server.listen(settings.listen.webhook);
  const adminPort = await admin.listen(settings.listen.admin);
  const running = { parts, metrics, events, signal: stopping.signal };
  const loops = [...(hasWebhooks ? [keepCertificates(running, served)] : []), leadReplicas(running)];
  log.info('controller', 'serving', { webhook: webhookPort, admin: adminPort });
  return {
    webhookPort,
    adminPort,
    async stop() {
      stopping.abort();
      server.drain();
      await clock.wait(lameDuckMs, new AbortController().signal);
      await server.close();
      await Promise.all([...loops, webhooks.close(), events.settled()]);
      await admin.close();
    },
  };
}

interface Running {
  readonly parts: ControllerParts;
  readonly metrics: ControllerMetrics;
  readonly events: EventRecorder;
  readonly signal: AbortSignal;
}

function recorder({ access, clock, log, replica = hostname() }: ControllerParts, metrics: ControllerMetrics) {
  return new EventRecorder({
    writer: eventWriter(new EventsV1Api(access.calls), replica),
    now: clock.now,
    onResult: (result, error) => {
      metrics.events.inc({ result });
      if (result === 'failed') log.warn('events', 'an Event could not be written', {}, error);
    },
  });
}

function keepCertificates({ parts, metrics, signal }: Running, served: ServedCertificate): Promise<void> {
  const { settings, access, clock, log } = parts;
  const { source, directory, secret, names: more, webhooks } = settings.certificates;
  const names = [`${settings.service}.${settings.namespace}.svc`, ...more];
  const place = { namespace: settings.namespace, name: secret };
  const keeper = new CertificateKeeper({
    store: certificateSecret(new CoreV1Api(access.calls), place, names),
    trust: webhookTrust(new AdmissionregistrationV1Api(access.calls), webhooks),
    served,
    names,
    now: clock.now,
  });
  const usualMs = source === 'self' ? certificateMs : certificateFileMs;
  let isWell = false;
  const keep = async (): Promise<void> => {
    isWell = false;
    await (source === 'self' ? keeper.keep() : keepFromFiles(directory, served));
    isWell = true;
  };
  return repeat({ clock, everyMs: () => (isWell ? usualMs : retryMs), signal }, keep, (error) => {
    metrics.certificateFailures.inc();
    log.error('certificates', 'could not be looked after', {}, error);
  });
}

/** Where pods may be listed anyway: with the rights of the nudge. */
function lookForSidecars({ parts, metrics, events, signal }: Running): Promise<void> {
  const { settings, access, clock, log } = parts;
  const check = sidecarCheck({
    api: new ApiCalls(access.open),
    owners: new OwnerLookup(new AppsV1Api(access.calls)),
    namespaces: settings.nudge.namespaces,
    settings: settings.injection.settings,
    events,
    onCounted: (missing) => {
      metrics.missingSidecars.reset();
      for (const [reason, count] of missing) metrics.missingSidecars.set({ reason }, count);
    },
    signal,
  });
  return repeat({ clock, everyMs: () => sidecarMs, signal }, check, (error) =>
    log.warn('sidecars', 'could not be looked for', {}, error),
  );
}

function leadReplicas({ parts, metrics, events, signal }: Running): Promise<void> {
  const { settings, access, clock, log, replica = hostname() } = parts;
  const check = secretCheck({
    core: new CoreV1Api(access.calls),
    secrets: settings.secrets,
    configMap: settings.injection.settings.configMap,
    events,
    onMissing: (labels, isMissing) => metrics.missingSecrets.set(labels, isMissing ? 1 : 0),
  });
  const onFailed = (error: unknown): void => log.warn('secrets', 'could not be checked', {}, error);
  const work = async (over: AbortSignal): Promise<void> => {
    const isAny = settings.secrets.length > 0;
    await Promise.all([
      ...(isAny ? [repeat({ clock, everyMs: () => secretMs, signal: over }, check, onFailed)] : []),
      ...(settings.nudge.enabled
        ? [nudgePods({ ...parts, metrics }, over), lookForSidecars({ parts, metrics, events, signal: over })]
        : []),
    ]);
  };
  const onChange = (isLeader: boolean): void => {
    metrics.isLeader.set(isLeader ? 1 : 0);
    log.info('lease', isLeader ? 'this replica leads' : 'another replica leads');
  };
  if (settings.replicas === 1) {
    onChange(true);
    return work(signal);
  }
  const api = new CoordinationV1Api(access.calls);
  const place = { namespace: settings.namespace, name: settings.service };
  const election = new Election({ api, ...place, holder: replica, now: clock.now });
  const onError = (error: unknown): void => log.warn('lease', 'could not be renewed', {}, error);
  return lead({ election, clock, signal, onChange, onError, work });
}
