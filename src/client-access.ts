import { parseTokens, type TokenList } from './config/client-tokens.ts';
import { readSource, type SourceReading } from './config/source.ts';
import { SourceWatch } from './config/watch.ts';
import type { GatewayOptions, ReloadPace } from './gateway-options.ts';
import { GatewayStartError } from './gateway-start-error.ts';
import type { Telemetry } from './telemetry/telemetry.ts';

/** The tokens that clients must show; undefined where none are asked for. Throws GatewayStartError. */
export async function startClientTokens(
  { clientTokenFile: path }: GatewayOptions,
  { log }: Telemetry,
): Promise<ClientTokenKeeper | undefined> {
  if (path === undefined) return undefined;
  const keeper = new ClientTokenKeeper(path, log);
  const reason = await keeper.start();
  if (reason === undefined) return keeper;
  const message = `--client-token-file: ${reason}`;
  throw new GatewayStartError(`${message}; without a token nobody could call`, path, []);
}

/** The tokens of `--client-token-file`, followed as the configuration is. What cannot be used changes nothing. */
export class ClientTokenKeeper {
  /** Whether the file as it is now could not be used. */
  isStale = false;
  readonly #path: string;
  readonly #log: Telemetry['log'];
  #digest: string | undefined;
  #tokens: TokenList | undefined;
  #watch: SourceWatch | undefined;

  constructor(path: string, log: Telemetry['log']) {
    this.#path = path;
    this.#log = log;
  }

  has(token: string): boolean {
    return this.#tokens?.has(token) === true;
  }

  /** Reads the file for the first time. Resolves with why nobody could be let in, if so. */
  async start(): Promise<string | undefined> {
    return this.#take(await readSource({ path: this.#path }));
  }

  follow(pace: ReloadPace = {}): void {
    const file = this.#path;
    this.#watch = new SourceWatch({
      ...pace,
      path: file,
      onRead: (reading) => this.#retake(reading),
      onDegraded: (isDegraded, cause) => {
        const message = 'cannot watch files; changes are found by polling';
        if (isDegraded) this.#log.warn('client-tokens', message, { file }, cause);
      },
    });
  }

  async close(): Promise<void> {
    await this.#watch?.close();
  }

  #retake(reading: SourceReading): void {
    const isKnown = reading.kind === 'read' && reading.digest === this.#digest;
    if (isKnown && !this.isStale) return; // the first look finds what start has read
    const reason = this.#take(reading);
    const tokens = this.#tokens?.size ?? 0;
    if (reason === undefined) this.#log.info('client-tokens', 'the client tokens have changed', { tokens });
    else {
      const message = 'the client tokens cannot be used; the last good ones stay valid';
      this.#log.warn('client-tokens', message, { file: this.#path, reason });
    }
  }

  #take(reading: SourceReading): string | undefined {
    this.isStale = true;
    if (reading.kind !== 'read') return reading.reason;
    const parsed = parseTokens(reading.bytes);
    if (!parsed.ok) return `${this.#path}: ${parsed.reason}`;
    const data = { file: this.#path, lines: parsed.shortLines.map(String) };
    if (data.lines.length > 0)
      this.#log.warn('client-tokens', 'client tokens of less than 16 characters can be guessed', data);
    this.isStale = false;
    this.#digest = reading.digest;
    this.#tokens = parsed.tokens;
    return undefined;
  }
}
