import { foldCharacter, foldedCharacters, ideograph, ignorable } from './characters.ts';
import { type CharacterSet, type Detector, isIn, type Search } from './detector.ts';
import { Room } from './held-text.ts';

export type CompiledRules = Readonly<ReturnType<typeof compileDetectors>>;

/** Of a search that does not tell its detectors apart. */
export const everyKind = ~0;

/**
 * Detectors as a scan asks them. At most so many code units are held back, if not less than the longest lead, and taken at
 * once.
 */
export function compileDetectors(detectors: readonly Detector[], mostHeld: number, mostAtOnce: number) {
  const searches = [...new Set(detectors.map(({ search }) => search))];
  const groups = detectors.map(({ search }) => searches.indexOf(search));
  const leadWidth = Math.max(0, ...searches.map((search) => search.leadWidth));
  return {
    detectors,
    // What may only be the lead of a match is never judged at the limit, or each long word would be.
    holdBackLimit: Math.max(mostHeld, leadWidth + 1),
    searches,
    /** For each detector the index of its search, and its kinds there. */
    groups,
    kinds: detectors.map(({ kind }) => kind ?? everyKind),
    /** For each search its detectors, and all of them, by their index: nearly every place is one search's alone. */
    members: searches.map((_, group) => [...groups.keys()].filter((index) => groups[index] === group)),
    everyone: [...groups.keys()],
    /** Those by which a match may be open behind what is no lead. */
    opened: searches.filter((search) => search.isOpen !== undefined),
    /** What each folded character can be to any match. */
    parts: partsOf(searches),
    leadWidth,
    room: new Room(signsOf(searches), mostAtOnce),
  };
}

/** What a character can be to any match: no part of one before its sign, */
export const breaksMatch = 0;
/** part of one before its sign, */
const leads = 1;
/** or the sign itself. */
const sign = 2;

/** For every folded character what it can be to a match of these searches. */
function partsOf(searches: readonly Search[]): Uint8Array {
  return Uint8Array.from({ length: foldedCharacters }, (_, code) => {
    if (code === ideograph || code === ignorable) return sign;
    if (searches.some(({ signs }) => isIn(signs, code))) return sign;
    return searches.some((search) => isIn(search.leads, code)) ? leads : breaksMatch;
  });
}

/** The characters for which a text is scanned: where it holds none, it holds at most the lead of a match to come. */
function signsOf(searches: readonly Search[]): CharacterSet {
  return partsOf(searches).map((part) => (part === sign ? 1 : 0));
}

/** A longer text is not looked at for this: the cost of a guard is small beside it, and its signs may come late. */
const mostLooked = 4096;

/**
 * Tells texts without any sign of what the detectors find. Every match holds a sign, so a guard would find nothing there,
 * and making one costs more than looking.
 */
export function compileSignless(detectors: readonly Detector[]): (text: string) => boolean {
  const isSign = signsOf(detectors.map(({ search }) => search));
  return (text) => {
    if (text.length > mostLooked) return false;
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      if (isSign[unit < 0x80 ? unit : foldCharacter(unit)] === 1) return false;
    }
    return true;
  };
}
