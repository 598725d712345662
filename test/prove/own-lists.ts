import assert from 'node:assert/strict';
import type { Guard } from '../../src/policy/guard.ts';
import { dlpFilter, dlpSettings } from '../../src/policy/kinds/dlp-filter.ts';
import { evidence } from '../support/chains.ts';
import type { Random } from './random.ts';

const holdBackLimit = 512;

/** What terms and patterns of the policies below begin, end and are nearly made of. */
const fragments: readonly string[] = [
  'Project Atlas', 'project', 'Atlas', 'ATLAS', 'atlаs', 'Zürich', 'New York City', 'new york', 'New', 'York', 'AT&T', 'at&', 'Straße',
  'strasse', '機密', '機', 'Ω-9', 'ω', '𝐀tlas', '😀', '\ud83d', '\ude00', '\u200b', '\u00ad', '\u0301', ' ', '  ', '\n', '\u00a0', '.', ',',
  '-', 'x', 's', 'a', '1', 'EMP-', 'EMP-1234', '123456', 'AB1234', 'AB', '12', 'ticket #', 'Ticket', '77', 'TOP SECRET', 'TOP', 'SECRET//',
  'NOFORN', 'a'.repeat(32), `${'ab'.repeat(22)}😀`, 'bbbb', 'c',
]; // prettier-ignore

const terms = [
  'Project Atlas',
  'Atlas Two',
  'New York',
  'New York City',
  'AT&T',
  'Straße',
  'Ω-9',
  '機密',
  'Zürich',
];
const patterns = [
  'EMP-\\d{2,6}', '\\b[A-Z]{2}\\d{4}\\b', '(?i)ticket #?\\d{1,4}', '[ab]{24,40}c|😀', '(?m)^x', 'York$', '.{1,20}77', 'é\\B',
]; // prettier-ignore

const openings = [
  opening({ blocked_terms: terms }),
  opening({
    blocked_terms: ['Project Atlas', 'New York City', 'Zürich'],
    fuzzy_matching: true,
    max_distance: 1,
  }),
  opening({ blocked_terms: ['Project Atlas', 'New York City'], fuzzy_matching: true, max_distance: 2 }),
  opening({ detect_patterns: patterns }),
  opening({ detect_patterns: patterns.slice(0, 3), blocked_terms: terms, sensitivity_level: 'restricted' }),
  opening({ detect_patterns: patterns.slice(2), blocked_terms: terms, action: 'block' }),
];

function opening(settings: object): () => Guard {
  const policy = dlpFilter.create(dlpSettings.parse(settings), { holdBackLimit });
  return () =>
    policy.guard?.({ direction: 'answer', role: 'assistant' }, evidence()) ?? assert.fail('no guard');
}

/** A guard with user terms and user patterns, and a text dense in what is nearly them. */
export function ownLists(random: Random): { readonly open: () => Guard; readonly text: string } {
  return { open: random.oneOf(openings), text: random.text(14, fragments) };
}
