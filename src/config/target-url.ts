import type { TargetSpec, TargetUrl } from './config.ts';

/** The marker that stands for the simulator's address until it is known. */
export const simulatorUrl = 'simulator:';

type ParsedUrl =
  | { readonly ok: true; readonly url: TargetUrl }
  | { readonly ok: false; readonly message: string };

/**
 * A base URL as written: with a path it is taken as it stands, without one it gets the provider's (`/v1` for most), so
 * that `/v1` is never doubled nor missing.
 */
export function parseBaseUrl(written: string, providerUrl: string | undefined): ParsedUrl {
  const url = URL.parse(written);
  if (url === null || written.trim() !== written)
    return refuse('expected an absolute URL, such as https://example.com/v1');
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return refuse('expected an http:// or https:// URL');
  if (url.username !== '' || url.password !== '') {
    return refuse('expected a URL without user and password: the key belongs in secret_key_ref');
  }
  if (url.search !== '' || url.hash !== '' || /[?#]/.test(written))
    return refuse('expected a URL without ? or #');
  const endpoint = /\/(?:chat\/completions|completions|embeddings|responses)$/.exec(
    withoutSlashes(url.pathname),
  );
  if (endpoint !== null) return refuse(`expected the base of the API, without ${endpoint[0]}`);
  return { ok: true, url: joined(url.origin, url.pathname, providerUrl) };
}

/** A simulated target once the simulator listens at `baseUrl` (which includes the path, such as `/v1`). */
export function at(spec: TargetSpec, baseUrl: string): TargetSpec {
  const { origin, pathname } = new URL(baseUrl);
  return Object.freeze({ ...spec, ...joined(origin, pathname, undefined) });
}

function joined(origin: string, pathname: string, providerUrl: string | undefined): TargetUrl {
  const written = withoutSlashes(pathname);
  const basePath = written === '' ? defaultPath(providerUrl) : written;
  return { baseUrl: origin + basePath, origin, basePath };
}

function defaultPath(providerUrl: string | undefined): string {
  return providerUrl === undefined ? '/v1' : withoutSlashes(new URL(providerUrl).pathname);
}

/** Not a regular expression: `/+$` is quadratic in a path of slashes. */
function withoutSlashes(path: string): string {
  let end = path.length;
  while (end > 0 && path[end - 1] === '/') end -= 1;
  return path.slice(0, end);
}

function refuse(message: string): ParsedUrl {
  return { ok: false, message };
}
