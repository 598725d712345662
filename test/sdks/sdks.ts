/** One client library under test. */
export interface Sdk {
  readonly id: string;
  readonly title: string;
  /** Which environment it is installed in. */
  readonly environment: EnvironmentName;
  /** Its tests and its example, named alike. */
  readonly file: string;
  /** What an app installs; the first one gives the version. */
  readonly packages: readonly string[];
}

export type EnvironmentName = 'node' | 'python-clients' | 'python-frameworks';

export const sdks: readonly Sdk[] = [
  { id: 'openai-node', title: 'OpenAI, Node', environment: 'node', file: 'openai', packages: ['openai'] },
  {
    id: 'anthropic-node',
    title: 'Anthropic, Node',
    environment: 'node',
    file: 'anthropic',
    packages: ['@anthropic-ai/sdk'],
  },
  {
    id: 'langchain-node',
    title: 'LangChain, Node',
    environment: 'node',
    file: 'langchain',
    packages: ['@langchain/openai', '@langchain/core'],
  },
  {
    id: 'llamaindex-node',
    title: 'LlamaIndex, Node',
    environment: 'node',
    file: 'llamaindex',
    packages: ['llamaindex', '@llamaindex/openai'],
  },
  {
    id: 'vercel-node',
    title: 'Vercel AI SDK',
    environment: 'node',
    file: 'vercel',
    packages: ['ai', '@ai-sdk/openai-compatible', '@ai-sdk/openai'],
  },
  {
    id: 'openai-python',
    title: 'OpenAI, Python',
    environment: 'python-clients',
    file: 'openai',
    packages: ['openai'],
  },
  {
    id: 'openai-python-2',
    title: 'OpenAI 2, Python',
    environment: 'python-frameworks',
    file: 'openai',
    packages: ['openai'],
  },
  {
    id: 'anthropic-python',
    title: 'Anthropic, Python',
    environment: 'python-clients',
    file: 'anthropic',
    packages: ['anthropic'],
  },
  {
    id: 'langchain-python',
    title: 'LangChain, Python',
    environment: 'python-frameworks',
    file: 'langchain',
    packages: ['langchain-openai'],
  },
  {
    id: 'llamaindex-python',
    title: 'LlamaIndex, Python',
    environment: 'python-frameworks',
    file: 'llamaindex',
    packages: ['llama-index-llms-openai-like', 'llama-index-embeddings-openai-like'],
  },
];
