import type { CommonSettings } from '../policy/common-settings.ts';
import type { Pricing } from '../record/usage.ts';

/** One configuration, validated, normalised and frozen: aliases are resolved and every default is filled in. */
export interface Config {
  readonly pack: {
    readonly name: string;
    readonly version: string;
    /** False: nothing is served, and never with the policies off. */
    readonly enabled: boolean;
  };
  readonly chain: readonly ChainEntry[];
  readonly strategy: 'single' | 'fallback';
  /** In the order in which they are asked. At least one is available. */
  readonly targets: readonly TargetSpec[];
  readonly limits: Limits;
  /** Which web pages may call. */
  readonly cors: {
    /** Exact origins; `*` is any but `null`. Empty: no page may. */
    readonly allowOrigins: readonly string[];
    readonly maxAgeSeconds: number;
  };
  readonly unknownFields: 'judge' | 'pass';
  readonly uninspected: 'allow' | 'block';
  readonly denialStatus: 409 | 400 | 403;
  /** Bounds a whole exchange, all attempts together; undefined: only the targets' own timeouts do. */
  readonly deadlineMs: number | undefined;
  /** Longest wait for a first content event after the upstream's headers before an answer is committed. */
  readonly commitAfterMs: number;
  /** Whether the metrics of a callback `{type: prometheus}` are exported beside the gateway's own. */
  readonly exportsCallbackMetrics: boolean;
}

export interface ChainEntry {
  readonly kind: string;
  /** As the kind's own schema gave them. */
  readonly settings: unknown;
  readonly common: CommonSettings;
}

export interface Limits {
  readonly bodyBytes: number;
  readonly headerBytes: number;
  readonly answerBytes: number;
  readonly jsonDepth: number;
  readonly jsonNodes: number;
  readonly holdBackChars: number;
  readonly sseEventBytes: number;
  readonly headersMs: number;
  readonly receiveMs: number;
  readonly keepAliveMs: number;
  /** How often a client whose stream is held back whole hears that it is. */
  readonly waitingCommentMs: number;
}

export type TargetKind = 'chat' | 'completion' | 'embedding';

/** Where an upstream is. */
export interface TargetUrl {
  /** Without a trailing slash; `simulator:` until the simulator's address is known (`at` in target-url). */
  readonly baseUrl: string;
  readonly origin: string;
  /** Empty, or begins with a slash and does not end with one. */
  readonly basePath: string;
}

/** One upstream as configured. */
export interface TargetSpec extends TargetUrl {
  readonly id: string;
  readonly provider: string;
  /** Undefined: serves every endpoint. */
  readonly kind: TargetKind | undefined;
  readonly model: string;
  /** Answered by the built-in simulator. */
  readonly simulated: boolean;
  /** False: its secret is missing, and it is never asked. */
  readonly available: boolean;
  /** Undefined: the target takes no credential. */
  readonly credential: Credential | undefined;
  /** Sent with every call, besides the credential. */
  readonly headers: readonly TargetHeader[];
  /** Of the app's calls, besides those that reach every target: names of headers, in lower case, and of query parameters. */
  readonly forwardHeaders: readonly string[];
  readonly forwardQuery: readonly string[];
  readonly timeoutMs: number;
  readonly streamTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly firstByteTimeoutMs: number;
  readonly idleTimeoutMs: number;
  /** Whether usage is asked for at the end of a stream. */
  readonly usageInStream: boolean;
  /** Undefined: what calls cost is not known. */
  readonly pricing: Pricing | undefined;
}

export interface TargetHeader {
  /** Lower case. */
  readonly name: string;
  /** Undefined where the secret is missing. */
  readonly value: string | undefined;
  /** A provider that quotes it is not repeated. */
  readonly isSecret: boolean;
  /** Where the value comes from, as of a credential; undefined where it is written out. */
  readonly source: string | undefined;
}

/** Sent to the target's origin and nowhere else. */
export interface Credential {
  /** Lower case. */
  readonly header: string;
  readonly prefix: string;
  /** Undefined where the secret is missing. */
  readonly value: string | undefined;
  /** Where the value comes from, for messages: `env TOGETHER_API_KEY`. Never the value. */
  readonly source: string;
}
