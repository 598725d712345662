import { buildIfStale } from './build.ts';

/** Builds where the sources have changed, then is `kt`, in this very process. */
export async function becomeKt(args: readonly string[]): Promise<void> {
  await buildIfStale();
  const script = new URL('../dist/kt.js', import.meta.url);
  process.argv.splice(1, Infinity, script.pathname, ...args);
  await import(script.href);
}

if (import.meta.main) await becomeKt(process.argv.slice(2));
