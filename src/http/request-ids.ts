import { randomBytes } from 'node:crypto';

/** Makes ids that no other process makes: random once, then counted. */
export function requestIds(): () => string {
  const prefix = randomBytes(6).toString('hex');
  let sequence = 0;
  return () => {
    sequence += 1;
    return `req-${prefix}-${sequence.toString(36)}`;
  };
}
