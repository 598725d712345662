import { createHash } from 'node:crypto';
import type { LoadResult } from '../../src/config/load.ts';
import type { SourceRead } from '../../src/config/source.ts';
import type { CompileInput } from '../../src/runtime/reloader.ts';

/**
 * A small configuration language for the reload path. `ok 7` is valid, `breaks 7` is valid and cannot be compiled,
 * anything else is invalid. A second line `key PATH` names a secret file.
 */
export interface NumberConfig {
  readonly number: number;
  readonly isBroken: boolean;
  readonly key: string | undefined;
}

export interface NumberSnapshot extends NumberConfig {
  readonly generation: number;
}

const form = /^(?<verb>ok|breaks) (?<number>\d+)(?:\nkey (?<path>.+))?$/;

export function keyFiles(config: Uint8Array): readonly string[] {
  const path = form.exec(textOf(config))?.groups?.['path'];
  return path === undefined ? [] : [path];
}

export function loadNumber({ bytes, files }: SourceRead): LoadResult<NumberConfig, string> {
  const text = textOf(bytes);
  const groups = form.exec(text)?.groups;
  if (groups === undefined) return { ok: false, issues: [text === '' ? 'empty' : `not a number: ${text}`] };
  const { verb, number, path = '' } = groups;
  const key = files.get(path);
  const config = { number: Number(number), isBroken: verb === 'breaks', key: key && textOf(key) };
  return { ok: true, config, issues: path !== '' && key === undefined ? [`no key at ${path}`] : [] };
}

export function compileNumber({
  config,
  generation,
}: CompileInput<NumberConfig, NumberSnapshot>): NumberSnapshot {
  if (config.isBroken) throw new Error(`cannot compile ${config.number}`);
  return Object.freeze({ ...config, generation });
}

export function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}
