import { alphanumeric, dot } from '../../guards/ascii.ts';
import { ignorable, isWord } from '../../guards/characters.ts';
import {
  type MatchEnd,
  characterSet,
  codeAt,
  type Detector,
  endsAt,
  isIn,
  lookBehind,
  noMatchBefore,
  none,
  undecided,
  type View,
} from '../../guards/detector.ts';
import { spell } from '../numbers/number.ts';
import { wordsBefore } from '../words/announcement.ts';
import { assignedEnd } from './assigned-secret.ts';
import { isTokenBody } from './randomness.ts';
import type { NameKind } from './secret-name.ts';
import { nameBefore, startsWord } from './secret-place.ts';
import { bodyOf, formOf, prefixAt, type TokenForm, tokenForms } from './token-prefixes.ts';
import { hasSign, tokenKinds, tokenSearch } from './token-search.ts';
import { webTokenEnd } from './web-token.ts';
import { webhookEnd } from './webhook.ts';

const visible = characterSet(alphanumeric, '-_.+/=%~', ignorable);

/** Keys and tokens: by a prefix that tells their issuer, by the form of a JSON Web Token, or by the name they are given to. */
export const secret: Detector = {
  entity: 'SECRET',
  search: tokenSearch,
  kind: tokenKinds.secret,
  tryAt(view, at) {
    const prefixed = prefixedEnd(view, at);
    if (prefixed !== none) return prefixed;
    const webhook = webhookEnd(view, at);
    if (webhook !== none) return webhook;
    const assigned = assignedEnd(view, at);
    return assigned === none ? noMatchBefore(at + 1) : assigned;
  },
  ruleAt(view, at, end) {
    if (prefixedEnd(view, at) === end)
      return `secret.${tokenForms[formOf(prefixAt(view, at))]?.issuer ?? webTokenName}`;
    if (webhookEnd(view, at) === end) return `secret.${webhookName}`;
    const named = nameBefore(view, at);
    return named === undefined ? 'secret' : `secret.${nameOfKind[named.kind]}`;
  },
  rest(view, from) {
    let index = from;
    while (isIn(visible, codeAt(view, index))) index += 1;
    return index === view.end && !view.final ? index : endsAt(index);
  },
};

/** What the record calls secrets that no prefix tells. These names stay: people search for them. */
export const nameOfKind: Readonly<Record<NameKind, string>> = {
  password: 'password',
  token: 'named_key',
  authorization: 'authorization',
  signature: 'url_signature',
  bot: 'telegram_bot',
};
export const webTokenName = 'json_web_token';
export const webhookName = 'webhook';

function prefixedEnd(view: View, at: number): MatchEnd {
  if (!startsWord(view, at)) return none;
  const prefix = prefixAt(view, at);
  if (prefix === undecided) return undecided;
  if (prefix === none) return none;
  const form = tokenForms[formOf(prefix)];
  const end =
    form === undefined ? webTokenEnd(view, at, bodyOf(prefix)) : bodyEnd(view, at, bodyOf(prefix), form);
  return end > 0 && !hasSign(view, at, end) ? none : end;
}

/** Where a token of this form ends whose body begins at `body`. */
function bodyEnd(view: View, at: number, body: number, form: TokenForm): MatchEnd {
  if (form.context?.test(wordsBefore(view, at, lookBehind)) === false) return none;
  let size = 0;
  let end = body;
  let index = body;
  for (; isIn(form.alphabet, codeAt(view, index)); index += 1) {
    if (codeAt(view, index) === ignorable) continue;
    size += 1;
    if (size > form.most) return none;
    end = index + 1;
  }
  if (index === view.end && !view.final) return undecided;
  if (isWord(codeAt(view, index))) return none;
  while (codeAt(view, end - 1) === dot || codeAt(view, end - 1) === ignorable) end -= 1;
  if (size < form.least || end <= body) return none;
  return isTokenBody(spell(view, body, end)) ? end : none;
}
