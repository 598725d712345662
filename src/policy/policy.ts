import type { ZodObject } from 'zod';
import type { Decision } from '../record/decision.ts';
import type { Work } from '../work.ts';
import type { Finding, Guard } from './guard.ts';
import type { Placeholders } from './placeholders.ts';
import type { Adviser, Asking, Outside } from './question.ts';

/** Who wrote a text. `definition`: tools, functions, schemas. `other`: strings under keys no dialect knows. */
export const roles = ['system', 'developer', 'user', 'assistant', 'tool', 'definition', 'other'] as const;
export type Role = (typeof roles)[number];

export type Direction = Decision['direction'];
export const directions = ['request', 'answer'] as const satisfies readonly Direction[];

/**
 * `json`: the text is itself a JSON document, as the arguments of a tool call are. `content`: what a message says, or a
 * prompt, in words. `plain`: any other, such as reasoning, refusals and names.
 */
export type TextForm = 'plain' | 'content' | 'json';

/** One text of a call, as earlier policies left it. */
export interface CallText {
  readonly role: Role;
  readonly text: string;
}

/** One text of a call with its place in the body. */
export interface PlacedText extends CallText {
  readonly form: TextForm;
  readonly path: () => string;
  /** Room for a system message that the client did not write: no text as long as no policy puts one in. */
  readonly isRoom?: boolean;
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
  /** Plain where it is missing. */
  readonly form?: TextForm;
}

/** Part of a text that a policy speaks of. */
export type TextMatch = Omit<Finding, 'sample'>;

export interface TextEdit extends TextMatch {
  readonly replacement: string;
}

/** What a policy that had to wait says of one text. Edits are in order and do not overlap. */
export type TextVerdict =
  | { readonly kind: 'allow'; readonly matches: readonly TextMatch[] }
  | { readonly kind: 'rewrite'; readonly edits: readonly TextEdit[] }
  | { readonly kind: 'deny'; readonly message: string; readonly matches: readonly TextMatch[] };

/** How a policy judges streamed answers: as they arrive, or as a whole before any of it is shown. */
export const streamingModes = ['realtime', 'buffered'] as const;
export type StreamingMode = (typeof streamingModes)[number];

/** What a policy may know of the exchange whose texts it guards. */
export interface Occasion extends Asking {
  /** Aborts once nobody waits for the exchange any more; its reason is the fault to fail with. */
  readonly signal: AbortSignal;
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
  /**
   * Judges the texts of a call together; only texts that `applies_to` admits are given. Work yields where others may come
   * between, as long calls need it, or where it has to wait.
   */
  judgeCall?(texts: readonly CallText[]): Verdict | Work<Verdict>;
  /**
   * True only where a fresh guard of this field would find nothing in this whole text, however it came to know: a quick
   * look that spares most texts a guard. Without it, or where it says false, the guard decides.
   */
  isClear?(field: Field, text: string): boolean;
  /** How sure the policy is that a text of this author is what it looks for, 0 to 1, where it has scores. For evaluation only. */
  scoreOf?(text: string, role: Role): number;
  /** A fresh guard for one text field of a call or an answer, or undefined where this policy has nothing to say. */
  guard?(field: Field, occasion: Occasion): Guard | undefined;
  /**
   * Judges texts, each by itself and each whole, where that takes waiting: a verdict for each, in their order. It sees
   * them as the guard of this policy leaves them. Streamed answers are held back whole for it.
   */
  judgeTexts?(
    direction: Direction,
    texts: readonly CallText[],
    occasion: Occasion,
  ): Promise<readonly TextVerdict[]>;
  /** Told to the model with every call, once the policy is through with the texts of it. */
  readonly systemMessage?: string;
  /** Whether it takes values out of calls that answers get back. */
  readonly keepsPlaceholders?: boolean;
}

/** What a kind may use while it is compiled and while it judges. No kind reaches for anything else. */
export interface PolicyEnvironment {
  /** Most UTF-16 code units a guard may withhold in one field. */
  readonly holdBackLimit: number;
  /** Undefined where there is nobody to ask: a policy that has to cannot be compiled there. */
  readonly outside?: Outside | undefined;
}

/** What is wrong with settings that are valid by themselves. */
export interface SettingsProblem {
  /** From the kind's settings down. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** A user pattern by itself: what it costs is for its author to know. */
export interface UserPatternRun {
  /** From the kind's settings down. */
  readonly path: readonly (string | number)[];
  /** Looks at a whole text, as the policy would, and says how often it did something. */
  readonly run: (text: string) => number;
}

/**
 * One policy kind: its name, the settings it takes under `policy.<kind>`, and how a policy is compiled from them.
 * `Settings` are already validated and have every default filled in.
 */
export interface PolicyKind<Settings = unknown> {
  readonly kind: string;
  /** One sentence for the reference table. */
  readonly summary: string;
  /** Strict; every field has a default and a `.describe()`. The common keys are added by common-settings. */
  readonly settings: ZodObject;
  /** Settings accepted and not enforced yet, with what to say about each at load. */
  notices?(settings: Settings): readonly string[];
  /** What it can do on streamed answers with these settings: nothing where it does not look at answers. Default: both. */
  streaming?(settings: Settings): readonly StreamingMode[];
  /** Whom its policies ask: nobody else would be answered for. Default: nobody. */
  advisers?(settings: Settings): readonly Adviser[];
  /** What does not fit where the policy is to run. Settings with problems are refused at load. */
  problems?(settings: Settings, environment: PolicyEnvironment): readonly SettingsProblem[];
  /** The patterns among valid settings. */
  userPatterns?(settings: Settings, environment: PolicyEnvironment): readonly UserPatternRun[];
  create(settings: Settings, environment: PolicyEnvironment): Policy;
}
