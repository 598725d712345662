import { sep } from 'node:path';

/**
 * The directory of the atomically updated volume a file lies in. The kubelet keeps each version of a ConfigMap or
 * Secret in a directory named like `..2026_01_31_12_00_00.123`, to which `..data` points; only the root around it
 * stays the same over updates.
 */
export function volumeRoot(realPath: string): string | undefined {
  const parts = realPath.split(sep);
  const version = parts.findIndex((part) => /^\.\.\d{4}_/.test(part));
  return version < 1 ? undefined : parts.slice(0, version).join(sep) || sep;
}
