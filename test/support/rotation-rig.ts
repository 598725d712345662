import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import type { AuditEvent } from '../../src/audit/event.ts';
import { type FileTrail, openFileTrail } from '../../src/audit/file-trail.ts';
import type { Seam } from '../../src/record/seam.ts';
import { verifyChain } from '../../src/audit/verify.ts';
import { finished } from '../telemetry/finished.ts';

export function exchange(requestId: string, at = 1_795_244_401_042): AuditEvent {
  const stamp = { immutable: true, retentionDays: 30 };
  return { kind: 'exchange', at, exchange: finished({ requestId }), stamp };
}

export interface Rig {
  readonly path: string;
  readonly trail: FileTrail;
  readonly seams: readonly Seam[];
  /** Stores records by their request ids, one after the other. */
  readonly store: (...ids: readonly string[]) => Promise<void>;
  /** Milliseconds that have passed. */
  readonly pass: (ms: number) => void;
  /** The next seam that is made without anybody's asking. */
  readonly healed: () => Promise<void>;
}

export async function startTrail(t: TestContext): Promise<Rig> {
  const directory = mkdtempSync(join(tmpdir(), 'kt-rotation-'));
  const path = join(directory, 'log', 'audit.jsonl');
  mkdirSync(dirname(path));
  let at = 1_795_244_401_042;
  const seams: Seam[] = [];
  let next = Promise.withResolvers<void>();
  const trail = await openFileTrail({
    path,
    now: () => at,
    retryMs: 10,
    onSeam: (seam) => {
      seams.push(seam);
      next.resolve();
    },
  });
  t.after(async () => {
    await trail.close();
    rmSync(directory, { recursive: true });
  });
  const store = async (...ids: readonly string[]): Promise<void> => {
    const [id, ...more] = ids;
    if (id === undefined) return;
    await trail.append(exchange(id, at));
    await store(...more);
  };
  const healed = async (): Promise<void> => {
    const timer = setTimeout(() => next.reject(new Error('never healed')), 10_000);
    await next.promise.finally(() => clearTimeout(timer));
    next = Promise.withResolvers();
  };
  return { path, trail, seams, store, healed, pass: (ms) => (at += ms) };
}

export function linesOf(path: string): readonly string[] {
  return readFileSync(path, 'utf8').split('\n').slice(0, -1);
}

export function idsIn(...paths: readonly string[]): readonly string[] {
  const ids = paths.flatMap(linesOf).flatMap((line) => /"request_id":"([^"]+)"/.exec(line)?.[1] ?? []);
  return [...new Set(ids)].toSorted();
}

export function verified(...paths: readonly string[]) {
  const verdict = verifyChain(paths.flatMap(linesOf));
  assert.ok(verdict.ok, JSON.stringify(verdict));
  return verdict.seams.map(({ reason }) => reason);
}
