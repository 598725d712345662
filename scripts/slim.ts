import { join, relative } from 'node:path';
import type { Plugin } from 'esbuild';

const root = join(import.meta.dirname, '..');

const slimmed = 'slim';
const builtIn = 'built-in';

/** What the bundle gets in place of a module, by the module's own name; each measured in start-up time and memory. */
const replacements: Readonly<Record<string, string>> = {
  // We use undici's Pool; its fetch, WebSocket, cache and mocks are three quarters of it.
  undici: `
    export { default as buildConnector } from 'undici/lib/core/connect.js';
    export { default as Pool } from 'undici/lib/dispatcher/pool.js';`,
  // The patterns of a configuration: most have none, and its tables are 8 ms and 6 MB. What is asked for by require() is
  // evaluated by the first call.
  re2js: `
    const library = () => require('re2js');
    export const RE2JS = { compile: (...given) => library().RE2JS.compile(...given) };
    export const RE2JSSyntaxException = {
      [Symbol.hasInstance]: (error) => error instanceof library().RE2JSSyntaxException,
    };`,
  // For what looks like an Ethereum address: 2 ms.
  '@noble/hashes/sha3.js': `
    export const keccak_256 = (bytes) => require('@noble/hashes/sha3.js').keccak_256(bytes);`,
  // Calls and answers that come encoded are rare: 3 ms.
  'node:zlib': `
    const zlib = () => process.getBuiltinModule('node:zlib');
    export const createBrotliDecompress = () => zlib().createBrotliDecompress();
    export const createGunzip = () => zlib().createGunzip();
    export const createInflate = () => zlib().createInflate();
    export const createInflateRaw = () => zlib().createInflateRaw();
    export const createZstdDecompress = (options) => zlib().createZstdDecompress(options);
    export const constants = { get ZSTD_d_windowLogMax() { return zlib().constants.ZSTD_d_windowLogMax; } };
    export const gzip = (bytes, done) => zlib().gzip(bytes, done);`,
};

/**
 * Importing one of Node's modules as an ES module reads every export, and many load more when they are read: node:http its
 * `WebSocket` and with it Node's own copy of undici (25 ms, 17 MB), node:process the standard streams (8 ms, 5 MB),
 * node:util its argument parser (3 ms, 3 MB), node:net and node:crypto a millisecond each. Taken as a built-in module it
 * does not, and of these exports the bundle keeps only those that are used.
 */
const eager = /^node:(http|process|util|net|crypto)$/;

function builtInModule(name: string): string {
  const names = Object.keys(process.getBuiltinModule(name) ?? {});
  const read = names
    .filter((each) => /^[a-z_]\w*$/i.test(each) && !['default', 'module_', 'read'].includes(each))
    .map((each) => `export const ${each} = /* @__PURE__ */ read('${each}');`);
  return `
    const module_ = process.getBuiltinModule('${name}');
    const read = (name) => module_[name];
    export default module_;
    ${read.join('\n')}`;
}

/** The same on every machine, and no path of a package: nothing of a package is in it. */
function fileName(importer: string): string {
  return relative(root, importer).replaceAll('node_modules/', '');
}

const replaced = /^(undici|re2js|@noble\/hashes\/sha3\.js|node:zlib)$/;

/** Leaves out of the bundle what the gateway never uses of its libraries. */
export const slim: Plugin = {
  name: 'slim',
  setup(build) {
    // What is imported dynamically is late by itself, and no name of it would be checked here.
    // One for each file that imports it: shared, it would be one more chunk for every start to open.
    build.onResolve({ filter: eager }, ({ path, kind, importer }) =>
      kind !== 'import-statement'
        ? undefined
        : { path: `${path} of ${fileName(importer)}`, namespace: builtIn, pluginData: path },
    );
    build.onLoad({ filter: /.*/, namespace: builtIn }, ({ pluginData }: { pluginData: string }) => ({
      contents: builtInModule(pluginData),
    }));
    build.onResolve({ filter: replaced }, ({ path, kind, resolveDir }) =>
      kind !== 'import-statement' ? undefined : { path, namespace: slimmed, pluginData: resolveDir },
    );
    build.onLoad(
      { filter: /.*/, namespace: slimmed },
      ({ path, pluginData }: { path: string; pluginData: string }) => ({
        contents: replacements[path] ?? '',
        resolveDir: pluginData,
      }),
    );
    // HTTP/1.1 to providers (allowH2: false): its HTTP/2 client would load node:http2, 10 MB.
    build.onLoad({ filter: /[/\\]undici[/\\]lib[/\\]dispatcher[/\\]client-h2\.js$/ }, () => ({
      contents: `module.exports = function connectH2() { throw new Error('HTTP/2 is not in this build') }`,
    }));
    // The fallback for machines without WebAssembly SIMD, which no supported Node has.
    build.onLoad({ filter: /[/\\]undici[/\\]lib[/\\]llhttp[/\\]llhttp-wasm\.js$/ }, () => ({
      contents: `throw new Error('WebAssembly SIMD is required')`,
    }));
    // Messages in fifty languages.
    build.onLoad({ filter: /[/\\]zod[/\\]v4[/\\]locales[/\\]index\.js$/ }, () => ({
      contents: `export { default as en } from './en.js';`,
    }));
  },
};
