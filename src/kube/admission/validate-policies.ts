import { z } from 'zod';
import { formatIssueLine, formatIssueList } from '../../config/issue.ts';
import type { EventSink } from '../events/event-recorder.ts';
import { RecentMap } from '../recent-map.ts';
import { type AdmissionAnswer, type AdmissionRequest, shortened } from './admission-review.ts';
import type { PolicyFindings } from './policy-findings.ts';

interface ValidationParts {
  readonly mode: 'reject' | 'warn';
  readonly check: (content: string) => Promise<PolicyFindings>;
  readonly events: EventSink;
  readonly count: (result: 'accepted' | 'rejected' | 'warned', reason: string) => void;
}

export const policyKey = 'policy-config.yaml';
/** The API server takes 1 MiB with all that belongs to the object. */
const mostBytes = 900 * 1024;
/** An API server cuts a longer message off. */
const messageLimit = 32_768;
const rememberedLimit = 1000;

const configMapSchema = z.object({
  metadata: z.object({ name: z.string().default(''), uid: z.string().optional() }),
  data: z.record(z.string(), z.string()).default({}),
  binaryData: z.record(z.string(), z.string()).default({}),
  immutable: z.boolean().default(false),
});
type PolicyMap = Readonly<z.output<typeof configMapSchema>>;

interface Verdict {
  /** Why it is refused, one word for the metric; undefined where it is not. */
  readonly reason?: 'key_missing' | 'too_large' | 'policy_invalid';
  /** All of it, as `kt policy lint` shows it. */
  readonly text: string;
  /** Each thing on a line of its own. */
  readonly lines: readonly string[];
}

/** Judges ConfigMaps that hold a policy: what a sidecar would refuse is refused here, before it is stored. */
export function policyValidation({ mode, check, events, count }: ValidationParts) {
  /** Refused, or stored all the same: a word about their recovery is due. */
  const broken = new RecentMap<true>(rememberedLimit);

  return async (request: AdmissionRequest): Promise<AdmissionAnswer> => {
    const parsed = configMapSchema.safeParse(request.object);
    if (!parsed.success) throw new Error(`no ConfigMap: ${z.prettifyError(parsed.error)}`);
    const verdict = await judge(parsed.data, check);
    if (!request.dryRun) tell(request, parsed.data, verdict);
    const warnings = [...(parsed.data.immutable ? [immutableWarning] : []), ...verdict.lines];
    if (verdict.reason === undefined) {
      count('accepted', '');
      return { allowed: true, warnings };
    }
    count(mode === 'reject' ? 'rejected' : 'warned', verdict.reason);
    return mode === 'reject'
      ? { allowed: false, warnings: [], message: shortened(verdict.text, messageLimit) }
      : { allowed: true, warnings };
  };

  function tell(request: AdmissionRequest, map: PolicyMap, { reason, lines }: Verdict): void {
    const name = map.metadata.name === '' ? request.name : map.metadata.name;
    const key = `${request.namespace}/${name}`;
    // One that is being created has a new uid at each try.
    const uid = request.operation === 'UPDATE' ? map.metadata.uid : undefined;
    const about = { apiVersion: 'v1', kind: 'ConfigMap', namespace: request.namespace, name, uid };
    if (reason !== undefined) {
      broken.set(key, true);
      const said = mode === 'reject' ? 'refused' : 'accepted, and sidecars will refuse it';
      events.record({
        about,
        type: 'Warning',
        reason: 'PolicyConfigInvalid',
        action: 'Validate',
        note: `${said}: ${lines.join('; ')}`,
      });
    } else if (broken.delete(key)) {
      const note = 'the policy is valid again';
      events.record({ about, type: 'Normal', reason: 'PolicyConfigValid', action: 'Validate', note });
    }
  }
}

const immutableWarning = 'immutable: true: this policy can never be edited again, only deleted and made anew';

async function judge(map: PolicyMap, check: ValidationParts['check']): Promise<Verdict> {
  const content = contentOf(map);
  const keys = [...Object.keys(map.data), ...Object.keys(map.binaryData)];
  if (content === undefined) {
    const found = keys.length === 0 ? 'it has none' : `it has ${keys.slice(0, 10).join(', ')}`;
    return refused('key_missing', `data has no key ${policyKey}, which sidecars read; ${found}`);
  }
  const bytes = sizeOf(map);
  if (bytes >= mostBytes)
    return refused('too_large', `${bytes} bytes in all; ${mostBytes} and more may not reach every pod`);
  const { isValid, issues, failure } = await check(content);
  const others = keys.filter((key) => key !== policyKey);
  const lines = [
    // Errors first: an Event has room for some lines only.
    ...issues
      .toSorted((one, other) => one.severity.localeCompare(other.severity))
      .map((issue) => formatIssueLine(issue, policyKey)),
    ...(failure === undefined ? [] : [failure]),
    ...(others.length === 0 ? [] : [`data: nobody reads ${others.slice(0, 10).join(', ')}`]),
  ];
  if (isValid) return { text: '', lines };
  const text = failure ?? formatIssueList(policyKey, issues);
  return { reason: 'policy_invalid', text, lines };
}

function refused(reason: 'key_missing' | 'too_large', text: string): Verdict {
  return { reason, text, lines: [text] };
}

function contentOf({ data, binaryData }: PolicyMap): string | undefined {
  const binary = binaryData[policyKey];
  return data[policyKey] ?? (binary === undefined ? undefined : Buffer.from(binary, 'base64').toString());
}

function sizeOf({ data, binaryData }: PolicyMap): number {
  const text = Object.entries(data).map(([key, value]) => Buffer.byteLength(key) + Buffer.byteLength(value));
  const binary = Object.entries(binaryData).map(
    ([key, value]) => key.length + Buffer.byteLength(value, 'base64'),
  );
  return [...text, ...binary].reduce((sum, size) => sum + size, 0);
}
