import type { Issue } from '../config/issue.ts';
import type { SourceNote } from '../config/source-note.ts';
import type { Adviser } from '../policy/question.ts';
import type { StatusView } from '../record/status-document.ts';

/** What is known of this machine: plain data, and no secret. */
export interface LocalFacts {
  readonly nodeVersion: string;
  readonly config: ConfigFacts;
  readonly ports: readonly PortFacts[];
  readonly proxy: ProxyFacts;
  /** Undefined where nobody was to be asked. */
  readonly reached: readonly Reached[] | undefined;
  /** Whom policies ask. Undefined where nobody was to be asked. */
  readonly advisers: readonly AdviserFacts[] | undefined;
  readonly gateway: GatewayFacts | undefined;
}

export type ConfigFacts =
  /** None, and none was asked for. */
  | { readonly kind: 'none'; readonly path: string }
  | { readonly kind: 'unreadable'; readonly path: string; readonly reason: string }
  | {
      readonly kind: 'read';
      readonly path: string;
      readonly issues: readonly Issue[];
      readonly notes: readonly SourceNote[];
      readonly targets: readonly TargetFacts[];
      readonly advisers: readonly Adviser[];
    };

export interface TargetFacts {
  readonly id: string;
  readonly origin: string;
  readonly simulated: boolean;
  /** Its key, and the secrets in its headers. */
  readonly keys: readonly {
    /** `env TOGETHER_API_KEY`. */
    readonly source: string;
    readonly isThere: boolean;
  }[];
}

export interface PortFacts {
  readonly use: 'data' | 'admin';
  readonly address: string;
  readonly found: 'free' | 'ours' | 'other';
}

export interface ProxyFacts {
  /** Names of the variables that send HTTP calls through a proxy. */
  readonly variables: readonly string[];
  readonly noProxy: string;
}

export interface Reached {
  readonly origin: string;
  /** Undefined: reached. */
  readonly failure: { readonly code: string; readonly message: string } | undefined;
}

export interface AdviserFacts {
  readonly url: string;
  /** Undefined: it answers, and knows what it will be asked for. */
  readonly trouble: string | undefined;
}

export interface GatewayFacts {
  readonly status: StatusView;
  /** How far its clock is before this one. */
  readonly aheadSeconds: number | undefined;
}
