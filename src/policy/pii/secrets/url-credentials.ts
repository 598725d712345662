import { alphanumeric, atSign, colon, slash } from '../../guards/ascii.ts';
import { ignorable, isWord, letter } from '../../guards/characters.ts';
import { characterSet, type Detector, isIn, none, undecided, type View } from '../../guards/detector.ts';
import { attemptOf } from '../search/beginning.ts';
import { isPlaceholder } from './randomness.ts';
import { tokenKinds, tokenSearch } from './token-search.ts';

const userWidth = 60;
const credentialsWidth = 320;

/** What the part of a URL before its path may be written with. */
const authority = characterSet(alphanumeric, '-._~%!$&*+,;=:@^()', letter, ignorable);

/** `user:password` in front of the host of a URL (RFC 3986, section 3.2.1). What else a URL says stays. */
export const urlCredentials: Detector = {
  entity: 'URL_CREDENTIALS',
  search: tokenSearch,
  kind: tokenKinds.credentials,
  tryAt(view, at) {
    return attemptOf(credentialsEnd(view, at), at);
  },
};

/** The index of the last `@` before the host, if a password stands before it. */
function credentialsEnd(view: View, at: number): number {
  if (!isBehindScheme(view, at)) return none;
  let sign = none;
  let password = none;
  let index = at;
  for (; isIn(authority, view.codeAt(index)); index += 1) {
    const code = view.codeAt(index);
    if (code === colon && password === none) password = index + 1;
    if (code === atSign) sign = index;
    if (password === none && (code === atSign || index - at > userWidth)) return none;
    if (index - at > credentialsWidth) return none;
  }
  if (index === view.end && !view.final) return undecided;
  if (password === none || sign <= password) return none;
  return isStandIn(view.text.slice(password, sign)) ? none : sign;
}

function isBehindScheme(view: View, at: number): boolean {
  if (view.codeAt(at - 1) !== slash || view.codeAt(at - 2) !== slash) return false;
  return view.codeAt(at - 3) === colon && isWord(view.codeAt(at - 4));
}

const standIns = /^(?:pass(?:word)?|passwd|pwd|secret|token|key)$/iu;

function isStandIn(password: string): boolean {
  return (
    standIns.test(password) ||
    /^(?:\*+|x+|\.+)$/iu.test(password) ||
    (password.length > 3 && isPlaceholder(password))
  );
}
