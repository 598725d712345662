import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Config } from '../../src/config/config.ts';
import type { Issue } from '../../src/config/issue.ts';
import type { LoadOptions } from '../../src/config/interpret.ts';
import { load, type LoadResult } from '../../src/config/load.ts';
import type { SecretRef } from '../../src/config/secret-ref.ts';
import { testKinds } from './config-kinds.ts';

export interface Given {
  readonly secrets?: (ref: SecretRef) => string | undefined;
  readonly options?: Partial<LoadOptions>;
}

/** Loads with the test kinds; every secret is set unless the test says otherwise. */
export function loadWith(content: string | Uint8Array, given: Given = {}): LoadResult {
  return load({
    content,
    kinds: testKinds,
    secrets: given.secrets ?? (() => 'a-key'),
    options: { simulateMissingKeys: false, failMode: 'block', ...given.options },
  });
}

export function configOf(content: string, given: Given = {}): Config {
  const result = loadWith(content, given);
  assert.ok(result.ok, result.issues.map(({ message, path }) => `${path}: ${message}`).join('\n'));
  return result.config;
}

export function issuesOf(content: string | Uint8Array, given: Given = {}): readonly Issue[] {
  return loadWith(content, given).issues;
}

export function fixture(name: string): string {
  return readFileSync(new URL(`../fixtures/configs/${name}.yaml`, import.meta.url), 'utf8');
}

/** A valid document; `extra` goes below the one target, at its indentation of six. */
export function document(extra = '', rest = ''): string {
  return `pack:
  name: demo
  version: 1.0.0
policies:
  chain: [audit-logger]
policy:
  audit-logger: {}
providers:
  targets:
    - id: one
      provider: together
      model: some/model
${extra}${rest}`;
}
