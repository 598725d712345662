import { space } from '../../guards/ascii.ts';
import { isFoldedDigit } from '../../guards/characters.ts';
import { characterSet, isIn, none, undecided, type View } from '../../guards/detector.ts';
import { beginsForm, readForm } from '../ids/form.ts';
import { isLuhn } from '../numbers/check-digits.ts';
import type { Value } from '../search/beginning.ts';
import { compileAnnouncement, mayBeAnnounced, wordsBefore } from '../words/announcement.ts';

const isNamed = compileAnnouncement(
  '(?:cvv|cvc|cvn|csc)2?(?: ?(?:code|number|no|value))?|card (?:verification|security) (?:code|value|number)|security code|verification value|prüfnummer|code de sécurité|código de seguridad',
  8,
);
/** A card number, and an expiry date or a mark between the fields of a record. */
const cardBefore =
  /(?<![\d.-])(\d(?:[ -]?\d){11,18})(?:[ ,;|/]+(?:exp\p{L}*\.?:? ?)?(?:0[1-9]|1[0-2])[/-](?:20)?\d\d[ ,;|/]|[,;|])$/iu;

/** The three or four digits on a card, behind words that name them or behind the card itself. */
export const securityCode: Value = {
  entity: 'CVV',
  begins: [
    { digits: [3, 4], where: mayBeAnnounced },
    { digits: [3, 4], where: followsCard },
  ],
  endAt(view, at) {
    if (!isFoldedDigit(view.codeAt(at))) return none;
    for (const form of ['###', '####'] as const) {
      const end = readForm(view, at, form);
      if (end === none || !isExpected(view, at, form.length)) continue;
      return end === undecided ? undecided : end;
    }
    return none;
  },
};

/** Whether a date may end before `start`, or a field of a record. */
function followsCard(view: View, start: number): boolean {
  const before = view.codeAt(start - 1);
  if (before !== space) return isIn(fieldEnds, before);
  return isIn(dateMarks, view.codeAt(start - 4)) || isIn(dateMarks, view.codeAt(start - 6));
}

const fieldEnds = characterSet(',;|/');
const dateMarks = characterSet('/-');

/** American Express has four digits, the others three. */
function isExpected(view: View, at: number, size: number): boolean {
  if (isNamed(view, at)) return beginsForm(view, at);
  const before = wordsBefore(view, at);
  const card = cardBefore.exec(before)?.[1];
  if (card === undefined || size !== (/^3[47]/u.test(card) ? 4 : 3)) return false;
  return isLuhn(card.replaceAll(/[ -]/gu, ''));
}
