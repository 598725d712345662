import { GatewayError } from '../errors.ts';
import type { JsonNode } from '../json/scan.ts';
import type { ParsedEvent } from './dialect.ts';
import { spelling } from './logprobs.ts';
import { readTexts } from './texts.ts';

/**
 * Reads an event whose data is JSON but no object, which no API sends. Strings are pieces of one text; what else a client
 * might make of it nobody knows. Throws GatewayError `upstream_invalid`.
 */
export function readForeignEvent(text: string, root: JsonNode): ParsedEvent {
  const found = readTexts(text, root, { direction: 'answer', judgeUnknown: true });
  if (root.kind === 'array' && found.sites.length > 0)
    throw new GatewayError('upstream_invalid', 'the provider sent a list as an event');
  return {
    texts: found.sites.map((site) => ({ site, channel: 'data' })),
    completes: [],
    isFinish: false,
    isTerminal: false,
    isError: false,
    isUsageOnly: false,
    usage: undefined,
    uninspected: found.uninspected,
    ...spelling(text, found),
  };
}
