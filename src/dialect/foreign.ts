import type { JsonNode } from '../json/scan.ts';
import type { EventReading } from './dialect.ts';
import { spelling } from './logprobs.ts';
import { readTexts } from './texts.ts';

/** Reads an event whose data is JSON but no object, which no API sends: every string in it is whole by itself. */
export function readForeignEvent(text: string, root: JsonNode): EventReading {
  const found = readTexts(text, root, { direction: 'answer', judgeUnknown: true });
  return {
    texts: found.sites.map((site) => ({ site, channel: undefined })),
    completes: [],
    isFinish: false,
    isTerminal: false,
    isError: false,
    isUsageOnly: false,
    usage: undefined,
    uninspected: found.uninspected,
    ...spelling(
      text,
      found.logprobs,
      found.sites.map((site) => site.text),
    ),
  };
}
