import assert from 'node:assert/strict';
import * as z from 'zod';
import type { ChainedPolicy } from '../../src/policy/chained-policy.ts';
import type { StreamEnforcer } from '../../src/sse/enforce.ts';
import { Utf8Pieces } from '../../src/sse/parse.ts';
import { endOf, spelledField, type StreamedField, streamedFields } from '../support/streamed-fields.ts';
import { enforcerOf } from '../support/streams.ts';
import { sse } from '../support/upstream.ts';
import { chains, opened } from './chains.ts';
import type { Random } from './random.ts';
import type { Counts } from './counts.ts';
import { enforceField } from '../support/driven.ts';

const fields = [...streamedFields, spelledField];

/** A stream that is denied shows the beginning of its texts, as the proof of texts has it. */
const streamedChains: readonly (readonly ChainedPolicy[])[] = Object.values({
  ...chains,
  blocking: chains.redacting,
});

/** One field of a stream with its text and its pieces. */
interface Spoken {
  readonly field: StreamedField;
  readonly at: number;
  readonly text: string;
  readonly pieces: readonly string[];
  /** The text after enforcement of the whole. */
  readonly expected: string;
}

/** A streamed answer of one API, its fields interleaved, and what must be left of each. */
export interface ProofStream {
  readonly family: StreamedField['family'];
  readonly stream: string;
  readonly spoken: readonly Spoken[];
}

/** What a chain leaves of a text that comes whole. */
function expectedOf(chain: readonly ChainedPolicy[], text: string, isJson: boolean): string {
  return (
    enforceField(opened(chain), 'assistant', 'text', text, isJson ? 'json' : 'plain') ?? assert.fail('denied')
  );
}

export function proofStream(random: Random, chain: readonly ChainedPolicy[]): ProofStream {
  const { family } = random.oneOf(fields);
  const kinds = fields.filter((one) => one.family === family);
  const spoken: Spoken[] = [];
  for (let count = 1 + random.below(4); count > 0; count -= 1) {
    const field = random.oneOf(kinds);
    // Items of a response are numbered each by itself; a choice of a chat may have any fields.
    const at = family === 'responses' ? spoken.length : random.below(2);
    const slot = field.joined ?? field.name;
    if (!spoken.some((one) => (one.field.joined ?? one.field.name) === slot && one.at === at))
      spoken.push(speak(random, { field, at, chain }));
  }
  return { family, stream: written(random, family, spoken), spoken };
}

interface Speaking {
  readonly field: StreamedField;
  readonly at: number;
  readonly chain: readonly ChainedPolicy[];
}

function speak(random: Random, { field, at, chain }: Speaking): Spoken {
  const words = random.text(6);
  const isJson = field.isJson === true;
  const text = isJson && random.below(3) > 0 ? JSON.stringify({ to: words, n: 1 }) : words;
  return { field, at, text, pieces: random.cut(text), expected: expectedOf(chain, text, isJson) };
}

function written(random: Random, family: StreamedField['family'], spoken: readonly Spoken[]): string {
  const events: object[] = [];
  const left = spoken.map((one) => ({ one, pieces: [...one.pieces] }));
  for (let open = left; open.length > 0; open = left.filter(({ pieces }) => pieces.length > 0)) {
    const { one, pieces } = random.oneOf(open);
    const piece = pieces.shift();
    if (piece !== undefined) events.push(one.field.piece(piece, one.at));
  }
  const repeats = spoken.map(({ field, at, text }) => field.repeats?.(text, at) ?? []);
  const items = spoken.map(({ at }, index) => ({ at, ...itemOf(repeats[index] ?? []) }));
  const stream = sse(...events, ...repeats.flat(), ...endOf(family, items));
  const lineEnd = random.oneOf(['\n', '\n', '\r\n', '\r']);
  return stream.replaceAll('\n', lineEnd);
}

function itemOf(events: readonly object[]): { item?: object } {
  const last = events.at(-1);
  return last !== undefined && 'item' in last && typeof last.item === 'object' && last.item !== null
    ? { item: last.item }
    : {};
}

/** What a client has put together of each field, and of each repetition. */
export class ClientView {
  readonly #stream: ProofStream;
  readonly #seen: string[];
  #rest = '';
  /** Data of the events that carry no piece. */
  readonly others: string[] = [];

  constructor(stream: ProofStream) {
    this.#stream = stream;
    this.#seen = stream.spoken.map(() => '');
  }

  /** Takes what a client received, and fails where it shows what enforcement of the whole takes out. */
  take(text: string): void {
    const blocks = (this.#rest + text)
      .replaceAll('\r\n', '\n')
      .replaceAll(/\r(?!$)/g, '\n')
      .split('\n\n');
    this.#rest = blocks.pop() ?? '';
    for (const block of blocks) this.#event(block);
    this.#stream.spoken.forEach(({ expected, field }, index) => {
      const seen = this.#seen[index] ?? '';
      assert.ok(expected.startsWith(seen), `${field.name} shows ${JSON.stringify(seen)}`);
    });
  }

  /** The stream has ended: everything is there, and what repeats a text agrees with its pieces. */
  end(): void {
    this.take('\n\n');
    const { spoken } = this.#stream;
    spoken.forEach(({ expected, field }, index) => assert.equal(this.#seen[index], expected, field.name));
    for (const { field, at, expected } of spoken) {
      for (const event of field.repeats?.(expected, at) ?? []) this.#holds(JSON.stringify(event));
    }
    const items = spoken.map(({ field, at, expected }) => ({
      at,
      ...itemOf(field.repeats?.(expected, at) ?? []),
    }));
    for (const event of endOf(this.#stream.family, items))
      this.#holds(typeof event === 'string' ? event : JSON.stringify(event));
  }

  #holds(data: string): void {
    assert.ok(this.others.includes(data), `no event says ${data}`);
  }

  #event(block: string): void {
    const data = block.trimStart().replace(/^data: ?/, '');
    if (data === '') return;
    const { spoken } = this.#stream;
    const found = spoken.findIndex(({ field, at }) => pieceIn(data, field, at) !== undefined);
    const one = spoken[found];
    if (one === undefined) this.others.push(data);
    else this.#seen[found] = (this.#seen[found] ?? '') + pieceIn(data, one.field, one.at);
  }
}

const slot = '\u0001slot\u0001';

/** The text of a piece, where this is an event of that field: all else of it must stand there unchanged. */
function pieceIn(data: string, field: StreamedField, at: number): string | undefined {
  const { event, spelled } = unspelled(data);
  const shape = unspelled(JSON.stringify(field.piece(slot, at))).event;
  const [before = '', after = ''] = shape.split(JSON.stringify(slot).slice(1, -1));
  if (!event.startsWith(before) || !event.endsWith(after)) return undefined;
  const text: unknown = JSON.parse(`"${event.slice(before.length, event.length - after.length)}"`);
  if (typeof text !== 'string') return undefined;
  assert.ok(spelled === undefined || spelled === text, `${spelled} is spelled beside ${text}`);
  return text;
}

const spelling = /,"logprobs":(null|\{"content":(\[.*?\])\})(?=,"finish_reason")/;
const tokens = z.array(z.object({ token: z.string() }));

/** An event without its log probabilities, and what they spell: they must not tell what the text does not. */
function unspelled(data: string): { readonly event: string; readonly spelled: string | undefined } {
  const [whole, , list] = spelling.exec(data) ?? [];
  if (whole === undefined || !data.includes('"delta"')) return { event: data, spelled: undefined };
  const said = list === undefined ? undefined : tokens.parse(JSON.parse(list));
  return { event: data.replace(whole, () => ''), spelled: said?.map(({ token }) => token).join('') };
}

/** Sends a stream of many fields through an enforcer, cut anywhere between two bytes. */
export function proveStream(random: Random, counts: Counts): void {
  const chain = random.oneOf(streamedChains);
  const proof = proofStream(random, chain);
  const client = new ClientView(proof);
  const enforcer = enforcerOf(proof.family, opened(chain));
  try {
    if (random.below(4) === 0) breakOff(random, enforcer, proof.stream, client);
    else relay(random, enforcer, proof.stream, client);
  } catch (cause) {
    throw new Error(`in the stream ${JSON.stringify(proof.stream)}`, { cause });
  }
  note(proof, counts);
}

function relay(random: Random, enforcer: StreamEnforcer, stream: string, client: ClientView): void {
  const bytes = Buffer.from(stream);
  pass(random, enforcer, bytes, client);
  const last = enforcer.end();
  client.take(last.text);
  assert.equal(last.end, 'complete');
  client.end();
}

/** The provider is gone after some of its bytes: what the client has must still begin what it could have become. */
function breakOff(random: Random, enforcer: StreamEnforcer, stream: string, client: ClientView): void {
  const bytes = Buffer.from(stream);
  pass(random, enforcer, bytes.subarray(0, random.below(bytes.length)), client);
  client.take(enforcer.end().text);
}

function pass(random: Random, enforcer: StreamEnforcer, bytes: Buffer, client: ClientView): void {
  const decoder = new Utf8Pieces();
  const most = random.oneOf([1, 20, 400, bytes.length + 1]);
  for (let at = 0; at < bytes.length;) {
    const next = at + 1 + random.below(most);
    client.take(enforcer.push(decoder.push(bytes.subarray(at, next))));
    at = next;
  }
}

export function note({ spoken }: ProofStream, counts: Counts): void {
  counts.pairs += spoken.length;
  for (const { text, expected, pieces } of spoken) {
    counts.texts += 1;
    counts.pieces += pieces.length;
    if (text !== expected) counts.rewritten += 1;
  }
}
