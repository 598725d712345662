import { InvalidArgumentError, Option } from 'commander';
import { parseAddress } from '../http/address.ts';

/** Readers of option values, which give the value or say what they expect; and the options that several commands take. */

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

export function addressOption(flag: string, description: string, preset: string): Option {
  return new Option(`${flag} <host:port>`, description).argParser(address).default(preset);
}

export function secretsDirOption(): Option {
  const description = 'where secret_key_ref {store: NAME} finds its files';
  return new Option('--secrets-dir <path>', description).env('KT_SECRETS_DIR');
}

/** What every command that looks into a cluster is told about it. */
export function clusterOptions(): readonly Option[] {
  return [
    new Option('-n, --namespace <name>', 'the namespace of the pods (default: that of the context)'),
    new Option('--context <name>', 'the context of the kubeconfig (default: the current one)'),
    new Option('--kubeconfig <path>', 'the kubeconfig (default: as kubectl finds it)'),
  ];
}

/** What every command that takes all pods of a namespace, or of the cluster, is told about which. */
export function scopeOptions(): readonly Option[] {
  return [
    new Option('-A, --all-namespaces', 'pods of the whole cluster'),
    ...clusterOptions(),
    new Option('-l, --selector <labels>', 'only pods with these labels'),
  ];
}
