import { foldCharacter } from './characters.ts';
import type { Detector } from './detector.ts';
import { signsOf } from './scan-rules.ts';

/** A longer text is not looked at for this: the cost of a guard is small beside it, and its signs may come late. */
const mostUnits = 4096;

/**
 * Tells texts without any sign of what the detectors find. Every match holds a sign, so a guard would find nothing there,
 * and making one costs more than looking.
 */
export function compileSignless(detectors: readonly Detector[]): (text: string) => boolean {
  const isSign = signsOf(detectors.map(({ search }) => search));
  return (text) => {
    if (text.length > mostUnits) return false;
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      if (isSign[unit < 0x80 ? unit : foldCharacter(unit)] === 1) return false;
    }
    return true;
  };
}
