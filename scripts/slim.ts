import type { Plugin } from 'esbuild';

const slimmed = 'slim';

/** What the bundle gets in place of a module, by the module's own name; each measured in start-up time and memory. */
const replacements: Readonly<Record<string, string>> = {
  // We use undici's Pool; its fetch, WebSocket, cache and mocks are three quarters of it.
  undici: `
    export { default as buildConnector } from 'undici/lib/core/connect.js';
    export { default as Pool } from 'undici/lib/dispatcher/pool.js';`,
  // Importing node:http as an ES module reads every export, `WebSocket` among them, and so loads Node's own copy of
  // undici: 17 MB and 25 ms. Taken as a built-in module it does not.
  'node:http': `
    const http = process.getBuiltinModule('node:http');
    export default http;
    export const { createServer, request, STATUS_CODES } = http;`,
};

/** Leaves out of the bundle what the gateway never uses of its libraries. */
export const slim: Plugin = {
  name: 'slim',
  setup(build) {
    build.onResolve({ filter: /^(undici|node:http)$/ }, ({ path, kind, resolveDir }) =>
      kind === 'require-call' ? undefined : { path, namespace: slimmed, pluginData: resolveDir },
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
