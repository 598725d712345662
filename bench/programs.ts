import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, stop } from 'esbuild';

const names = [
  'bare-proxy',
  'chain-timing',
  'empty-server',
  'load-client',
  'search-timing',
  'span-sink',
  'telemetry-timing',
  'upstream',
] as const;
export type ProgramName = (typeof names)[number];

/**
 * The programs of the bench, bundled like the gateway: Node would otherwise carry its TypeScript reader in them, and the
 * floor would be measured with a weight that the gateway does not have.
 */
export class Programs {
  /** For configuration files and pipes too. */
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async build(): Promise<Programs> {
    const folder = await mkdtemp(join(tmpdir(), 'kt-bench-'));
    // At the very end, however it comes: the last of the processes may still have its pipe there.
    process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
    await build({
      entryPoints: names.map((name) => join(import.meta.dirname, `${name}.ts`)),
      outdir: folder,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node24',
      minifySyntax: true,
      minifyWhitespace: true,
      banner: {
        js: "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);",
      },
      logLevel: 'warning',
    });
    await stop();
    return new Programs(folder);
  }

  command(name: ProgramName, ...args: readonly (string | number)[]): readonly string[] {
    return [process.execPath, join(this.folder, `${name}.mjs`), ...args.map(String)];
  }
}
