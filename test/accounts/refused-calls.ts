import { chat } from '../support/raw-client.ts';
import { type About, attack, type Draw, gone, plan } from './draw.ts';

export const inputDenied: Draw = (random, id) => {
  const isStream = random.next() < 0.3;
  const body = chat(attack, { stream: isStream });
  const expected = { status: 409, verdict: 'deny', code: 'input_blocked', target: 'none', stream: isStream };
  return plan(id, { body, expected });
};

export function refused(about: About, code: string, status: number): Draw {
  return (_random, id) =>
    plan(id, { ...about, expected: { status, code, verdict: 'fault', target: 'none', ...about.expected } });
}

export const leavesEarly: Draw = (random, id) => {
  const isStream = random.next() < 0.5;
  const acts = { a: { kind: 'broken', how: 'silence', outcome: 'void' } } as const;
  const body = chat('Take your time.', { stream: isStream });
  return plan(id, {
    body,
    acts,
    leaving: 'before the answer',
    expected: { ...gone, target: 'none', stream: isStream },
  });
};

export const leavesSending: Draw = (_random, id) =>
  plan(id, { leaving: 'while sending', expected: { ...gone, target: 'none', requestBytes: 0 } });
