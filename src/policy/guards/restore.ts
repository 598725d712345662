import type { Guard } from '../guard.ts';
import { codeLength, normalised, type Placeholders } from '../placeholders.ts';
import { backslash, closeBracket, hyphen, letters, openBracket, underscore } from './ascii.ts';
import { foldCharacter, ignorable, isAsciiLetter, isWord, plainText } from './characters.ts';
import {
  type MatchEnd,
  characterSet,
  edge,
  noMatchBefore,
  type Search,
  undecided,
  type View,
} from './detector.ts';
import { compileScan } from './scan-guard.ts';

/** No entity's name is longer. */
const nameWidth = 32;

/** Puts the values of one exchange back where its answer names them, and touches nothing else. */
export function restoring(placeholders: Placeholders): Guard {
  const open = compileScan({
    detectors: [
      { entity: 'PLACEHOLDER', search, tryAt: (view, at) => placeholderAt(view, at, placeholders) },
    ],
    holdBackLimit: 512,
    judge(_entity, sample) {
      const value = placeholders.valueOf(plainText(sample).replaceAll(/[^A-Za-z_-]/g, ''));
      return value === undefined ? { kind: 'allow' } : { kind: 'rewrite', replacement: value };
    },
  });
  return open();
}

const search: Search = {
  signs: characterSet('[-_\\'),
  leads: characterSet(letters, ignorable),
  leadWidth: nameWidth,
  seek(view, from) {
    const { text, end } = view;
    for (let index = from; index < end; index += 1) {
      const code = foldCharacter(text.charCodeAt(index));
      if (code === openBracket || code === backslash) return index;
      if (isAsciiLetter(code) && !isWord(view.codeAt(index - 1))) return index;
    }
    return end;
  },
};

/** `[EMAIL-BCDFGHJKLMNP]` as a model may repeat it: in any case, escaped for Markdown, with or without its brackets. */
function placeholderAt(view: View, at: number, placeholders: Placeholders): MatchEnd {
  let index = pastEscape(view, at);
  const isBracketed = view.codeAt(index) === openBracket;
  if (isBracketed) index += 1;
  let name = '';
  for (; ; index += 1) {
    const code = view.codeAt(index);
    if (code === edge) return view.final ? noMatchBefore(at + 1) : undecided;
    if (code === backslash || code === ignorable) continue;
    if (!isAsciiLetter(code) && code !== hyphen && code !== underscore) return noMatchBefore(at + 1);
    name += normalised(String.fromCharCode(code));
    const begins = beginsOne(name, placeholders);
    if (begins === 'no') return noMatchBefore(at + 1);
    if (begins === 'whole') break;
  }
  if (placeholders.valueOf(name) === undefined) return noMatchBefore(at + 1);
  return endOf(view, index + 1, isBracketed) ?? noMatchBefore(at + 1);
}

function beginsOne(name: string, { names }: Placeholders): 'no' | 'part' | 'whole' {
  for (const one of names) {
    if (one.startsWith(name)) return 'part';
    if (!name.startsWith(one)) continue;
    const code = name.slice(one.length);
    if (!/^[A-Z]*$/.test(code)) continue;
    if (code.length <= codeLength) return code.length === codeLength ? 'whole' : 'part';
  }
  return 'no';
}

/** Where the placeholder ends whose code ends before `end`; undefined where the code goes on and is none. */
function endOf(view: View, end: number, isBracketed: boolean): MatchEnd | undefined {
  const next = view.codeAt(end);
  if (next === edge) return view.final ? end : undecided;
  if (isWord(next)) return undefined;
  if (!isBracketed) return end;
  const close = pastEscape(view, end);
  if (view.codeAt(close) === edge && !view.final) return undecided;
  return view.codeAt(close) === closeBracket ? close + 1 : end;
}

function pastEscape(view: View, index: number): number {
  return view.codeAt(index) === backslash ? index + 1 : index;
}
