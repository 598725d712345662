const strategies = [
  'latency',
  'lowest_latency',
  'weighted',
  'weighted_round_robin',
  'round_robin',
  'round-robin',
  'highest_throughput',
  'cost',
  'lowest_cost',
  'random',
];

/**
 * What the public vocabulary names and this gateway does not do yet: keys of a mapping, values of a setting. They are
 * refused, never accepted and ignored: a setting that silently does nothing is worse than one that is missing. Paths are
 * patterns: `[]` is any list entry.
 */
const notYet: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>(
  Object.entries({
    '': [
      'ab_test',
      'agent_routing',
      'agents',
      'auto_routing',
      'cache',
      'caching',
      'content_moderation',
      'global_rate_limit',
      'health_monitor',
      'history',
      'includes',
      'ip_allowlist',
      'ip_rate_limit',
      'learning',
      'loads',
      'memory',
      'mirroring',
      'model_groups',
      'model_listing',
      'provider_fallback',
      'provider_routing',
      'rate_limits',
      'review',
      'routes',
      'size_limits',
      'spend',
      'testing',
      'token_rate_limit',
      'user_rate_limit',
      'workflow_cache',
    ],
    cors: ['allow_credentials', 'allow_headers', 'allow_methods', 'credentials', 'expose_headers', 'max_age'],
    providers: [
      'ab_test',
      'circuit_breaker',
      'context_compression',
      'fallback',
      'logging',
      'mirroring',
      'model_groups',
      'passthrough',
      'retry',
      'shared_limits',
    ],
    'providers.strategy': strategies,
    'providers.routing.strategy': strategies,
    'providers.routing': ['min_sample_count', 'window_seconds'],
    'providers.targets[]': [
      'azure_api_version',
      'azure_deployment',
      'circuit_breaker',
      'cloudflare_account_id_env',
      'data_collection',
      'data_policy',
      'escalation_routing',
      'health_probe',
      'path_template',
      'provider_type',
      'retry',
      'snowflake_account_identifier_env',
      'zdr',
    ],
    'providers.targets[].format': ['anthropic'],
  }),
);

/** Better than "not supported yet" where there is another way today. */
const instead: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'cors.max_age': 'use max_age_seconds',
    'cors.allow_methods': 'what is served may be called; remove this key',
    'cors.allow_headers': 'every header may be sent; remove this key',
    'cors.expose_headers': 'every header of an answer may be read; remove this key',
    size_limits: 'use limits: {body_bytes: …, answer_bytes: …}',
    'providers.fallback': 'targets are asked in the order they are listed; remove this block',
  }),
);

/** Whether this key in a mapping, or this value of a setting, is one of those. */
export function isNotYet(pattern: string, word: string): boolean {
  return notYet.get(pattern)?.includes(word) === true;
}

export function insteadOf(path: string): string | undefined {
  return instead.get(path);
}
