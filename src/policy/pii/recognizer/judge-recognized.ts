import type { Judge } from '../../guards/judge.ts';
import type { Placeholders } from '../../placeholders.ts';
import type { Direction, Occasion, Policy, TextEdit, TextVerdict } from '../../policy.ts';
import { hashMarkers } from '../markers/hash-marker.ts';
import type { Recognize, Recognized } from './recognizer.ts';

/** Does about what a recogniser finds what is done about everything else. */
export function judgeRecognized(
  recognize: Recognize,
  judgeFor: (direction: Direction, occasion: Occasion) => Judge,
): Pick<Policy, 'judgeTexts'> {
  return {
    async judgeTexts(direction, texts, occasion) {
      const found = await recognize(
        texts.map(({ text }) => text),
        occasion,
      );
      const judge = judgeFor(direction, occasion);
      return texts.map(({ text }, at) => {
        const standing = standInsIn(text, occasion.placeholders);
        const open = outsideOf(standing, found[at] ?? [], text);
        return verdictOn(text, open, judge);
      });
    },
  };
}

function verdictOn(text: string, found: readonly Recognized[], judge: Judge): TextVerdict {
  const edits: TextEdit[] = [];
  for (const { entity, start, end, score } of found) {
    const judgement = judge(entity, text.slice(start, end), true, { text, start, end });
    const match = { rule: entity.toLowerCase(), start, end, score };
    switch (judgement.kind) {
      case 'allow':
        break;
      case 'rewrite':
        edits.push({ ...match, replacement: judgement.replacement });
        break;
      case 'deny':
        return { kind: 'deny', message: judgement.message, matches: [match] };
    }
  }
  return edits.length === 0 ? { kind: 'allow', matches: [] } : { kind: 'rewrite', edits };
}

type StandIn = Pick<Recognized, 'start' | 'end'>;

const named = /\[?([A-Za-z][A-Za-z_-]*)\]?/g;

/** What stands for values: taken for a name, a placeholder would never find its way back, and a marker not be the same again. */
function standInsIn(text: string, placeholders: Placeholders): readonly StandIn[] {
  const markers = [...text.matchAll(hashMarkers)];
  const standing = placeholders.isEmpty
    ? []
    : [...text.matchAll(named)].filter(([, name = '']) => placeholders.valueOf(name) !== undefined);
  return [...markers, ...standing]
    .map(({ 0: whole, index }) => ({ start: index, end: index + whole.length }))
    .toSorted((a, b) => a.start - b.start);
}

/** Of each match what lies outside the spans and says something. */
function outsideOf(
  spans: readonly StandIn[],
  found: readonly Recognized[],
  text: string,
): readonly Recognized[] {
  if (spans.length === 0) return found;
  return found.flatMap((match) => {
    const parts: Recognized[] = [];
    let from = match.start;
    for (const { start, end } of spans) {
      if (end <= from || start >= match.end) continue;
      if (start > from) parts.push({ ...match, start: from, end: start });
      from = end;
    }
    if (from < match.end) parts.push({ ...match, start: from, end: match.end });
    return parts.filter(({ start, end }) => /[\p{L}\p{N}]/u.test(text.slice(start, end)));
  });
}
