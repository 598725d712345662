// At most six characters with one space before them: about a token. No two parts can match the same character.
const token = /\s?\S{1,6}|\s/gu;

/** Cuts a text into what one delta carries: about a token each, or exactly `characters` code points. */
export function piecesOf(text: string, characters?: number): readonly string[] {
  if (characters === undefined) return text.match(token) ?? [];
  const points = Array.from(text);
  const pieces: string[] = [];
  for (let at = 0; at < points.length; at += characters)
    pieces.push(points.slice(at, at + characters).join(''));
  return pieces;
}

/** Repeats pieces until there are exactly `count`, so that a text has any length wanted. */
export function repeatTo(pieces: readonly string[], count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => pieces[at % pieces.length] ?? ' ');
}

/** A prompt's size in tokens, as good as needed for a usage report. */
export function countTokens(text: string): number {
  return Math.ceil(text.length / 4);
}

/** The same of a conversation: each message costs a little by itself. */
export function conversationTokens(messages: readonly string[]): number {
  return messages.reduce((sum, text) => sum + 4 + countTokens(text), 3);
}
