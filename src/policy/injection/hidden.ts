import { aligned, gathered, type Reading, type TextSpan } from './reading.ts';

const tagBase = 0xe0000;
const invisible = /\u00ad|\u034f|\u061c|\u180e|[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g;

/** The text spelled in tag characters, which show nothing and which models read. */
export function tagReading(part: string, span: TextSpan): readonly Reading[] {
  return gather('tags', part, span, (codePoint) =>
    codePoint >= tagBase + 0x20 && codePoint <= tagBase + 0x7e ? codePoint - tagBase : undefined,
  );
}

/** The bytes carried by variation selectors, one each. */
export function selectorReading(part: string, span: TextSpan): readonly Reading[] {
  return gather('variation-selectors', part, span, (codePoint) => {
    if (codePoint >= 0xfe00 && codePoint <= 0xfe0f) return codePoint - 0xfe00;
    return codePoint >= 0xe0100 && codePoint <= 0xe01ef ? codePoint - 0xe0100 + 16 : undefined;
  });
}

/** Invisible characters as spaces: the other way to use them is to write words without visible gaps. */
export function gapReading(part: string, span: TextSpan): readonly Reading[] {
  return [aligned('invisible-gaps', part.replace(invisible, ' '), span)];
}

type Reveal = (codePoint: number) => number | undefined;

function gather(name: string, part: string, { start }: TextSpan, reveal: Reveal): readonly Reading[] {
  const origins: number[] = [];
  const revealed: string[] = [];
  let at = start;
  for (const character of part) {
    const code = reveal(character.codePointAt(0) ?? 0);
    if (code !== undefined) {
      revealed.push(String.fromCharCode(code));
      origins.push(at);
    }
    at += character.length;
  }
  return [gathered(name, revealed.join(''), origins)];
}
