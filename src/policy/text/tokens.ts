import { apostrophe } from './ascii.ts';
import { classes, foldCodePoint } from './fold.ts';

/** One token of a rule's own text, folded as judged text is. */
interface Token {
  readonly kind: 'word' | 'mark';
  readonly codes: readonly number[];
}

/** Splits a short trusted text (a rule, a configured phrase) into tokens, exactly as a scan splits judged text. */
export function tokenise(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let word: number[] = [];
  const close = (): void => {
    if (word.length > 0) tokens.push({ kind: 'word', codes: word });
    word = [];
  };
  for (const character of text) {
    const { class: kind, folded } = foldCodePoint(character.codePointAt(0) ?? 0);
    if (kind === classes.ignorable) continue;
    if (kind === classes.letter) {
      word.push(...folded);
      continue;
    }
    if (folded[0] === apostrophe && word.length > 0) continue;
    close();
    if (kind !== classes.space) tokens.push({ kind: 'mark', codes: folded });
  }
  close();
  return tokens;
}
