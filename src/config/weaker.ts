import { isDeepStrictEqual } from 'node:util';
import type { ChainEntry, Config } from './config.ts';
import { isMapping } from './path.ts';

/** Something that a configuration watches less closely than the one before. Values of lists and texts stay out: they may be private. */
export interface Weakening {
  readonly policy: string;
  /** From the policy's settings down; empty: the whole policy is gone. */
  readonly path: string;
  readonly from: string;
  readonly to: string;
}

type Stricter = 'higher' | 'lower' | 'more' | 'fewer' | 'any' | readonly (string | boolean)[];

/**
 * Which way a setting is stricter, whatever kind it belongs to. A list of values goes from lax to strict; `any`: it changes no judgement. A change of
 * a setting that is not named here counts as weaker: nobody said that it is not.
 */
const stricter: Readonly<Record<string, Stricter>> = {
  enforcement: ['shadow', 'enforce'],
  on_error: ['allow', 'block'],
  roles: 'more',
  directions: 'more',
  action: ['flag', 'tokenize', 'redact', 'block'],
  threshold: 'lower',
  sensitivity_level: ['standard', 'high', 'restricted'],
  entities: 'more',
  categories: 'more',
  blocked_terms: 'more',
  blocked_entities: 'more',
  detect_patterns: 'more',
  attack_patterns: 'more',
  allow_list: 'fewer',
  max_distance: 'higher',
  fuzzy_matching: [false, true],
  pci_mode: [false, true],
  healthcare_mode: [false, true],
  decode_base64: [false, true],
  log_all_access: [false, true],
  immutable: [false, true],
  retention_days: 'higher',
  ip_scope: ['public', 'all'],
  uninspected: ['allow', 'block'],
  unknown_fields: ['pass', 'judge'],
  streaming_mode: 'any',
  path: 'any',
  sink: 'any',
  message: 'any',
  log_level: 'any',
  marker_format: 'any',
  include_metadata: 'any',
  custom_markers: 'any',
};

/** Lists that stand for everything when they are empty. */
const emptyIsAll: ReadonlySet<string> = new Set(['entities', 'categories', 'phone_regions']);

/** What the next configuration drops or weakens. */
export function weakenings(previous: Config, next: Config): readonly Weakening[] {
  const ofPolicies = previous.chain.flatMap((entry) => {
    const policy = entry.kind;
    const now = next.chain.find(({ kind }) => kind === policy);
    if (now === undefined) return [{ policy, path: '', from: 'in the chain', to: 'not there' }];
    return compare({ policy, path: '' }, settingsOf(entry), settingsOf(now));
  });
  return [...ofPolicies, ...compare({ policy: '', path: '' }, wholeOf(previous), wholeOf(next))];
}

function settingsOf({ settings, common }: ChainEntry): unknown {
  const { enforcement, onError: on_error, appliesTo: applies_to, streamingMode: streaming_mode } = common;
  return { ...(isMapping(settings) ? settings : {}), enforcement, on_error, applies_to, streaming_mode };
}

function wholeOf({ uninspected, unknownFields: unknown_fields }: Config): unknown {
  return { uninspected, unknown_fields };
}

type At = Pick<Weakening, 'policy' | 'path'>;

function compare({ policy, path }: At, from: unknown, to: unknown): readonly Weakening[] {
  if (isDeepStrictEqual(from, to)) return [];
  const name = path.slice(path.lastIndexOf('.') + 1);
  if (stricter[name] === undefined && isMapping(from) && isMapping(to)) {
    const keys = new Set([...Object.keys(from), ...Object.keys(to)]);
    return [...keys].flatMap((key) =>
      compare({ policy, path: path === '' ? key : `${path}.${key}` }, from[key], to[key]),
    );
  }
  return isWeaker(name, from, to) ? [{ policy, path, from: shown(from), to: shown(to) }] : [];
}

function isWeaker(name: string, from: unknown, to: unknown): boolean {
  const way = stricter[name];
  if (way === 'any') return false;
  if (way === 'higher' || way === 'lower') {
    if (typeof from !== 'number' || typeof to !== 'number') return true;
    return way === 'higher' ? to < from : to > from;
  }
  if (way === 'more' || way === 'fewer') {
    if (!Array.isArray(from) || !Array.isArray(to)) return true;
    if (emptyIsAll.has(name) && (from.length === 0 || to.length === 0)) return to.length > 0;
    return way === 'more' ? !hasAll(to, from) : !hasAll(from, to);
  }
  return way === undefined || !isNoLower(way, from, to);
}

function isNoLower(order: readonly unknown[], from: unknown, to: unknown): boolean {
  return order.includes(from) && order.indexOf(to) >= order.indexOf(from);
}

function hasAll(list: readonly unknown[], wanted: readonly unknown[]): boolean {
  return wanted.every((one) => list.some((other) => isDeepStrictEqual(one, other)));
}

/** Only what cannot be private: figures, switches and words of closed sets. */
function shown(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `${value.length} of them`;
  const isWord = Object.values(stricter).some((way) => Array.isArray(way) && way.includes(value));
  return typeof value === 'string' && isWord ? value : 'another value';
}
