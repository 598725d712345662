/** What is known of a provider. All of these speak the OpenAI API. */
export interface Provider {
  readonly id: string;
  /** Undefined: the target must say `base_url`. */
  readonly baseUrl?: string;
  /** The environment variable that holds the key where the target names no secret. Undefined: no key is needed. */
  readonly keyVariable?: string;
  /** False where usage comes at the end of a stream unasked, or asking for it is refused. Default true. */
  readonly usageInStream?: false;
}

const together = { baseUrl: 'https://api.together.xyz/v1', keyVariable: 'TOGETHER_API_KEY' };

/** Every provider id. A new provider is one line here. */
export const providers: readonly Provider[] = [
  { id: 'together', ...together },
  { id: 'together-ai', ...together },
  { id: 'openai', baseUrl: 'https://api.openai.com/v1', keyVariable: 'OPENAI_API_KEY' },
  { id: 'groq', baseUrl: 'https://api.groq.com/openai/v1', keyVariable: 'GROQ_API_KEY' },
  { id: 'fireworks', baseUrl: 'https://api.fireworks.ai/inference/v1', keyVariable: 'FIREWORKS_API_KEY' },
  {
    id: 'mistral',
    baseUrl: 'https://api.mistral.ai/v1',
    keyVariable: 'MISTRAL_API_KEY',
    usageInStream: false,
  },
  { id: 'deepseek', baseUrl: 'https://api.deepseek.com/v1', keyVariable: 'DEEPSEEK_API_KEY' },
  { id: 'openrouter', baseUrl: 'https://openrouter.ai/api/v1', keyVariable: 'OPENROUTER_API_KEY' },
  {
    id: 'perplexity',
    baseUrl: 'https://api.perplexity.ai',
    keyVariable: 'PERPLEXITY_API_KEY',
    usageInStream: false,
  },
  { id: 'xai', baseUrl: 'https://api.x.ai/v1', keyVariable: 'XAI_API_KEY' },
  { id: 'ollama', baseUrl: 'http://localhost:11434/v1' },
  { id: 'aimlapi' },
  { id: 'alibaba' },
  { id: 'cloudera' },
  { id: 'cloudflare-gateway' },
  { id: 'litellm' },
  { id: 'llamaApi' },
  { id: 'localai' },
  { id: 'openai-compatible' },
  { id: 'truefoundry' },
  { id: 'vllm' },
];

/** The provider id of the built-in simulator. Its address is known only at run time. */
export const simulatorId = 'simulator';

/** Providers of the public vocabulary whose API is not spoken here yet. */
export const providersNotYetSupported: readonly string[] = [
  'anthropic',
  'azure',
  'azure-openai',
  'bedrock',
  'cloudflare-workers-ai',
  'cohere',
  'github',
  'google',
  'google-ai-studio',
  'mcp',
  'snowflake',
  'vertex',
];

export function findProvider(id: string): Provider | undefined {
  return providers.find((provider) => provider.id === id);
}

export const providerIds: readonly string[] = [...providers.map(({ id }) => id), simulatorId];
