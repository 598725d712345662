import type { Detector, Search } from './detector.ts';
import { Room } from './held-text.ts';
import { partsOf, signsOf } from './parts.ts';

/** Detectors as a scan asks them. */
export interface CompiledRules {
  readonly detectors: readonly Detector[];
  readonly holdBackLimit: number;
  readonly searches: readonly Search[];
  /** For each detector the index of its search. */
  readonly groups: readonly number[];
  /** Those by which a match may be open behind what is no lead. */
  readonly opened: readonly Search[];
  /** What each folded character can be to any match. */
  readonly parts: Uint8Array;
  readonly leadWidth: number;
  readonly room: Room;
}

interface Sizes {
  /** Code units held back, if not less than the longest lead. */
  readonly mostHeld: number;
  /** Code units taken at once. */
  readonly mostAtOnce: number;
}

export function compileRules(detectors: readonly Detector[], { mostHeld, mostAtOnce }: Sizes): CompiledRules {
  const searches = [...new Set(detectors.map(({ search }) => search))];
  const leadWidth = Math.max(0, ...searches.map((search) => search.leadWidth));
  return {
    detectors,
    // What may only be the lead of a match is never judged at the limit, or each long word would be.
    holdBackLimit: Math.max(mostHeld, leadWidth + 1),
    searches,
    groups: detectors.map(({ search }) => searches.indexOf(search)),
    opened: searches.filter((search) => search.isOpen !== undefined),
    parts: partsOf(searches),
    leadWidth,
    room: new Room(signsOf(searches), mostAtOnce),
  };
}
