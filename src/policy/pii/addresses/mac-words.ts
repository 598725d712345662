import { space } from '../../guards/ascii.ts';
import { isDigit, isHex } from '../../guards/characters.ts';
import { codeAt, edge, pastIgnorable, type View } from '../../guards/detector.ts';
import { compileAnnouncement } from '../words/announcement.ts';

const isAnnounced = compileAnnouncement(
  'mac|mac[ _-]?(?:addr(?:ess)?|id)|hw[ _-]?addr(?:ess)?|(?:hardware|physical|ethernet|bluetooth|wi-?fi) addr(?:ess)?|bssid|ether',
  12,
);

/** Whether at `start` two hexadecimal digits stand, one of 0 to 9 among them, then a space and another, as words announce it. */
export function isSpacedPair(view: View, start: number): boolean {
  const second = pastIgnorable(view, start + 1);
  const one = codeAt(view, start);
  const other = codeAt(view, second);
  if (!isHex(one) || !isHex(other) || !(isDigit(one) || isDigit(other))) return false;
  const gap = pastIgnorable(view, second + 1);
  if (codeAt(view, gap) !== space) return false;
  const next = codeAt(view, pastIgnorable(view, gap + 1));
  return (next === edge ? !view.final : isHex(next)) && isAnnounced(view, start);
}
