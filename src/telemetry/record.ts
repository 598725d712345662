import type { FinishedExchange } from './finished-exchange.ts';
import type { Logger } from './log.ts';
import type { Metrics } from './metrics.ts';

/** Called once for each exchange, when it is over. The audit record is not here: it precedes the last byte. */
export type RecordExchange = (exchange: FinishedExchange) => void;

export function createRecord(metrics: Metrics, logger: Logger): RecordExchange {
  return (exchange) => {
    metrics.record(exchange);
    logger.exchange(exchange);
  };
}
