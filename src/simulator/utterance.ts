import { isMapping } from '../config/path.ts';
import type { Prompt } from './directives.ts';
import { type Fields, textOr } from './fields.ts';
import { hashText } from './hash.ts';
import { piecesOf, repeatTo } from './pieces.ts';
import { proseFor, proseForToolResult, topicOf } from './prose.ts';
import { SimulatorRefusal } from './refusal.ts';
import { sampleOf } from './sample.ts';

/** What is asked of the model, whichever endpoint it came by. */
export interface SimulatorQuestion extends Prompt {
  readonly maxTokens: number;
  /** How many answers are asked at once. */
  readonly choices: number;
  readonly stop: readonly string[];
  readonly tools: readonly Tool[];
  /** `any`, the name of a tool that must be called, or undefined where the model may choose. */
  readonly toolChoice: { readonly kind: 'free' | 'any' } | { readonly kind: 'named'; readonly name: string };
  /** What the tools answered since the last user message. */
  readonly toolResult: string | undefined;
  readonly format: Format;
}

export interface Tool {
  readonly name: string;
  readonly parameters: unknown;
}

/** `schema` undefined: any JSON object. */
export type Format = { readonly kind: 'prose' } | { readonly kind: 'json'; readonly schema: unknown };

/** A question that asks for nothing but prose. */
export const proseOnly = {
  tools: [],
  toolChoice: { kind: 'free' },
  toolResult: undefined,
  format: { kind: 'prose' },
} as const satisfies Partial<SimulatorQuestion>;

/** A tool from what defines it. */
export function readTool(definition: unknown): Tool {
  const { name, parameters }: Fields = isMapping(definition) ? definition : {};
  return { name: textOr(name, ''), parameters };
}

/** What the call says of tools; where it names one, the name stands in a part of that. */
export function readToolChoice(
  choice: unknown,
  namedIn: (choice: Fields) => unknown,
): SimulatorQuestion['toolChoice'] {
  if (choice === 'required') return { kind: 'any' };
  const named = isMapping(choice) ? namedIn(choice) : undefined;
  return isMapping(named) ? { kind: 'named', name: textOr(named['name'], '') } : { kind: 'free' };
}

/** The form of the answer; the schema stands in `format` itself, or under a key of it. */
export function readFormat(format: unknown, key?: string): Format {
  if (!isMapping(format)) return { kind: 'prose' };
  if (format['type'] === 'json_object') return { kind: 'json', schema: undefined };
  if (format['type'] !== 'json_schema') return { kind: 'prose' };
  const named = key === undefined ? format : format[key];
  return { kind: 'json', schema: isMapping(named) ? (named['schema'] ?? {}) : {} };
}

/** What the model says in one choice, cut into what its deltas carry. */
export interface Utterance {
  readonly reasoning: readonly string[];
  readonly pieces: readonly string[];
  readonly toolCall: ToolCall | undefined;
  readonly finish: 'stop' | 'length' | 'tool_calls';
}

interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly pieces: readonly string[];
}

/** Most characters of all choices together: `events` times a long `say` times `n` must not grow without bound. */
const answerLimit = 16_777_216;

export function composeAll(question: SimulatorQuestion): readonly Utterance[] {
  return Array.from({ length: question.choices }, (_, choice) => compose(question, choice));
}

function compose(question: SimulatorQuestion, choice: number): Utterance {
  const { directives } = question;
  const toolCall = callTool(question, choice);
  const reasoning = piecesOf(directives.reasoning ?? '', directives.split);
  const all = textPieces(question, choice, toolCall !== undefined);
  const isLong = all.length > question.maxTokens;
  const pieces = isLong ? all.slice(0, question.maxTokens) : all;
  if (isLong) return { reasoning, pieces, toolCall: undefined, finish: 'length' };
  return { reasoning, pieces, toolCall, finish: toolCall === undefined ? 'stop' : 'tool_calls' };
}

export function tokensOf(utterance: Utterance): number {
  return utterance.reasoning.length + utterance.pieces.length + (utterance.toolCall?.pieces.length ?? 0);
}

export function tokensOfAll(utterances: readonly Utterance[]): number {
  return utterances.reduce((sum, utterance) => sum + tokensOf(utterance), 0);
}

function textPieces(question: SimulatorQuestion, choice: number, callsTool: boolean): readonly string[] {
  const { events, split } = question.directives;
  const text = untilStop(answerText(question, choice, callsTool), question.stop);
  const pieces = piecesOf(text, split);
  const rounds = events === undefined ? 1 : Math.ceil(events / Math.max(pieces.length, 1));
  if (rounds * text.length * question.choices > answerLimit) {
    throw new SimulatorRefusal(`the answer would have more than ${answerLimit} characters`);
  }
  return events === undefined || callsTool ? pieces : repeatTo(pieces, events);
}

function answerText(question: SimulatorQuestion, choice: number, callsTool: boolean): string {
  const { directives, text, format, toolResult } = question;
  if (directives.say !== undefined) return directives.say;
  if (callsTool) return '';
  if (format.kind === 'json') return JSON.stringify(structured(format.schema, text, choice));
  return toolResult === undefined ? proseFor(text, choice) : proseForToolResult(toolResult);
}

function structured(schema: unknown, text: string, choice: number): unknown {
  return schema === undefined ? { topic: topicOf(text), answer: proseFor(text, choice) } : sampleOf(schema);
}

function untilStop(text: string, stop: readonly string[]): string {
  const ends = stop.map((sequence) => text.indexOf(sequence)).filter((at) => at >= 0);
  return ends.length === 0 ? text : text.slice(0, Math.min(...ends));
}

function callTool(question: SimulatorQuestion, choice: number): ToolCall | undefined {
  const tool = chosenTool(question);
  if (tool === undefined) return undefined;
  const { directives } = question;
  const text = directives.args ?? JSON.stringify(sampleOf(tool.parameters ?? { type: 'object' }));
  const id = `call_sim${hashText(`${tool.name}${text}`, choice).toString(16).padStart(8, '0')}`;
  return { id, name: tool.name, pieces: piecesOf(text, directives.split) };
}

function chosenTool({ directives, tools, toolChoice, toolResult }: SimulatorQuestion): Tool | undefined {
  // The directive stays in the conversation: once the tool has answered it must not be called again for ever.
  if (directives.tool !== undefined)
    return toolResult === undefined ? findTool(tools, directives.tool, 'messages') : undefined;
  if (toolChoice.kind === 'named') return findTool(tools, toolChoice.name, 'tool_choice');
  return toolChoice.kind === 'any' ? tools[0] : undefined;
}

function findTool(tools: readonly Tool[], name: string, param: string): Tool {
  const tool = tools.find((one) => one.name === name);
  if (tool !== undefined) return tool;
  throw new SimulatorRefusal(`the tool "${name}" is not among the tools of this call`, { param });
}
