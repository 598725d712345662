import { z } from 'zod';
import { parsedJson } from '../../../json/parsed.ts';
import type { Adviser } from '../../question.ts';

interface Analyzer {
  readonly endpoint: string;
  readonly language: string;
}

interface AnalyzerUrls {
  readonly analyze: string;
  readonly health: string;
  readonly known: string;
}

/** The pages of an analyzer that speaks Presidio's HTTP interface. */
export function analyzerUrls({ endpoint, language }: Analyzer): AnalyzerUrls {
  const base = endpoint.replace(/\/+$/, '').replace(/\/analyze$/, '');
  return {
    analyze: `${base}/analyze`,
    health: `${base}/health`,
    known: `${base}/supportedentities?language=${encodeURIComponent(language)}`,
  };
}

export function recognizerAdviser(settings: Analyzer & { readonly entities: readonly string[] }): Adviser {
  const { analyze, health, known } = analyzerUrls(settings);
  return {
    url: analyze,
    probes: [
      { url: health, problem: () => undefined },
      { url: known, problem: (body) => unknownAmong(settings.entities, body) },
    ],
  };
}

/** It says nothing of entities it does not know when it is asked for them: it just never finds any. */
function unknownAmong(entities: readonly string[], body: string): string | undefined {
  const known = z.array(z.string()).safeParse(parsedJson(body)).data;
  if (known === undefined) return 'it does not say which entities it knows';
  const unknown = entities.filter((entity) => !known.includes(entity));
  return unknown.length === 0 ? undefined : `it does not know ${unknown.join(', ')}`;
}
