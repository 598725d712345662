import { letters, underscore } from '../../guards/ascii.ts';
import { ignorable, isWord } from '../../guards/characters.ts';
import { characterSet, edge, none, undecided, type View } from '../../guards/detector.ts';
import { spell } from '../numbers/number.ts';
import { sizesFrom, type Value } from '../search/beginning.ts';
import { isBase58Address, isHexAddress, isWitnessAddress } from './coin-checks.ts';

/**
 * Addresses of Bitcoin and Ethereum, those of test networks not. Each proves itself by its check; an Ethereum address in
 * one case has none, but `0x` and exactly forty digits are nothing else. Paths and URIs hold them between slashes.
 */
export const cryptoAddress: Value = {
  entity: 'CRYPTO_ADDRESS',
  begins: [
    { digits: sizesFrom(1), first: '130', next: characterSet(letters) },
    { letters: [2], digits: sizesFrom(1), first: 'bB' },
  ],
  endAt(view, at) {
    if (isWord(view.codeAt(view.knownBefore(at))) || view.codeAt(at - 1) === underscore) return none;
    const coin = coinAt(view, at);
    if (coin === undecided || coin === none) return coin;
    const end = wordEnd(view, at, coin.most);
    return end <= 0 || coin.isAddress(spell(view, at, end)) ? end : none;
  },
};

interface Coin {
  readonly most: number;
  isAddress(text: string): boolean;
}

const base58Coin: Coin = { most: 35, isAddress: (text) => text.length >= 26 && isBase58Address(text) };
const witnessCoin: Coin = { most: 74, isAddress: (text) => text.length >= 14 && isWitnessAddress(text) };
const hexCoin: Coin = { most: 42, isAddress: isHexAddress };

/** What the first characters, which tell coins apart, can begin. */
function coinAt(view: View, at: number): Coin | typeof none | typeof undecided {
  let start = '';
  for (let index = at; start.length < 3; index += 1) {
    if (index >= view.end) return view.final ? none : undecided;
    const code = view.codes[index] ?? edge;
    if (code === ignorable) continue;
    if (!isWord(code)) return none;
    start += String.fromCharCode(code);
    if (start === '1' || start === '3') return base58Coin;
  }
  if (start.startsWith('0x')) return hexCoin;
  return start === 'bc1' || start === 'BC1' ? witnessCoin : none;
}

/** Where the word at `at` ends, `none` where it has more than `most` characters. */
function wordEnd({ codes, end, final }: View, at: number, most: number): number {
  let size = 0;
  let last = at;
  for (let index = at; index < end; index += 1) {
    const code = codes[index] ?? edge;
    if (code === ignorable) continue;
    if (code === underscore) return none;
    if (!isWord(code)) return last;
    size += 1;
    if (size > most) return none;
    last = index + 1;
  }
  return final ? last : undecided;
}
