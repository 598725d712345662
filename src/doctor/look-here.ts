import { adminOrigin, askAdmin, type AdminAnswer } from '../admin/ask-admin.ts';
import type { TargetSpec } from '../config/config.ts';
import { load, onlyLooking } from '../config/load.ts';
import { secretPaths, type SecretPlaces, secretsFrom } from '../config/secret-ref.ts';
import { readSource } from '../config/source.ts';
import { parsedJson } from '../json/parsed.ts';
import { advisersOf } from '../policy/advisers.ts';
import { policyKinds } from '../policy/kinds.ts';
import { readStatus } from '../record/status-document.ts';
import { proxyVariables } from '../upstream/outbound-proxy.ts';
import type {
  AdviserFacts,
  ConfigFacts,
  GatewayFacts,
  LocalFacts,
  PortFacts,
  TargetFacts,
} from './local-facts.ts';
import { probeAdviser } from './probe-adviser.ts';
import { reach } from './reach.ts';

export interface LookOptions {
  /** Undefined: `policy-config.yaml`, where there is one. */
  readonly policyConfig?: string;
  readonly secretsDir?: string;
  readonly data: string;
  readonly admin: string;
  readonly offline?: boolean;
}

/** The process that looks. */
interface Looker {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly nodeVersion: string;
}

const deadlineMs = 3000;

/** Gathers what is to be known about this machine. It opens connections to providers and says nothing on them, and asks
 * recognisers what they know. */
export async function lookHere(options: LookOptions, { env, nodeVersion }: Looker): Promise<LocalFacts> {
  const { offline, data, admin } = options;
  const config = await lookAtConfig(options, env);
  const [dataAnswer, adminAnswer] = await Promise.all([
    askAdmin(adminOrigin(data), '/healthz', deadlineMs),
    askAdmin(adminOrigin(admin), '/status', deadlineMs),
  ]);
  const origins = new Set(
    config.kind === 'read' ? config.targets.filter(isAsked).map(({ origin }) => origin) : [],
  );
  return {
    nodeVersion,
    config,
    ports: [
      { use: 'data', address: data, found: foundData(dataAnswer) },
      { use: 'admin', address: admin, found: foundAdmin(adminAnswer) },
    ],
    proxy: {
      variables: proxyVariables(env),
      noProxy: env['no_proxy'] ?? env['NO_PROXY'] ?? '',
    },
    reached:
      offline === true
        ? undefined
        : await Promise.all([...origins].map((origin) => reach(origin, deadlineMs))),
    advisers: offline === true ? undefined : await probeAll(config),
    gateway: gatewayFacts(adminAnswer),
  };
}

function probeAll(config: ConfigFacts): Promise<readonly AdviserFacts[]> {
  const advisers = config.kind === 'read' ? config.advisers : [];
  return Promise.all(advisers.map((adviser) => probeAdviser(adviser, deadlineMs)));
}

function isAsked({ simulated }: TargetFacts): boolean {
  return !simulated;
}

async function lookAtConfig(
  { policyConfig, secretsDir }: LookOptions,
  env: Looker['env'],
): Promise<ConfigFacts> {
  const path = policyConfig ?? 'policy-config.yaml';
  const places: SecretPlaces = { env, directory: secretsDir };
  const extraFiles = (content: Uint8Array): readonly string[] => secretPaths(content, places);
  const isInPod = env['KUBERNETES_SERVICE_HOST'] !== undefined;
  const reading = await readSource({ path, isInPod, extraFiles });
  if (reading.kind === 'unreadable') {
    if (policyConfig === undefined && reading.code === 'missing') return { kind: 'none', path };
    return { kind: 'unreadable', path, reason: reading.reason };
  }
  const secrets = secretsFrom(reading.files, places);
  const result = load({ content: reading.bytes, kinds: policyKinds, secrets, options: onlyLooking });
  const targets = result.ok ? result.config.targets : [];
  const chain = result.ok ? result.config.chain : [];
  return {
    kind: 'read',
    path,
    issues: result.issues,
    notes: reading.notes,
    advisers: advisersOf(chain, policyKinds),
    targets: targets.map(targetFacts),
  };
}

function targetFacts({ id, origin, simulated, credential, headers }: TargetSpec): TargetFacts {
  const keys = [credential, ...headers].flatMap((key) =>
    key?.source === undefined ? [] : [{ source: key.source, isThere: key.value !== undefined }],
  );
  return { id, origin, simulated, keys };
}

function foundData(answer: AdminAnswer): PortFacts['found'] {
  return isFree(answer) ? 'free' : answer.kind === 'answer' && isHealth(answer.body) ? 'ours' : 'other';
}

function foundAdmin(answer: AdminAnswer): PortFacts['found'] {
  return isFree(answer) ? 'free' : gatewayFacts(answer) === undefined ? 'other' : 'ours';
}

function isFree(answer: AdminAnswer): boolean {
  return answer.kind === 'unreachable' && answer.isRefused;
}

function isHealth(body: string): boolean {
  const document = parsedJson(body);
  return typeof document === 'object' && document !== null && 'policies_loaded' in document;
}

function gatewayFacts(answer: AdminAnswer): GatewayFacts | undefined {
  if (answer.kind === 'unreachable') return undefined;
  const status = readStatus(parsedJson(answer.body));
  if (status === undefined) return undefined;
  const at = Date.parse(answer.date ?? '');
  return { status, aheadSeconds: Number.isNaN(at) ? undefined : Math.round((at - Date.now()) / 1000) };
}
