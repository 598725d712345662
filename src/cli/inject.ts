import { readFileSync, writeFileSync } from 'node:fs';
import { type InjectionSettings, injectionSettingsSchema } from '../kube/injection/injection-settings.ts';
import { injectManifests, type PodOutcome } from '../kube/injection/manifest.ts';
import { KubeError } from '../kube/kube-error.ts';
import type { CommandIo, ExitCode } from './io.ts';

/** The flags of `kt inject`, as the command line gives them. */
export interface InjectOptions {
  readonly file: readonly string[];
  readonly set?: readonly string[];
  readonly check: boolean;
  readonly output?: string;
  readonly json: boolean;
}

type InjectIo = Pick<CommandIo, 'write' | 'error'>;

/** Reasons that are as somebody wants it. */
const inOrder: ReadonlySet<string> = new Set(['already_injected', 'opted_out']);

/** Writes manifests with the sidecar added, and says what it did with each pod in them. */
export function injectFiles(options: InjectOptions, io: InjectIo): ExitCode {
  const outcomes: PodOutcome[] = [];
  let written = '';
  try {
    const settings = readSettings(options.set ?? []);
    for (const file of options.file) {
      const made = inFile(file, () => injectManifests(readManifests(file), settings));
      written = joined(written, made.text);
      outcomes.push(...made.outcomes);
    }
    if (options.output !== undefined) writeFileSync(options.output, written);
    else if (!options.check) io.write(written);
  } catch (error) {
    if (!isExpected(error)) throw error;
    io.error(`${error.message}\n`);
    return 2;
  }
  tell(outcomes, options, io);
  return outcomes.some((one) => isAmiss(one, options.check)) ? 1 : 0;
}

function isExpected(error: unknown): error is Error {
  return error instanceof KubeError || (error instanceof Error && 'syscall' in error);
}

function inFile<T>(file: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    throw new KubeError(`${file === '-' ? 'stdin' : file}: ${error.message}`, { cause: error });
  }
}

function readManifests(file: string): string {
  return readFileSync(file === '-' ? 0 : file, 'utf8');
}

function readSettings(given: readonly string[]): InjectionSettings {
  const pairs = given.map((one) => {
    const at = one.indexOf('=');
    if (at < 1) throw new KubeError(`--set ${one}: expected name=value`);
    return [one.slice(0, at), one.slice(at + 1)] as const;
  });
  const result = injectionSettingsSchema.safeParse(Object.fromEntries(pairs));
  if (result.success) return result.data;
  const said = result.error.issues.map(
    ({ path, message }) => `${path.map(String).join('.')}${path.length > 0 ? ': ' : ''}${message}`,
  );
  throw new KubeError(
    `--set: ${said.join('; ')}; there are ${Object.keys(injectionSettingsSchema.shape).join(', ')}`,
  );
}

function joined(before: string, after: string): string {
  if (before === '' || after === '') return before + after;
  const ended = before.endsWith('\n') ? before : `${before}\n`;
  return /^(---|%)/.test(after) ? ended + after : `${ended}---\n${after}`;
}

function isAmiss(outcome: PodOutcome, isCheck: boolean): boolean {
  switch (outcome.kind) {
    case 'failed':
      return true;
    case 'injected':
      return isCheck;
    case 'skipped':
      return isCheck && !inOrder.has(outcome.reason);
  }
}

function tell(outcomes: readonly PodOutcome[], { check, json }: InjectOptions, io: InjectIo): void {
  if (json) {
    const text = `${JSON.stringify({ pods: outcomes.map(told) }, undefined, 2)}\n`;
    if (check) io.write(text);
    else io.error(text);
    return;
  }
  const lines = outcomes.flatMap((one) => sentences(one, check));
  if (lines.length === 0) lines.push('no pod in these manifests');
  const text = lines.map((line) => `${line}\n`).join('');
  if (check) io.write(text);
  else io.error(text);
}

function told(outcome: PodOutcome): object {
  if (outcome.kind !== 'injected') return outcome;
  const { name, kind, reports } = outcome;
  return { name, kind, reports };
}

function sentences(outcome: PodOutcome, isCheck: boolean): string[] {
  const { name } = outcome;
  switch (outcome.kind) {
    case 'failed':
      return [`${name}: failed: ${outcome.detail}`];
    case 'skipped':
      return [`${name}: left as it is: ${outcome.reason}: ${outcome.detail}`];
    case 'injected':
      return [
        `${name}: ${isCheck ? 'lacks the sidecar' : 'sidecar added'}`,
        ...outcome.reports.map(({ code, message }) => `${name}: ${code}: ${message}`),
      ];
  }
}
