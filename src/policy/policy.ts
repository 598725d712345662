import type { ZodObject } from 'zod';
import type { Finding, Guard } from './guard.ts';
import type { Placeholders } from './placeholders.ts';

/** Who wrote a text. `definition`: tools, functions, schemas. `other`: strings under keys no dialect knows. */
export const roles = ['system', 'developer', 'user', 'assistant', 'tool', 'definition', 'other'] as const;
export type Role = (typeof roles)[number];

export const directions = ['request', 'answer'] as const;
export type Direction = (typeof directions)[number];

/** `json`: the text is itself a JSON document, as the arguments of a tool call are. */
export type TextForm = 'plain' | 'json';

/** One text of a call, as earlier policies left it. */
export interface CallText {
  readonly role: Role;
  readonly text: string;
}

/** A finding in one text of a call. */
export interface CallFinding extends Finding {
  /** Index into the texts the policy was given. */
  readonly text: number;
}

/** What a policy says about a whole call. */
export type Verdict =
  | { readonly kind: 'allow'; readonly findings: readonly CallFinding[] }
  | { readonly kind: 'rewrite'; readonly texts: readonly string[]; readonly findings: readonly CallFinding[] }
  | { readonly kind: 'deny'; readonly message: string; readonly findings: readonly CallFinding[] };

/** Which text field a guard is asked for. */
export interface Field {
  readonly direction: Direction;
  readonly role: Role;
}

/** What a policy may know of the exchange whose texts it guards. */
export interface Occasion {
  /** A header the client sent, by its name in lower case. */
  header(name: string): string | undefined;
  /** HMAC-SHA-256 of a text under the install's key, hex. */
  fingerprint(text: string): string;
  /** Values taken out of the call that its answer gets back, after every policy has judged that. */
  readonly placeholders: Placeholders;
}

/**
 * A compiled policy. It holds settings only, never observations, and may be shared by any number of exchanges.
 * The common keys (`enforcement`, `on_error`, `applies_to`) are applied around it by the chain, for every kind alike.
 */
export interface Policy {
  readonly kind: string;
  /** Does now what the first text would have to wait for. Called once the gateway serves. */
  warm?(): void;
  /** Judges the texts of a call together; only texts that `applies_to` admits are given. */
  judgeCall?(texts: readonly CallText[]): Verdict | Promise<Verdict>;
  /**
   * True only where a fresh guard of this field would find nothing in this whole text, however it came to know: a quick
   * look that spares most texts a guard. Without it, or where it says false, the guard decides.
   */
  isClear?(field: Field, text: string): boolean;
  /** A fresh guard for one text field of a call or an answer, or undefined where this policy has nothing to say. */
  guard?(field: Field, occasion: Occasion): Guard | undefined;
  /** Whether it takes values out of calls that answers get back. */
  readonly keepsPlaceholders?: boolean;
}

/** What a kind may use while it is compiled and while it judges. No kind reaches for anything else. */
export interface PolicyEnvironment {
  /** Most UTF-16 code units a guard may withhold in one field. */
  readonly holdBackLimit: number;
}

/**
 * One policy kind: its name, the settings it takes under `policy.<kind>`, and how a policy is compiled from them.
 * `Settings` are already validated and have every default filled in.
 */
export interface PolicyKind<Settings = unknown> {
  readonly kind: string;
  /** One sentence for the reference table. */
  readonly summary: string;
  /** Strict; every field has a default and a `.describe()`. The common keys are added by config/schema. */
  readonly settings: ZodObject;
  /** Settings accepted and not enforced yet, with what to say about each at load. */
  notices?(settings: Settings): readonly string[];
  create(settings: Settings, environment: PolicyEnvironment): Policy;
}
