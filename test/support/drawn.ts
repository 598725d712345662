const capitals = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const small = capitals.toLowerCase();
const digits = '0123456789';

export const alphabets = {
  hex: `${digits}abcdef`,
  capitals: `${capitals}234567`,
  word: capitals + small + digits,
  url: `${capitals + small + digits}-_`,
  base64: `${capitals + small + digits}+/`,
} as const;

/**
 * Characters that look drawn at random and are the same in every run. Made here, so that no key stands in the source and no
 * scanner takes a test for a leak. The last one is a digit: nearly every key has one, and these shall all have.
 */
export function drawn(size: number, alphabet: keyof typeof alphabets = 'word', seed = size): string {
  const characters = alphabets[alphabet];
  let state = seed;
  let text = '';
  while (text.length < size - 1) {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9;
    text += characters.charAt(((state ^ (state >>> 13)) >>> 4) % characters.length);
  }
  return size > 0 ? `${text}7` : '';
}

/** Base64 in lines as PEM has them. */
export function armoured(label: string, lines: number, lineBreak = '\n'): string {
  const body = Array.from({ length: lines }, (_, line) => drawn(64, 'base64', line + 7));
  return [`-----BEGIN ${label}-----`, ...body, `${drawn(20, 'base64')}==`, `-----END ${label}-----`].join(
    lineBreak,
  );
}

export function webToken(payload: object = { sub: '1234567890', admin: true }): string {
  return `${part({ alg: 'HS256', typ: 'JWT' })}.${part(payload)}.${drawn(43, 'url')}`;
}

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
