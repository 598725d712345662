import { plainText } from '../guards/characters.ts';

/** Whether a value may pass. */
type AllowList = (value: string) => boolean;

/** Compiles exact values and e-mail domains (`@example.com`). Case and look-alike digits and separators do not matter. */
export function compileAllowList(values: readonly string[]): AllowList {
  if (values.length === 0) return () => false;
  const allowed = new Set(values.map(plain));
  return (value) => {
    const spelled = plain(value);
    return allowed.has(spelled) || allowed.has(spelled.slice(Math.max(0, spelled.lastIndexOf('@'))));
  };
}

function plain(value: string): string {
  return plainText(value).toLowerCase();
}
