import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Finding, Guard, GuardOut } from '../../src/policy/guard.ts';
import type { Enforced } from '../../src/policy/guards/whole.ts';

/** Every way to cut a text in two, and the one that cuts everywhere. */
export function cuts(text: string): readonly (readonly string[])[] {
  const inTwo = Array.from({ length: text.length + 1 }, (_, at) => [text.slice(0, at), text.slice(at)]);
  return [...inTwo, text.split('')];
}

/** A text together with one arbitrary way to cut it into pieces, empty ones included. */
export function cutTexts(texts: fc.Arbitrary<string>): fc.Arbitrary<readonly string[]> {
  return texts.chain((text) =>
    fc
      .array(fc.nat({ max: text.length }), { maxLength: 24 })
      .map((positions) => cutAt(text, [...positions, text.length])),
  );
}

function cutAt(text: string, positions: readonly number[]): readonly string[] {
  let from = 0;
  return positions
    .toSorted((a, b) => a - b)
    .map((to) => {
      const piece = text.slice(from, to);
      from = to;
      return piece;
    });
}

/** What a client of a streamed field has seen. */
export interface Streamed extends Enforced {
  /** All text delivered so far, after each piece and at the end. */
  readonly delivered: readonly string[];
  /** The most code units that were ever withheld. */
  readonly mostHeld: number;
}

/** Runs a fresh guard over a text in pieces, and checks that it keeps to the contract of `GuardOut` while it does. */
export function enforceCut(guard: Guard, pieces: readonly string[]): Streamed {
  const client = new Client();
  for (const piece of pieces) {
    client.received += piece;
    guard.push(piece, client);
    client.look();
    if (client.denied !== undefined) return client.streamed();
  }
  guard.end(client);
  if (client.denied === undefined) client.release(client.received.length);
  client.look();
  return client.streamed();
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

class Client implements GuardOut {
  received = '';
  denied: string | undefined;
  readonly #findings: Finding[] = [];
  readonly #edits: Edit[] = [];
  readonly #delivered: string[] = [];
  #edited = 0;
  #released = 0;
  #text = '';
  #mostHeld = 0;

  release(upTo: number): void {
    assert.equal(this.denied, undefined, 'nothing is released after a denial');
    assert.ok(upTo >= this.#released, 'a release never goes back');
    assert.ok(upTo <= this.received.length, 'a release stays within the text');
    let edit = this.#edits[0];
    while (edit !== undefined && edit.start < upTo) {
      assert.ok(edit.end <= upTo, 'a release never falls inside an edit');
      this.#text += this.received.slice(this.#released, edit.start) + edit.replacement;
      this.#released = edit.end;
      this.#edits.shift();
      edit = this.#edits[0];
    }
    this.#text += this.received.slice(this.#released, upTo);
    this.#released = upTo;
  }

  edit(start: number, end: number, replacement: string): void {
    assert.ok(start >= this.#released && start >= this.#edited, 'an edit begins after everything decided');
    assert.ok(end >= start && end <= this.received.length, 'an edit stays within the text');
    this.#edits.push({ start, end, replacement });
    this.#edited = end;
  }

  report(finding: Finding): void {
    this.#findings.push(finding);
  }

  deny(message: string): void {
    assert.equal(this.denied, undefined, 'a field is denied once');
    this.denied = message;
  }

  look(): void {
    this.#delivered.push(this.#text);
    if (this.denied === undefined) {
      this.#mostHeld = Math.max(this.#mostHeld, this.received.length - this.#released);
    }
  }

  streamed(): Streamed {
    return {
      text: this.#text,
      findings: this.#findings,
      denied: this.denied,
      delivered: this.#delivered,
      mostHeld: this.#mostHeld,
    };
  }
}

/** Fails where the client of a cut text saw anything but what enforcement of the whole text leaves, at any moment. */
export function assertInvariant(open: () => Guard, pieces: readonly string[], whole: Enforced): Streamed {
  const streamed = enforceCut(open(), pieces);
  const shown = JSON.stringify(pieces);
  assert.equal(streamed.text, whole.text, shown);
  assert.equal(streamed.denied, whole.denied, shown);
  assert.deepEqual(streamed.findings, whole.findings, shown);
  for (const delivered of streamed.delivered) assert.ok(whole.text.startsWith(delivered), shown);
  return streamed;
}
