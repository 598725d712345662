import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { until } from '../support/gateway.ts';
import { freePort } from '../support/free-port.ts';

// Loading spaCy and a model takes its time.
const patienceMs = 90_000;

export interface Presidio {
  readonly url: string;
  stop(): void;
}

/** The analyzer at PRESIDIO_URL, or one that PRESIDIO_PYTHON runs with PRESIDIO_MODEL. */
export async function startPresidio(): Promise<Presidio> {
  const { PRESIDIO_URL: url, PRESIDIO_PYTHON: python, PRESIDIO_MODEL: model } = process.env;
  if (url !== undefined) return { url, stop: () => undefined };
  if (python === undefined || model === undefined)
    throw new Error('set PRESIDIO_URL, or PRESIDIO_PYTHON and PRESIDIO_MODEL: see CONTRIBUTING.md');
  const port = await freePort();
  const args = [join(import.meta.dirname, 'serve.py'), String(port), model];
  const child = spawn(python, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = (): never => {
    throw new Error(`the analyzer ended: ${said.slice(-2000)}`);
  };
  await until(
    'the analyzer',
    () => (child.exitCode !== null ? ended() : said.includes('Running on') || undefined),
    patienceMs,
  );
  return { url: `http://127.0.0.1:${port}`, stop: () => void child.kill('SIGKILL') };
}
