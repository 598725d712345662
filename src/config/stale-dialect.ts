import { isMapping } from './path.ts';
import type { Problem } from './problem.ts';

const instead =
  'write pack: {name, version}, policies: {chain: […]}, policy: {<kind>: …} and providers: {targets: […]}';

/** Documents of another shape get one sentence, not a screenful of unknown keys. */
export function staleDialect(value: unknown): Problem | undefined {
  if (!isMapping(value)) return undefined;
  if (isGatewayDialect(value)) return refuse('gateway', `this is the older "gateway" shape; ${instead}`);
  const blamed = value['version'] === undefined ? 'policies' : 'version';
  if (isVersionDialect(value)) return refuse(blamed, `this is the older "version" shape; ${instead}`);
  if (isSinglePolicy(value))
    return refuse('policy', `a document of one policy is not supported yet; ${instead}`);
  return undefined;
}

type Mapping = Readonly<Record<string, unknown>>;

function isGatewayDialect(value: Mapping): boolean {
  return isMapping(value['gateway']) && !isMapping(value['pack']);
}

function isVersionDialect(value: Mapping): boolean {
  const { policies, pack, version } = value;
  const isVersioned = pack === undefined && (typeof version === 'string' || typeof version === 'number');
  const isListOfMappings = Array.isArray(policies) && policies.length > 0 && policies.every(isMapping);
  return isListOfMappings || (isVersioned && !isMapping(policies));
}

function isSinglePolicy(value: Mapping): boolean {
  const { policy, pack, policies } = value;
  return (
    isMapping(policy) && typeof policy['name'] === 'string' && pack === undefined && policies === undefined
  );
}

function refuse(key: string, message: string): Problem {
  return { code: 'E011', path: [key], message, atKey: true };
}
