import type { TargetKind } from '../config/config.ts';

/**
 * The semantic conventions that spans follow, as released with version 1.41.0: the last that holds the `gen_ai` names
 * beside those of HTTP. They have since moved to a repository of their own, which has no release yet; the names are the
 * same. Every `gen_ai` name there is in this project stands in this file.
 */
export const schemaUrl = 'https://opentelemetry.io/schemas/1.41.0';

export const genAi = {
  operation: 'gen_ai.operation.name',
  provider: 'gen_ai.provider.name',
  requestModel: 'gen_ai.request.model',
  requestStream: 'gen_ai.request.stream',
  maxTokens: 'gen_ai.request.max_tokens',
  temperature: 'gen_ai.request.temperature',
  topP: 'gen_ai.request.top_p',
  topK: 'gen_ai.request.top_k',
  frequencyPenalty: 'gen_ai.request.frequency_penalty',
  presencePenalty: 'gen_ai.request.presence_penalty',
  seed: 'gen_ai.request.seed',
  choices: 'gen_ai.request.choice.count',
  encodingFormats: 'gen_ai.request.encoding_formats',
  dimensions: 'gen_ai.embeddings.dimension.count',
  responseId: 'gen_ai.response.id',
  responseModel: 'gen_ai.response.model',
  finishReasons: 'gen_ai.response.finish_reasons',
  timeToFirstChunk: 'gen_ai.response.time_to_first_chunk',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
} as const;

/** What a target of each kind does, by its name in the conventions. */
export const operations: Readonly<Record<TargetKind, string>> = {
  chat: 'chat',
  completion: 'text_completion',
  embedding: 'embeddings',
};

// Ours on the left; where a provider has no name in the conventions, its id stands for itself.
const providerNames: Readonly<Record<string, string>> = {
  azure: 'azure.ai.openai',
  'azure-openai': 'azure.ai.openai',
  bedrock: 'aws.bedrock',
  gemini: 'gcp.gemini',
  google: 'gcp.gemini',
  mistral: 'mistral_ai',
  vertex: 'gcp.vertex_ai',
  xai: 'x_ai',
};

export function providerName(provider: string): string {
  return providerNames[provider] ?? provider;
}
