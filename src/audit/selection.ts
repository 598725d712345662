import type { FinishedExchange } from '../record/finished-exchange.ts';

/** Whether an exchange is recorded where not all are: a policy acted or found something, or the exchange failed. */
export function isNotable({ verdict, status, decisions, evaluations }: FinishedExchange): boolean {
  return (
    verdict !== 'allow' ||
    status >= 400 ||
    decisions.length > 0 ||
    evaluations.some(({ result }) => result !== 'allow')
  );
}
