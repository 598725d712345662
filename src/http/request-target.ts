/**
 * The path of a request target as routes are written: without its query, doubled slashes as one, none at the end. Dots and
 * escapes stay as they are and lead nowhere: whoever reads them otherwise than we do would serve another route.
 */
export function requestPath(url: string): string {
  const query = url.indexOf('?');
  const path = query === -1 ? url : url.slice(0, query);
  if (!path.includes('//') && !(path.endsWith('/') && path.length > 1)) return path;
  return withoutSpareSlashes(path);
}

/** `a//b/` as `a/b`. */
export function withoutSpareSlashes(path: string): string {
  const single = path.replaceAll(/\/{2,}/g, '/');
  return single.endsWith('/') && single.length > 1 ? single.slice(0, -1) : single;
}
