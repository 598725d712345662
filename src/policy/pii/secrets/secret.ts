import { alphanumeric, dot, slash } from '../../guards/ascii.ts';
import { ignorable, isWord } from '../../guards/characters.ts';
import {
  type MatchEnd,
  characterSet,
  type Detector,
  endsAt,
  isIn,
  lookBehind,
  none,
  undecided,
  type View,
} from '../../guards/detector.ts';
import { spell } from '../numbers/number.ts';
import { attemptOf } from '../search/beginning.ts';
import { wordsBefore } from '../words/announcement.ts';
import { assignedEnd } from './assigned-secret.ts';
import { isPlaceholder, isTokenBody } from './randomness.ts';
import type { NameKind } from './secret-name.ts';
import { nameBefore, startsWord } from './secret-place.ts';
import { bodyOf, formOf, prefixAt, type TokenForm, tokenForms } from './token-prefixes.ts';
import { hasSign, tokenKinds, tokenSearch } from './token-search.ts';

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
    return attemptOf(assignedEnd(view, at), at);
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
    while (isIn(visible, view.codeAt(index))) index += 1;
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
  for (; isIn(form.alphabet, view.codeAt(index)); index += 1) {
    if (view.codeAt(index) === ignorable) continue;
    size += 1;
    if (size > form.most) return none;
    end = index + 1;
  }
  if (index === view.end && !view.final) return undecided;
  if (isWord(view.codeAt(index))) return none;
  while (view.codeAt(end - 1) === dot || view.codeAt(end - 1) === ignorable) end -= 1;
  if (size < form.least || end <= body) return none;
  return isTokenBody(spell(view, body, end)) ? end : none;
}

const base64Url = characterSet(alphanumeric, '-_', ignorable);
/** Below the hold-back limit, or any JSON in Base64 would be held that long and taken for a token. */
const headerWidth = 300;
const fewestParts = 3;
/** An encrypted one has five (RFC 7516). */
const mostParts = 5;
const leastBody = 20;

/** Where the JSON Web Token that starts at `at` ends (RFC 7519): its header is a JSON object that names an algorithm. */
function webTokenEnd(view: View, at: number, from: number): MatchEnd {
  const header = view.pastAll(from, base64Url, at + headerWidth - from);
  if (header <= 0) return header;
  if (view.codeAt(header) !== dot || !isHeader(spell(view, at, header))) return none;
  let parts = 1;
  let index = header;
  while (parts < mostParts && view.codeAt(index) === dot) {
    const end = view.pastAll(index + 1, base64Url);
    if (end <= 0) return end;
    if (end === index + 1 && parts >= fewestParts) break; // the end of a sentence
    parts += 1;
    index = end;
  }
  return parts >= fewestParts && index - header > leastBody ? index : none;
}

function isHeader(part: string): boolean {
  try {
    const header: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return typeof header === 'object' && header !== null && 'alg' in header;
  } catch {
    return false; // whatever else it is, no token begins with it
  }
}

const hostCharacters = characterSet(alphanumeric, '-_.', ignorable);
const pathCharacters = characterSet(alphanumeric, '-_.~%/@=+', ignorable);
const hosts =
  /^(?:hooks\.slack\.com|(?:(?:ptb|canary)\.)?discord(?:app)?\.com|(?:[\w-]+\.webhook|outlook)\.office(?:365)?\.com|hooks\.zapier\.com|maker\.ifttt\.com)$/i;
const hooks =
  /^\/(?:services\/|workflows\/|triggers\/|api\/(?:v\d+\/)?webhooks\/\d+\/|webhook(?:b2)?\/|hooks\/catch\/\d+\/|trigger\/[^/]+\/key\/)[\w@/%.~-]*\w{8}/i;
/** Longer hosts are none of these. */
const hostWidth = 80;
/** Below the hold-back limit; the longest of them have some 220 characters. */
const pathWidth = 300;

/** Where an address ends that starts, behind its scheme, at `at`, if who knows it can post to a channel by it. */
function webhookEnd(view: View, at: number): MatchEnd {
  if (view.codeAt(at - 1) !== slash || view.codeAt(at - 2) !== slash) return none;
  const host = view.pastAll(at, hostCharacters, hostWidth);
  if (host <= 0 || view.codeAt(host) !== slash || !hosts.test(spell(view, at, host)))
    return host === undecided ? undecided : none;
  const end = view.pastAll(host, pathCharacters, pathWidth);
  if (end <= 0) return end;
  const path = spell(view, host, end);
  return hooks.test(path) && /\d/.test(path) && !isPlaceholder(path) ? end : none;
}
