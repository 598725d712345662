import { type ChainedPolicy, placeOf } from './chained-policy.ts';
import type { Evidence } from './evidence.ts';
import type { PlacedText } from './policy.ts';

/** Whether some policy has something to tell the model with every call. */
export function tellsModel(chain: readonly ChainedPolicy[]): boolean {
  return chain.some(({ policy, judgesCalls }) => judgesCalls && policy.systemMessage !== undefined);
}

/** Where the message of a policy is before it is in the call: nowhere in what the client sent. */
export const roomForSystemMessage: PlacedText = {
  role: 'system',
  form: 'plain',
  text: '',
  path: () => 'system_message',
  isRoom: true,
};

/** The texts with the system message of a policy, where it has one and there is room; else the very same array. */
export function withSystemMessage(
  link: ChainedPolicy,
  texts: readonly PlacedText[],
  evidence: Evidence,
): readonly PlacedText[] {
  const { systemMessage } = link.policy;
  if (systemMessage === undefined) return texts;
  const room = texts.find(({ isRoom }) => isRoom === true);
  if (room === undefined) return texts;
  evidence.find(placeOf(link, 'request', room.path), 'rewrite', {
    rule: 'system_message',
    start: 0,
    end: 0,
    sample: systemMessage,
  });
  if (link.isShadow) return texts;
  const text = room.text === '' ? systemMessage : `${systemMessage}\n\n${room.text}`;
  return texts.map((one) => (one === room ? { ...room, text } : one));
}
