import type { Directives } from './directives.ts';

interface DirectiveHelp {
  /** What its value is called; undefined where it takes none. */
  readonly value?: string;
  readonly choices?: readonly string[];
  readonly text: string;
}

/** Every directive in words, apart from the code that reads them: `kt` shows them without loading the simulator. */
export const directiveHelp: { readonly [K in keyof Required<Directives>]: DirectiveHelp } = {
  status: { value: '400-599', text: 'answer with this status and an error body' },
  'retry-after': { value: 'seconds', text: 'Retry-After header of that answer' },
  delay: { value: 'ms', text: 'wait before the head of an answer' },
  gap: { value: 'ms', text: 'wait between two writes of a stream' },
  per: { value: 'n', text: 'events in one write' },
  events: { value: 'n', text: 'exactly this many text deltas; the text repeats until there are so many' },
  cut: { value: 'n', text: 'close the connection after so many events; a whole answer is cut halfway' },
  reset: { value: 'n', text: 'as cut, with a TCP reset' },
  stall: { value: 'n', text: 'as cut, but go silent and keep the connection open' },
  'cut-bytes': { value: 'n', text: 'close the connection after so many bytes of the body' },
  'reset-bytes': { value: 'n', text: 'as cut-bytes, with a TCP reset' },
  'stall-bytes': { value: 'n', text: 'as cut-bytes, but go silent and keep the connection open' },
  error: { value: 'n', text: 'send an error event after so many events, and end there' },
  nodone: { text: 'end a stream without its closing event' },
  say: { value: 'text', text: 'answer exactly this' },
  split: { value: 'n', text: 'characters in one text delta' },
  usage: { value: 'on|off', choices: ['on', 'off'], text: 'off: report no usage, even when asked' },
  chunk: { value: 'bytes', text: 'cut the body into writes of so many bytes' },
  gzip: { text: 'compress the body, whether or not the client accepts it' },
  crlf: { text: 'end the lines of a stream with CR LF' },
  tool: { value: 'name', text: 'call this tool' },
  args: { value: 'json', text: 'arguments of that call' },
  reasoning: { value: 'text', text: 'reasoning that comes before the answer' },
};
