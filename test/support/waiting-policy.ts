import { setImmediate as turn } from 'node:timers/promises';
import type { CallText, Policy, TextEdit, TextVerdict } from '../../src/policy/policy.ts';

export interface WaitingPolicy extends Policy {
  /** The texts it was asked about, one list for each time. */
  readonly asked: readonly (readonly CallText[])[];
}

/** A policy that gives its verdicts a turn of the loop later. */
export function waiting(verdictOf: (text: CallText) => TextVerdict, kind = 'waits'): WaitingPolicy {
  const asked: (readonly CallText[])[] = [];
  return {
    kind,
    asked,
    async judgeTexts(_direction, texts) {
      asked.push(texts);
      await turn();
      return texts.map(verdictOf);
    },
  };
}

/** What puts `replacement` in the place of each `word`. */
export function replacing(word: string, replacement: string): (text: CallText) => TextVerdict {
  return ({ text }) => {
    const edits: TextEdit[] = [];
    for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + word.length))
      edits.push({ rule: word, start: at, end: at + word.length, replacement, score: 0.5 });
    return edits.length === 0 ? allow : { kind: 'rewrite', edits };
  };
}

/** What denies each text that holds `word`. */
export function denying(word: string): (text: CallText) => TextVerdict {
  return ({ text }) => {
    const start = text.indexOf(word);
    if (start === -1) return allow;
    return {
      kind: 'deny',
      message: 'not allowed',
      matches: [{ rule: word, start, end: start + word.length }],
    };
  };
}

const allow: TextVerdict = { kind: 'allow', matches: [] };
