import { elements, type Fields, requireText, wholeOr } from './fields.ts';
import { hashText } from './hash.ts';
import { countTokens } from './pieces.ts';
import { SimulatorRefusal } from './refusal.ts';
import { type SimulatedCall, type Endpoint, type SimulatorReply, wholeReply } from './reply.ts';

const mostInputs = 2_048;
const mostDimensions = 4_096;

/** Unit vectors that depend on the text alone: equal texts have equal vectors. */
export const simulatedEmbeddings: Endpoint = {
  prompt: (body) => readInputs(body).findLast((input) => typeof input === 'string') ?? '',
  answer: embed,
};

/** A text, or the tokens of one. */
type Input = string | readonly number[];

function embed({ body, directives }: SimulatedCall): SimulatorReply {
  const inputs = readInputs(body);
  const model = requireText(body, 'model');
  const dimensions = wholeOr(body, 'dimensions', [1, mostDimensions], 1_536);
  const encode = readEncoding(body);
  const tokens = inputs.reduce((sum, input) => sum + inputTokens(input), 0);
  const data = inputs.map((input, index) => ({
    object: 'embedding',
    index,
    embedding: encode(unitVector(String(input), dimensions)),
  }));
  const usage = directives.usage === 'off' ? undefined : { prompt_tokens: tokens, total_tokens: tokens };
  return wholeReply(JSON.stringify({ object: 'list', data, model, usage }));
}

function readInputs(body: Fields): readonly Input[] {
  const input = body['input'];
  if (typeof input === 'string') return [input];
  const list = elements(input);
  if (list.length > 0 && list.every(isToken)) return [list];
  if (list.length > 0 && list.length <= mostInputs && list.every(isInput)) return list;
  throw new SimulatorRefusal(`input must be a text, tokens, or a list of 1 to ${mostInputs} of either`, {
    param: 'input',
  });
}

function isToken(value: unknown): value is number {
  return Number.isInteger(value);
}

function isInput(value: unknown): value is Input {
  return typeof value === 'string' || (Array.isArray(value) && value.length > 0 && value.every(isToken));
}

function inputTokens(input: Input): number {
  return typeof input === 'string' ? countTokens(input) : input.length;
}

function readEncoding(body: Fields): (vector: Float32Array) => string | readonly number[] {
  const format = body['encoding_format'] ?? 'float';
  if (format === 'base64') return toBase64;
  if (format === 'float') return (vector) => Array.from(vector, shortest);
  throw new SimulatorRefusal("'encoding_format' must be float or base64", { param: 'encoding_format' });
}

/** Few digits, which still read back as the same 32-bit float. */
function shortest(value: number): number {
  return Number(value.toPrecision(9));
}

function toBase64(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [at, value] of vector.entries()) bytes.writeFloatLE(value, at * 4);
  return bytes.toString('base64');
}

function unitVector(text: string, dimensions: number): Float32Array {
  const vector = new Float32Array(dimensions);
  let state = hashText(text) || 1;
  let square = 0;
  for (let at = 0; at < dimensions; at++) {
    // Marsaglia's xorshift: three shifts a number, and never zero.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const value = state / 0x8000_0000;
    vector[at] = value;
    square += value * value;
  }
  const length = Math.sqrt(square);
  return vector.map((value) => value / length);
}
