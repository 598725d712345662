import { createReadStream } from 'node:fs';
import { formatIssueList } from '../config/issue.ts';
import type { Finding } from '../policy/guard.ts';
import { policyKinds } from '../policy/kinds.ts';
import type { PolicyKind, Role } from '../policy/policy.ts';
import { loadConfigFile } from './config-file.ts';
import { compileDetect, type Detect, type Detection } from './eval/detect.ts';
import { type EvalLine, readLines } from './eval/lines.ts';
import { type OffsetUnits, readRow, type Row } from './eval/row.ts';
import { summaryOf, summaryText } from './eval/summary.ts';
import { entityOfRule, Tally } from './eval/tally.ts';
import type { CommandIo, ExitCode } from './io.ts';

export interface PolicyEvalOptions {
  readonly kind: string;
  readonly file: string;
  readonly policyConfig?: string;
  readonly role: Role;
  readonly offsets: OffsetUnits;
  readonly positive?: readonly string[];
  readonly negative?: readonly string[];
  readonly maxLineBytes: number;
  readonly showText: boolean;
  readonly json: boolean;
}

type EvalIo = Pick<CommandIo, 'write' | 'error' | 'env' | 'signal'>;

/** The one kind whose findings lie where spans of a type should. */
const spanKind = 'pii-detector';
const defaultHoldBack = 512;

/** Runs a kind's detection over a file of texts, however large it is. */
export async function policyEval(options: PolicyEvalOptions, io: EvalIo): Promise<ExitCode> {
  const detect = detectOf(options, io);
  if (typeof detect === 'string') {
    io.error(detect);
    return 2;
  }
  const tally = new Tally();
  const lines = readLines(createReadStream(options.file, { signal: io.signal }), options.maxLineBytes);
  try {
    for await (const line of lines) await takeLine(line, { options, io, detect, tally });
  } catch (error) {
    if (io.signal.aborted) return 1;
    if (!isFileError(error)) throw error;
    io.error(`${options.file}: cannot be read: ${error.message}\n`);
    return 2;
  }
  const named = { positive: options.positive ?? [], negative: options.negative ?? [] };
  const summary = summaryOf(options.kind, tally, named);
  io.write(options.json ? `${JSON.stringify({ summary })}\n` : summaryText(summary));
  return tally.bad > 0 ? 1 : 0;
}

/** The detection asked for, or what is wrong with the asking. */
function detectOf(options: PolicyEvalOptions, io: EvalIo): Detect | string {
  const kind = policyKinds.find((one) => one.kind === options.kind);
  if (kind === undefined) {
    const names = policyKinds.map((one) => one.kind).join(', ');
    return `unknown kind ${JSON.stringify(options.kind)}; expected one of [${names}]\n`;
  }
  const chosen = settingsOf(kind, options.policyConfig, io);
  if (typeof chosen === 'string') return chosen;
  const detect = compileDetect({ kind, ...chosen, role: options.role });
  return detect ?? `${kind.kind} looks at no texts\n`;
}

function settingsOf(kind: PolicyKind, file: string | undefined, io: EvalIo) {
  if (file === undefined) return { settings: kind.settings.parse({}), holdBackLimit: defaultHoldBack };
  const loaded = loadConfigFile(file, io.env);
  if (typeof loaded === 'string') return `${file}: cannot be read: ${loaded}\n`;
  if (!loaded.ok) return formatIssueList(file, loaded.issues);
  const entry = loaded.config.chain.find((one) => one.kind === kind.kind);
  if (entry === undefined) return `${file}: ${kind.kind} is not in its chain\n`;
  return { settings: entry.settings, holdBackLimit: loaded.config.limits.holdBackChars };
}

interface Evaluation {
  readonly options: PolicyEvalOptions;
  readonly io: EvalIo;
  readonly detect: Detect;
  readonly tally: Tally;
}

async function takeLine(line: EvalLine, { options, io, detect, tally }: Evaluation): Promise<void> {
  const { number, text } = line;
  const plain = number === 1 ? text?.replace(/^\uFEFF/u, '') : text;
  if (plain?.trim() === '') return;
  const row = plain === undefined ? line.problem : readRow(plain, options.offsets);
  if (typeof row === 'string') {
    tally.bad += 1;
    io.error(`${options.file}:${number}: ${row}\n`);
    return;
  }
  const detection = await detect(row.text);
  count(options.kind, row, { detection, tally });
  if (options.json) io.write(`${JSON.stringify(shown(number, row, detection, options))}\n`);
}

function count(kind: string, row: Row, { detection, tally }: { detection: Detection; tally: Tally }): void {
  const findings = detection.findings.filter(isMatch);
  tally.addRow(row.text, findings);
  if (kind !== spanKind) {
    if (row.label !== undefined) tally.addLabel(row.label, findings.length > 0);
  } else if (row.spans !== undefined) tally.addSpans(row.spans, findings);
}

/** A score of 0 marks a remark about a text, not a match in it. */
function isMatch({ score }: Finding): boolean {
  return score !== 0;
}

function shown(line: number, row: Row, { findings, score }: Detection, options: PolicyEvalOptions): object {
  return {
    ...row.others,
    ...(row.spans === undefined ? {} : { spans: row.spans }),
    ...(options.showText ? { text: row.text } : {}),
    line,
    ...(score === undefined ? {} : { score }),
    findings: findings.map((finding) => shownFinding(finding, options)),
  };
}

function foundEntity(rule: string): object {
  const entity = entityOfRule(rule);
  return entity === rule.toUpperCase() ? { entity } : { entity, rule };
}

function shownFinding({ rule, start, end, score, sample }: Finding, options: PolicyEvalOptions): object {
  return {
    ...(options.kind === spanKind ? foundEntity(rule) : { rule }),
    start,
    end,
    ...(score === undefined ? {} : { score }),
    ...(options.showText ? { text: sample } : {}),
  };
}

function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && 'syscall' in error;
}
