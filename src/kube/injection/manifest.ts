import { isDeepStrictEqual } from 'node:util';
import { type Document, isCollection, isNode, isScalar, parseAllDocuments, parseDocument, visit } from 'yaml';
import { KubeError } from '../kube-error.ts';
import { foldAdditions } from './fold.ts';
import { inject, type Injection } from './inject.ts';
import type { InjectionSettings } from './injection-settings.ts';
import { type Addition, applyAdditions, stepsOf } from './json-patch.ts';
import { type Workload, workloadsOf } from './workloads.ts';
import { insertInto } from './yaml-insertion.ts';

/** What became of a pod, or of a pod's template. `failed`: it is no pod, and is left as it is. */
export type PodOutcome = { readonly name: string } & (
  | Injection
  | { readonly kind: 'failed'; readonly detail: string }
);

export interface InjectedManifests {
  readonly text: string;
  readonly outcomes: readonly PodOutcome[];
}

const reading = { merge: true, logLevel: 'silent' } as const;

/**
 * Gives the sidecar to every pod in a stream of YAML documents. Only what is added changes: everything else stays byte for
 * byte. Broken YAML is a KubeError.
 */
export function injectManifests(text: string, settings: InjectionSettings): InjectedManifests {
  const outcomes: PodOutcome[] = [];
  const parts = documentsIn(text).map(({ part, document }) => {
    const manifest = valueOf(document);
    const additions: Addition[] = [];
    for (const workload of workloadsOf(manifest)) {
      const outcome = outcomeOf(workload, settings);
      outcomes.push(outcome);
      if (outcome.kind === 'injected')
        additions.push(...outcome.patch.map((one) => moved(one, workload.pointer)));
    }
    return additions.length === 0 || !isObject(manifest) ? part : withAdditions(part, manifest, additions);
  });
  return { text: parts.join(''), outcomes };
}

function valueOf(document: Document.Parsed): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    // Aliases that go on for ever, or into millions.
    throw new KubeError(`not YAML: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

function outcomeOf({ name, pod }: Workload, settings: InjectionSettings): PodOutcome {
  try {
    return { name, ...inject({ pod, settings, by: 'kt' }) };
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    return { name, kind: 'failed', detail: error.message };
  }
}

function moved(addition: Addition, pointer: string): Addition {
  return { ...addition, path: pointer + addition.path };
}

/** Each document, with all the text up to the next. */
function documentsIn(text: string): readonly { readonly part: string; readonly document: Document.Parsed }[] {
  const documents: readonly Document.Parsed[] = parseAllDocuments(text, reading);
  const [broken] = documents.flatMap(({ errors }) => errors);
  if (broken !== undefined) throw new KubeError(`not YAML: ${broken.message}`);
  const ends = documents.map(({ range }, at) => (at === documents.length - 1 ? text.length : range[2]));
  return documents.map((document, at) => ({ document, part: text.slice(ends[at - 1] ?? 0, ends[at]) }));
}

/** In the text where that can be done; else with aliases written out; else as the library writes the document. */
function withAdditions(part: string, manifest: object, additions: readonly Addition[]): string {
  const wanted = applyAdditions(manifest, additions);
  const folded = foldAdditions(additions);
  const isRight = (made: string | undefined): made is string =>
    made !== undefined && isDeepStrictEqual(plain(made), wanted);
  const made = inserted(part, folded);
  if (isRight(made)) return made;
  const written = withoutAliases(part);
  const again = inserted(written, folded);
  return isRight(again) ? again : rewritten(written, additions);
}

function plain(text: string): unknown {
  const document = parseDocument(text, reading);
  return document.errors.length === 0 ? JSON.parse(JSON.stringify(document.toJS())) : undefined;
}

function inserted(part: string, additions: readonly Addition[]): string | undefined {
  return additions.reduce<string | undefined>(
    (text, addition) => (text === undefined ? undefined : insertInto(text, addition)),
    part,
  );
}

function withoutAliases(part: string): string {
  const document = parseDocument(part, { logLevel: 'silent' });
  visit(document, {
    Alias: (_key, alias) => {
      const node = alias.resolve(document);
      if (!isNode(node)) return undefined;
      const copy = node.clone();
      if (isScalar(copy) || isCollection(copy)) delete copy.anchor;
      return isNode(copy) ? copy : undefined;
    },
  });
  return document.toString({ lineWidth: 0 });
}

function rewritten(part: string, additions: readonly Addition[]): string {
  const document = parseDocument(part, reading);
  const whole = applyAdditions(Object(document.toJS()), additions);
  for (const { path } of additions) {
    // Up to the first list, whose places move.
    const steps = stepsOf(path);
    const at = steps.findIndex((step) => /^\d+$/.test(step));
    const own = at === -1 ? steps : steps.slice(0, at);
    document.setIn(
      own,
      document.createNode(own.reduce<unknown>((value, step) => Object(value)[step], whole)),
    );
  }
  return document.toString({ lineWidth: 0 });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
