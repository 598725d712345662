import { type FaultCode, faults } from '../errors.ts';

export const codes = ['', ...Object.keys(faults), 'input_blocked', 'output_blocked'];
/** One of these holds for each target of the configuration. A circuit breaker would add its states. */
export const targetStates = ['available', 'unavailable', 'misconfigured'] as const;
export type TargetStateName = (typeof targetStates)[number];
/** Of the breaker before an adviser. */
export const adviserStates = ['closed', 'open'] as const;
export type AdviserState = (typeof adviserStates)[number];
export const uninspectedParts = ['image', 'audio', 'file', 'video', 'tokens', 'other'] as const;
/** Faults of what never became a request. */
export const unreadableCodes = [
  'request_malformed',
  'headers_too_large',
  'request_timeout',
  'method_not_allowed',
] as const satisfies readonly FaultCode[];
export const reloadResults = ['applied', 'rejected'] as const;
export type ReloadResult = (typeof reloadResults)[number];

// An upstream's status passes through, and an upstream could invent hundreds: only these get a series of their own.
const upstreamStatuses = [
  200, 201, 202, 204, 206, 301, 302, 304, 307, 308, 400, 401, 402, 403, 404, 405, 408, 409, 410, 413, 415,
  418, 422, 424, 425, 429, 431, 451, 499, 500, 501, 502, 503, 504, 520, 521, 522, 523, 524, 529,
];

/** Statuses with a series of their own; the first stands for all others. */
const statuses: readonly string[] = [
  'other',
  ...new Set([...upstreamStatuses, ...Object.values(faults).map(({ status }) => status)].map(String)),
];

const statusIndex = new Map(statuses.map((status, index) => [Number(status), index]));

/** The place of a status among those with a series of their own. */
export function statusPlace(status: number): number {
  return statusIndex.get(status) ?? 0;
}

export function statusLabel(status: number): string {
  return statuses[statusPlace(status)] ?? 'other';
}

/** Milliseconds; histograms export seconds. */
export const bounds = {
  // Answers of reasoning models take minutes; the gateway's own share is far below the first bound of most advice.
  request: [
    10, 20, 40, 80, 160, 320, 640, 1280, 2560, 5120, 10_240, 20_480, 40_960, 81_920, 164_000, 328_000,
    655_000,
  ],
  firstByte: [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000],
  overhead: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250],
  policy: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 100, 250, 1000, 5000],
  question: [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000],
  holdBack: [0.1, 0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000],
} as const;
