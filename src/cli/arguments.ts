import { InvalidArgumentError } from 'commander';
import { parseAddress } from '../http/address.ts';

/** Readers of option values: they give the value, or say what they expect. */

export function addresses(value: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), ...value.split(',').map(address)];
}

export function address(value: string): string {
  try {
    parseAddress(value);
    return value;
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

/** An option that may be given more than once. */
export function repeated(value: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), value];
}

export function positive(value: string): number {
  const number = Number(value);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new InvalidArgumentError('expected a whole number >= 1.');
}
