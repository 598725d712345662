/** Where a value sits in the document: mapping keys and list indexes from the root. */
export type SettingPath = readonly (string | number)[];

const longestKey = 64;

/** `providers.targets[1].timeout_seconds`. */
export function formatSetting(path: SettingPath): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (!/^[\w-]+$/.test(part) || part.length > longestKey)
      text += `[${JSON.stringify(printable(part))}]`;
    else text += text === '' ? part : `.${part}`;
  }
  return text;
}

/** `providers.targets[].timeout_seconds`: the same for every entry of a list. */
export function pathPattern(path: SettingPath): string {
  return formatSetting(path).replaceAll(/\[\d+\]/g, '[]');
}

/** Text from the file made safe for a terminal and short enough for a line. */
export function printable(text: string): string {
  const clipped = text.length > longestKey ? `${text.slice(0, longestKey)}…` : text;
  return clipped.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '\u{FFFD}');
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What stands there; undefined where nothing does. */
export function valueAt(root: unknown, path: SettingPath): unknown {
  let value = root;
  for (const part of path) {
    if (Array.isArray(value) && typeof part === 'number') value = value[part];
    else value = isMapping(value) && Object.hasOwn(value, part) ? value[String(part)] : undefined;
  }
  return value;
}
