/** The gateway as it is measured: which policies its chain holds. */
export type GatewayVariant = 'ours-logged' | 'ours-mail' | 'ours-pii' | 'ours-chain' | 'ours-traced';

const fourPolicies = `policies: {chain: [prompt-injection, pii-detector, safety-filter, audit-logger]}
policy:
  prompt-injection: {threshold: 0.8, action: block}
  pii-detector: {action: redact}
  safety-filter: {mode: strict, action: block}
  audit-logger: {retention_days: 365}
`;

const chains: Readonly<Record<GatewayVariant, string>> = {
  'ours-logged': `policies: {chain: [audit-logger]}
policy:
  audit-logger: {}
`,
  'ours-mail': `policies: {chain: [pii-detector]}
policy:
  pii-detector: {action: redact, entities: [EMAIL]}
`,
  'ours-pii': `policies: {chain: [pii-detector]}
policy:
  pii-detector: {action: redact}
`,
  'ours-chain': fourPolicies,
  'ours-traced': fourPolicies, // the difference is in its environment
};

/** The four kinds with nothing cut short: what would deny only takes note, so that every policy sees every text. */
export const unstoppedChain = `policies: {chain: [prompt-injection, pii-detector, safety-filter, audit-logger]}
policy:
  prompt-injection: {enforcement: shadow}
  pii-detector: {action: redact}
  safety-filter: {mode: strict, enforcement: shadow}
  audit-logger: {}
`;

export function gatewayConfig(chain: string, origin: string): string {
  return `pack: {name: bench, version: 1.0.0}
${chain}providers:
  targets:
    - id: upstream
      provider: openai-compatible
      model: bench-model
      base_url: ${origin}
`;
}

export function chainOf(variant: GatewayVariant): string {
  return chains[variant];
}
