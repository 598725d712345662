import { ClientTokenKeeper } from './config/client-token-keeper.ts';
import type { GatewayOptions } from './gateway-options.ts';
import { GatewayStartError } from './gateway-start-error.ts';
import type { Telemetry } from './telemetry/telemetry.ts';

/** The tokens that clients must show; undefined where none are asked for. Throws GatewayStartError. */
export async function startClientTokens(
  { clientTokenFile: path }: GatewayOptions,
  { log }: Telemetry,
): Promise<ClientTokenKeeper | undefined> {
  if (path === undefined) return undefined;
  const keeper = new ClientTokenKeeper(path, {
    taken: (tokens) => log.info('client-tokens', 'the client tokens have changed', { tokens }),
    kept: (reason) =>
      log.warn('client-tokens', 'the client tokens cannot be used; the last good ones stay valid', {
        file: path,
        reason,
      }),
    short: (lines) => {
      const data = { file: path, lines: lines.map(String) };
      log.warn('client-tokens', 'client tokens of less than 16 characters can be guessed', data);
    },
    watch: (isDegraded, cause) => {
      if (isDegraded)
        log.warn('client-tokens', 'cannot watch files; changes are found by polling', { file: path }, cause);
    },
  });
  const reason = await keeper.start();
  if (reason === undefined) return keeper;
  const message = `--client-token-file: ${reason}`;
  throw new GatewayStartError(`${message}; without a token nobody could call`, path, []);
}
