import { type PolicyKind, type StreamingMode, streamingModes } from '../policy/policy.ts';
import type { WrittenCommon } from '../policy/common-settings.ts';
import type { Problem } from './problem.ts';

/** The streaming mode that applies to a policy. A mode that the policy cannot keep is refused: it would be one in name only. */
export function resolveStreaming(
  kind: PolicyKind,
  settings: unknown,
  { streaming_mode: asked, applies_to: { directions } }: WrittenCommon,
): { readonly mode: StreamingMode; readonly problems: readonly Problem[] } {
  const possible = kind.streaming?.(settings) ?? streamingModes;
  const path = ['policy', kind.kind, 'streaming_mode'];
  if (possible.length === 0 || !directions.includes('answer')) {
    const message = 'no effect: this policy does not look at answers';
    const problem = { code: 'W108', path, message } as const;
    return { mode: 'realtime', problems: asked === 'buffered' ? [problem] : [] };
  }
  const preset = streamingModes.find((mode) => possible.includes(mode)) ?? 'realtime';
  if (asked === undefined || possible.includes(asked)) return { mode: asked ?? preset, problems: [] };
  const how = preset === 'buffered' ? 'as a whole' : 'as they arrive';
  const message = `"${asked}" is not possible: with these settings the kind "${kind.kind}" judges streamed answers ${how}`;
  const suggestion = `use streaming_mode: ${preset}, or remove the key`;
  return { mode: preset, problems: [{ code: 'E018', path, message, suggestion }] };
}
