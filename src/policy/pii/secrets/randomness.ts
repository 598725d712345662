const placeholder =
  /^(?:[<{([].*[>})\]]?$|\$[A-Za-z_]\w*$|\$[{(]|%(?:[sdrv@]?$|\w+%|[({])|#\{|&(?:lt|#x?3c|#60);|\*)|\{\{|\.\.\.|\*\*\*|x{6}|(?:^|[^a-z])your|change.?(?:me|this|it)|place.?holder|dummy|redact|replace.?(?:me|this|with)|insert|process\.env|environ|getenv|undefined/iu;

/** Whether a value only stands for one: `<your-key>`, `xxxx`, `changeme`, `${NAME}`, `process.env.NAME`. */
export function isPlaceholder(value: string): boolean {
  return placeholder.test(value) || distinct(value) < 4;
}

const fewestDistinct = 8;

/** Whether the body of a token with a telling prefix is one, not words or a row of the same. */
export function isTokenBody(body: string): boolean {
  if (placeholder.test(body) || distinct(body) < fewestDistinct) return false;
  // One key of AWS in thirty is drawn without a digit.
  if (/\d/.test(body) || /^[A-Z]{16}$/.test(body)) return true;
  return (body.match(/[A-Z]/g)?.length ?? 0) > 1 && (body.match(/[a-z]/g)?.length ?? 0) > 1;
}

/** Bits of entropy a character (Shannon), of the text alone. */
function entropyOf(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}

const leastEntropy = 3;
/** Of all characters, how many stand next to one of another kind in what nobody made up from words. */
const leastChanges = 1 / 6;

/** Whether a value of at least 16 characters looks drawn at random: many characters, and digits and capitals all over. */
export function isRandom(value: string): boolean {
  const bare = value.replaceAll(/[^A-Za-z0-9]/g, '');
  if (bare.length < 12 || entropyOf(value) < leastEntropy || !/[a-z]/i.test(bare)) return false;
  const changes = bare.match(/[A-Za-z](?=\d)|\d(?=[A-Za-z])|[a-z](?=[A-Z])/g)?.length ?? 0;
  return changes >= Math.max(3, bare.length * leastChanges);
}

/** Names of algorithms, encodings and the like, which have a number. */
const numbered =
  /(?:sha|md|base|utf|u?int|float|ed|x|aes|rsa|argon|rc|des|hmac|pbkdf|http|oauth|tls|ssl|p|v|win|iso|id|crc|blake|level|step|part|type)[-_]?\d+(?:[-_/]\d+)*(?:[bcds](?![a-z]))?/giu;
const programName = /^[#@!&:]?[A-Za-z_$][\w$]*(?:(?:\?\.|!\.|::|->|[./-])[\w$]*)*$/;
/** Letters of one case with numbers between: no name has two. */
const drawn = /^(?:[a-z]*\d+[a-z]+\d[a-z\d]*|[A-Z]*\d+[A-Z]+\d[A-Z\d]*)$/;
const path = /^(?:(?:\.{0,2}|~)\/|[A-Za-z]:\\|[a-z][a-z\d+.-]*:\/\/)/;

/**
 * Whether a value reads as a name in a program, `api.SecretKeyProvider`, `MD5/SHA1`, or as a path: words joined by capitals, dots and
 * the like. In quotes only what is joined by dots, and one word with a number at its end is what people make passwords of.
 */
export function isProgramName(value: string, isQuoted = false): boolean {
  if (path.test(value) && wordSize(value) >= 3) return true;
  if (!programName.test(value) || drawn.test(value)) return false;
  if (
    isQuoted
      ? !/[a-z]\.[a-z]/i.test(value)
      : /^[A-Za-z]+(?:\d{2}|\d{4})$/.test(value.replaceAll(numbered, 'Name'))
  )
    return false;
  return wordSize(value.replaceAll(numbered, 'Name')) >= 3.5;
}

/** Whether what stands before a bracket reads as the name of a function, macro or list: `getAsPass(`, `try!(`. */
export function isCalled(value: string): boolean {
  return programName.test(value.replace(/!$/, '')) && (value.includes('_') || wordSize(value) >= 2.5);
}

/** How many letters its words have, as capitals part them. */
function wordSize(value: string): number {
  const words = value.match(/[A-Z]?[a-z]+|[A-Z]+/g) ?? [];
  return words.length === 0 ? 0 : words.join('').length / words.length;
}

/** Whether a shorter value looks like a password: three kinds of characters, or letters and digits all over. */
export function isPassword(value: string): boolean {
  if (distinct(value) < 6) return false;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9_.\-/:]/].filter((kind) => kind.test(value)).length;
  return kinds >= 3;
}

/** Whether words in a row are a password: a sentence about one has no word that is itself like one. */
export function isPassphrase(value: string): boolean {
  const words = value.split(' ');
  return words.length <= 5 && words.some((word) => word.length >= 6 && isPassword(word));
}

function distinct(value: string): number {
  return new Set(value).size;
}
