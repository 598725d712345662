import { hash, timingSafeEqual } from 'node:crypto';

/** More would be users, not clients of one sidecar, and each call is compared with all of them. */
export const tokenLimit = 100;

type TokenFile =
  | { readonly ok: true; readonly tokens: TokenList; readonly shortLines: readonly number[] }
  | { readonly ok: false; readonly reason: string };

/** Tokens as digests only. What is looked up is compared with each, so that time tells neither length nor likeness. */
export class TokenList {
  readonly #digests: readonly Buffer[];

  constructor(tokens: readonly string[]) {
    this.#digests = tokens.map((token) => hash('sha256', token, 'buffer'));
  }

  get size(): number {
    return this.#digests.length;
  }

  has(token: string): boolean {
    const digest = hash('sha256', token, 'buffer');
    let isFound = false;
    for (const known of this.#digests) isFound = timingSafeEqual(known, digest) || isFound;
    return isFound;
  }
}

const shortest = 16;

/** A file of tokens, one a line; blank lines and lines that begin with `#` are nothing. Reasons never quote the file. */
export function parseTokens(content: Uint8Array): TokenFile {
  const lines = new TextDecoder()
    .decode(content)
    .split('\n')
    .map((line, index) => ({ token: line.trim(), number: index + 1 }))
    .filter(({ token }) => token !== '' && !token.startsWith('#'));
  const wrong = lines.find(({ token }) => !/^[\x21-\x7e]{1,4096}$/.test(token));
  if (wrong !== undefined)
    return refuse(`line ${wrong.number} is not a token: expected visible ASCII characters without spaces`);
  if (lines.length === 0) return refuse('it holds no token: expected one a line');
  if (lines.length > tokenLimit) return refuse(`it holds more than ${tokenLimit} tokens`);
  const tokens = new TokenList([...new Set(lines.map(({ token }) => token))]);
  const shortLines = lines.filter(({ token }) => token.length < shortest).map(({ number }) => number);
  return { ok: true, tokens, shortLines };
}

function refuse(reason: string): TokenFile {
  return { ok: false, reason };
}
