import { aligned, mirrored, type Reading, type TextSpan } from './reading.ts';
import type { InjectionRule } from './rule.ts';

/** Common English words and those of attacks, long enough not to be something else when turned around. */
const words: readonly string[] = (
  'the and you that for are with his they this have from but what some other were all there when use your how ' +
  'said each she which their time will way about many then them write would like these her make thing see him ' +
  'has look more could number people than first been call who now find any new work part take get place made ' +
  'after back only come show every good give under name very through just much before help too same tell want ' +
  'also around does should not please ignore previous instructions instruction disregard forget above prior ' +
  'system prompt reveal rules print repeat output prompts everything developer mode secret password hidden ' +
  'override jailbreak restrictions pretend act follow'
).split(' ');

function rotate(text: string): string {
  return text.replace(/[A-Za-z]/g, (letter) => {
    const base = letter <= 'Z' ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
  });
}

function turnAround(text: string): string {
  return Array.from(text).toReversed().join('');
}

/** Words that are English once their letters are rotated or turned around, as rules without weight: signs to read on. */
export const turnedRules: readonly InjectionRule[] = [
  { id: 'turned.rot13', points: 0, patterns: [pattern(words.map(rotate))] },
  { id: 'turned.reversed', points: 0, patterns: [pattern(words.map(turnAround))] },
];

function pattern(turned: readonly string[]): string {
  const known = new Set(words);
  return `(${turned.filter((word) => !known.has(word)).join('|')})`;
}

/** What letters rotated by thirteen say. */
export function rotatedReading(part: string, span: TextSpan): readonly Reading[] {
  return [aligned('rot13', rotate(part), span)];
}

/** What a text says from its end, and what each of its words says from its end. */
export function reversedReadings(part: string, span: TextSpan): readonly Reading[] {
  const backwards = turnAround(part);
  return [
    mirrored('reversed', backwards, span),
    aligned('reversed-words', backwards.split(' ').toReversed().join(' '), span),
  ];
}
