import { foldCharacter } from '../../src/policy/guards/characters.ts';
import { characterSet, type View } from '../../src/policy/guards/detector.ts';
import { HeldText, Room } from '../../src/policy/guards/held-text.ts';

/** A view of a text of its own, in which nothing is passed over. */
export function viewOf(text: string, { final, end = text.length }: { final: boolean; end?: number }): View {
  const codes = Uint8Array.from({ length: text.length }, (_, index) => foldCharacter(text.charCodeAt(index)));
  const runs = new Uint8Array(text.length);
  return Object.assign(new HeldText(new Room(characterSet(), 1)), {
    text,
    codes,
    runs,
    end,
    final,
  });
}
