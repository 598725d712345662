const placeholder =
  /^[$<{%*([]|\$\{|\{\{|\.\.\.|\*\*\*|x{6}|(?:^|[^a-z])your|change.?(?:me|this|it)|place.?holder|dummy|redact|replace.?(?:me|this|with)|insert|process\.env|environ|getenv|undefined/iu;

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
export function entropyOf(value: string): number {
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

const programName = /^[A-Za-z][A-Za-z.]*\d{0,2}[A-Za-z.]*$/;

/** Whether a value reads as a name in a program, `api.SecretKeyProvider`: words joined by capitals, and next to no digit. */
export function isProgramName(value: string): boolean {
  if (!programName.test(value)) return false;
  const words = value.match(/[A-Z]?[a-z]+|[A-Z]+/g) ?? [];
  return words.join('').length >= words.length * 3.5;
}

/** Whether a shorter value looks like a password: three kinds of characters, or one that words do not have. */
export function isPassword(value: string): boolean {
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9_.\-/:]/].filter((kind) => kind.test(value)).length;
  return kinds >= 3 && distinct(value) >= 6;
}

function distinct(value: string): number {
  return new Set(value).size;
}
