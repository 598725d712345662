import { aligned, gathered, type Reading } from './reading.ts';

const tagBase = 0xe0000;
const invisible = /[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g;

/** The text spelled in tag characters, which show nothing and which models read. */
export function tagReading(text: string, from: number): Reading {
  return gather('tags', text, from, (codePoint) =>
    codePoint >= tagBase + 0x20 && codePoint <= tagBase + 0x7e ? codePoint - tagBase : undefined,
  );
}

/** The bytes carried by variation selectors, one each. */
export function selectorReading(text: string, from: number): Reading {
  return gather('variation-selectors', text, from, (codePoint) => {
    if (codePoint >= 0xfe00 && codePoint <= 0xfe0f) return codePoint - 0xfe00;
    return codePoint >= 0xe0100 && codePoint <= 0xe01ef ? codePoint - 0xe0100 + 16 : undefined;
  });
}

/** Invisible characters as spaces: the other way to use them is to write words without visible gaps. */
export function gapReading(text: string, from: number): Reading {
  return aligned('invisible-gaps', text.slice(from).replace(invisible, ' '), from);
}

function gather(
  name: string,
  text: string,
  from: number,
  reveal: (codePoint: number) => number | undefined,
): Reading {
  const origins: number[] = [];
  const codes: string[] = [];
  let at = from;
  for (const character of text.slice(from)) {
    const code = reveal(character.codePointAt(0) ?? 0);
    if (code !== undefined) {
      codes.push(String.fromCharCode(code));
      origins.push(at);
    }
    at += character.length;
  }
  return gathered(name, codes.join(''), origins);
}
