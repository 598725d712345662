import { hash } from 'node:crypto';
import { ExchangeJson } from '../telemetry/exchange-json.ts';
import { quote, Timestamps } from '../telemetry/json-line.ts';
import type { AuditEvent } from './event.ts';

/** Where a chain stands: the last record's number and hash. */
export interface ChainHead {
  readonly seq: number;
  readonly hash: string;
}

const seqAt = '{"seq":'.length;
/** `,"prev":"` or `,"hash":"`, 64 digits and `"`. */
const memberLength = 74;

/** Before the first record. */
export const genesis: ChainHead = Object.freeze({ seq: 0, hash: '0'.repeat(64) });

/**
 * Writes records as lines that each carry the hash of the one before.
 *
 * A line is one JSON object in UTF-8 without its line break. Its first members are `seq`, `ts` and `kind`, its last two
 * are `prev` and `hash`, each 64 lower-case hex digits. `hash` is the SHA-256 of the line as it is without that member:
 * the bytes before `,"hash":"` and a closing brace. `prev` is the `hash` of the record numbered one less; record 1 has 64
 * zeros. Nothing is parsed or re-serialised to verify a line: `sed 's/,"hash":"[0-9a-f]*"}$/}/' | tr -d '\n' | sha256sum`.
 */
export class AuditChain {
  readonly #timestamps = new Timestamps();
  readonly #exchanges = new ExchangeJson();
  /** Set back where what was written after it could not be stored. */
  head: ChainHead;

  /** Continues after `head`. */
  constructor(head: ChainHead = genesis) {
    this.head = head;
  }

  /** The next record as a line without its line break. */
  next(event: AuditEvent): string {
    return this.#link(
      `,"ts":"${this.#timestamps.text(event.at)}","kind":"${event.kind}"${this.#members(event)}`,
    );
  }

  /** An earlier record once more, as the next one: all that it said, and its number as `repeats`. */
  repeat(line: string): string {
    const members = line.slice(line.indexOf(','), -(2 * memberLength + 1));
    return this.#link(`${members},"repeats":${seqOf(line)}`);
  }

  #members(event: AuditEvent): string {
    switch (event.kind) {
      case 'exchange': {
        const { immutable, retentionDays } = event.stamp;
        return `${this.#exchanges.record(event.exchange)},"immutable":${immutable},"retention_days":${retentionDays}`;
      }
      case 'start':
        return `,"version":${quote(event.version)}`;
      case 'stop':
        return `,"reason":${quote(event.reason)}`;
      case 'reload':
        return `,"generation":${event.generation},"config_hash":"${event.configHash}"`;
      case 'config_rejected':
        return `,"config_hash":"${event.configHash}","issues":${JSON.stringify(event.issues)}`;
      case 'torn_tail':
        return `,"bytes":${event.bytes},"sha256":"${event.sha256}","moved_to":${quote(event.movedTo)}`;
      case 'reopened': {
        const movedTo = event.movedTo === undefined ? '' : `,"moved_to":${quote(event.movedTo)}`;
        return `,"reason":"${event.reason}","lost":${event.lost},"repeats_from":${event.repeatsFrom}${movedTo}`;
      }
    }
  }

  #link(members: string): string {
    const seq = this.head.seq + 1;
    const body = `{"seq":${seq}${members},"prev":"${this.head.hash}"}`;
    const digest = hash('sha256', body);
    this.head = { seq, hash: digest };
    // A slice: hashing has made one string of the many pieces, and taking them again would do that work twice.
    return `${body.slice(0, -1)},"hash":"${digest}"}`;
  }
}

/** The number of a record. */
export function seqOf(line: string): number {
  return Number(line.slice(seqAt, line.indexOf(',')));
}

type CheckedLine =
  | { readonly ok: true; readonly head: ChainHead; readonly prev: string }
  | { readonly ok: false; readonly reason: string };

// Only a writer of ours makes lines of this frame; between is one JSON object's worth of members.
const frame =
  /^\{"seq":([1-9]\d{0,15}),"ts":"[^"]+","kind":"[a-z_]+".*,"prev":"([0-9a-f]{64})","hash":"([0-9a-f]{64})"\}$/s;

/** Checks one line by itself: its frame and its own hash. */
export function checkLine(line: string): CheckedLine {
  const match = frame.exec(line);
  const [, seq, prev, digest] = match ?? [];
  if (seq === undefined || prev === undefined || digest === undefined)
    return { ok: false, reason: 'it is not an audit record' };
  const actual = hash('sha256', `${line.slice(0, -(memberLength + 1))}}`);
  if (actual !== digest)
    return { ok: false, reason: 'it was altered: its hash is not the hash of its content' };
  return { ok: true, head: { seq: Number(seq), hash: digest }, prev };
}
