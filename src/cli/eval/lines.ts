const newline = 0x0a;

/** A line of a file, from 1 on; without its text where it is too long or not UTF-8. */
export interface EvalLine {
  readonly number: number;
  readonly text: string | undefined;
  /** Why it has no text. */
  readonly problem: string;
}

/** The lines of a file as it arrives. No more of it is kept than one line, and of that no more than `mostBytes`. */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  mostBytes: number,
): AsyncGenerator<EvalLine> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let number = 1;
  let pieces: Uint8Array[] = [];
  let size = 0;
  const take = (piece: Uint8Array): void => {
    size += piece.length;
    if (size <= mostBytes) pieces.push(piece);
    else pieces = [];
  };
  const line = (): EvalLine => {
    const problem = size > mostBytes ? `longer than ${mostBytes} bytes` : 'not UTF-8';
    const read = { number, text: size > mostBytes ? undefined : decode(decoder, pieces), problem };
    number += 1;
    pieces = [];
    size = 0;
    return read;
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, from)) {
      take(chunk.subarray(from, at));
      yield line();
      from = at + 1;
    }
    take(chunk.subarray(from));
  }
  if (size > 0) yield line();
}

function decode(decoder: TextDecoder, pieces: readonly Uint8Array[]): string | undefined {
  try {
    return decoder.decode(Buffer.concat(pieces));
  } catch {
    return undefined; // the only reason is bytes that are not UTF-8
  }
}
