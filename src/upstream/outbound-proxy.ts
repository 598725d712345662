/** Variables that send the HTTP calls of other programs through a proxy. Ours go their own way. */
const variables = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'];

/** Those of them that are set. Their values may hold a password and are told nowhere. */
export function proxyVariables(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  return variables.filter((name) => (env[name] ?? '') !== '');
}

/** What to know where one is set; undefined where none is. */
export function unusedProxy(set: readonly string[]): string | undefined {
  if (set.length === 0) return undefined;
  return `${set.join(', ')} set, and the gateway uses no outbound proxy: it connects to providers itself`;
}

export const unusedProxyFix =
  'let it connect to its providers (firewall, egress rules), or name a relay that may as their base_url';
