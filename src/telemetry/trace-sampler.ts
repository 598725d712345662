/** Decides on arrival whether the spans of an exchange are kept. `parent`: what the client decided, where it said so. */
export type Sampler = (traceId: string, parent: boolean | undefined) => boolean;

// The rightmost 52 bits of a trace id: random in every trace id that follows the standard, and exact in a double.
const randomDigits = 13;
const range = 2 ** (4 * randomDigits);

const always: Sampler = () => true;
const never: Sampler = () => false;

/** Keeps this share of all traces. Every service that looks at the same bits in this way keeps the same ones. */
function ofRatio(ratio: number): Sampler {
  const threshold = (1 - ratio) * range;
  return (traceId) => Number.parseInt(traceId.slice(-randomDigits), 16) >= threshold;
}

function basedOnParent(root: Sampler): Sampler {
  return (traceId, parent) => parent ?? root(traceId, parent);
}

/** The sampler of OTEL_TRACES_SAMPLER and its argument; undefined where there is none of that name. */
export function createSampler(name: string, ratio: number): Sampler | undefined {
  const roots = new Map([
    ['always_on', always],
    ['always_off', never],
    ['traceidratio', ofRatio(ratio)],
  ]);
  const root = roots.get(name.replace(/^parentbased_/, ''));
  return root !== undefined && name.startsWith('parentbased_') ? basedOnParent(root) : root;
}
