import {
  type FinishedQuestion,
  type QuestionOutcome,
  questionOutcomes,
} from '../record/finished-question.ts';
import { type CountFamily, type DurationFamily, FamilyMaker, gateway } from './metric-families.ts';
import { adviserStates, type AdviserState, bounds } from './metric-labels.ts';
import type { Count, Durations, SeriesBudget } from './tally.ts';

/** The metrics that know of advisers. */
export interface AdviserFamilies {
  readonly questions: CountFamily;
  readonly durations: DurationFamily;
  readonly texts: CountFamily;
}

export function createAdviserFamilies(budget: SeriesBudget): AdviserFamilies {
  const maker = new FamilyMaker(gateway, budget);
  return {
    questions: maker.count(
      'questions_total',
      'Questions that policies had for another service, such as a recogniser, and how they ended.',
      ['url', 'outcome'],
    ),
    durations: maker.durations('question_duration_seconds', bounds.question, {
      help: 'Time another service took for a question, or until it was given up.',
      labelNames: ['url'],
    }),
    texts: maker.count('question_texts_total', 'Texts that another service was asked about.', ['url']),
  };
}

/** Whether each adviser is asked: set when it is read, not counted. */
export function createAdviserStateFamily(budget: SeriesBudget): CountFamily {
  const help =
    'State of another service that policies ask: 1 where it is so. Open: it failed five times in a row, and is asked once in five seconds.';
  return new FamilyMaker(gateway, budget).count('adviser_state', help, ['url', 'state']);
}

/** The series of one adviser. All are there from the start: an alert on a rate needs the zero before the first failure. */
export class AdviserRow {
  /** Snapshots that name it. */
  holders = 0;
  readonly #families: AdviserFamilies;
  readonly #states: CountFamily;
  readonly #questions: ReadonlyMap<QuestionOutcome, Count>;
  readonly #durations: Durations;
  readonly #texts: Count;
  readonly #state: ReadonlyMap<AdviserState, Count>;

  constructor(families: AdviserFamilies, states: CountFamily, url: string) {
    const { questions, durations, texts } = families;
    this.#families = families;
    this.#states = states;
    this.#questions = new Map(
      questionOutcomes.map((outcome) => [outcome, questions.family.open({ url, outcome })]),
    );
    this.#durations = durations.family.open({ url });
    this.#texts = texts.family.open({ url });
    this.#state = new Map(adviserStates.map((state) => [state, states.family.open({ url, state })]));
  }

  questioned({ outcome, durationMs, texts }: FinishedQuestion): void {
    const count = this.#questions.get(outcome);
    if (count !== undefined) count.value += 1;
    if (outcome === 'unasked') return;
    this.#durations.observe(durationMs);
    this.#texts.value += texts;
  }

  state(name: AdviserState): Count | undefined {
    return this.#state.get(name);
  }

  close(): void {
    const { questions, durations, texts } = this.#families;
    for (const series of this.#questions.values()) questions.family.close(series);
    for (const series of this.#state.values()) this.#states.family.close(series);
    durations.family.close(this.#durations);
    texts.family.close(this.#texts);
  }
}
