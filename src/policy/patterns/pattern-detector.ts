import { fold, foldedCharacters } from '../guards/characters.ts';
import {
  characterSet,
  type CharacterSet,
  type Detector,
  type Search,
  type View,
} from '../guards/detector.ts';
import { Machine } from './machine.ts';
import type { Program } from './program.ts';

/** A checked pattern and what its matches are called. */
export interface NamedPattern {
  readonly entity: string;
  readonly program: Program;
  /** Most code units of a match. */
  readonly longest: number;
}

/** Bits of a number that tell detectors of one search apart; patterns beyond share them. */
const mostKinds = 30;
const asciiSize = 128;

/** One detector a pattern. They share a search, so that text is searched once however many there are. */
export function patternDetectors(patterns: readonly NamedPattern[]): readonly Detector[] {
  const machines = patterns.map(({ program, longest }) => new Machine(program, longest));
  const search = searchOf(machines);
  return machines.map((machine, index) => ({
    entity: patterns[index]?.entity ?? '',
    search,
    kind: kindOf(index),
    tryAt: (view, at) => machine.matchAt(view, at),
  }));
}

function kindOf(index: number): number {
  return 1 << (index % mostKinds);
}

/** Where any of the patterns may start, by the first character alone. */
function searchOf(machines: readonly Machine[]): Search {
  const ascii = Int32Array.from({ length: asciiSize }, (_, code) =>
    kindsOf(machines, (machine) => machine.mayBeginWith(code)),
  );
  const others = kindsOf(machines, (machine) => machine.mayBeginBeyondAscii());
  const kindsAt = ({ text }: View, at: number): number => ascii[text.charCodeAt(at)] ?? others;
  return {
    signs: signsOf(ascii, others !== 0),
    leads: characterSet(),
    leadWidth: 0,
    kindsAt,
    seek({ text, end }, from) {
      for (let at = from; at < end; at += 1) {
        const unit = text.charCodeAt(at);
        if ((ascii[unit] ?? others) === 0) continue;
        if (unit < 0xdc00 || unit >= 0xe000 || !isHighSurrogate(text.charCodeAt(at - 1))) return at;
      }
      return end;
    },
  };
}

function kindsOf(machines: readonly Machine[], may: (machine: Machine) => boolean): number {
  return machines.reduce((kinds, machine, index) => (may(machine) ? kinds | kindOf(index) : kinds), 0);
}

/** The second half of a character is no place to start. */
function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

/** Other scripts fold to anything a detector knows, digits and signs among it. */
function signsOf(ascii: Int32Array, hasOthers: boolean): CharacterSet {
  const signs = new Uint8Array(foldedCharacters);
  for (const [code, kinds] of ascii.entries()) if (kinds !== 0) signs[fold(code)] = 1;
  if (hasOthers) for (let unit = asciiSize; unit < 0x10000; unit += 1) signs[fold(unit)] = 1;
  return signs;
}
