import { z } from 'zod';
import { formatSetting } from '../../config/path.ts';
import { parsedJson } from '../../json/parsed.ts';
import { unitOffsets } from '../../policy/text/units.ts';

/** A text to be judged, with what the file says of it. */
export interface Row {
  readonly text: string;
  /** All fields but the text and the spans, as they came. */
  readonly others: Readonly<Record<string, unknown>>;
  /** In UTF-16 offsets; undefined where the row has none, which is not the same as an empty list. */
  readonly spans: readonly GoldSpan[] | undefined;
  readonly label: string | undefined;
}

/** What is really there. */
export interface GoldSpan {
  readonly start: number;
  readonly end: number;
  readonly type: string;
}

/** What offsets count. */
export type OffsetUnits = 'utf16' | 'codepoints';

const offset = z.int().min(0);

const rowForm = z.looseObject({
  text: z.string(),
  spans: z.array(z.object({ start: offset, end: offset, type: z.string() })).nullish(),
  label: z.union([z.string(), z.number(), z.boolean()]).nullish(),
});

/** A row from its line, or what is wrong with it, without quoting it. */
export function readRow(line: string, units: OffsetUnits): Row | string {
  const parsed = parsedJson(line);
  if (parsed === undefined) return 'not JSON';
  const read = rowForm.safeParse(parsed);
  if (!read.success) return problemOf(read.error);
  const { text, spans, label, ...others } = read.data;
  const offsets = units === 'codepoints' ? unitOffsets(text) : undefined;
  const length = offsets === undefined ? text.length : offsets.length - 1;
  const wrong = (spans ?? []).findIndex(({ start, end }) => end <= start || end > length);
  if (wrong !== -1) return `spans[${wrong}]: not a part of the text, which ends at ${length}`;
  return {
    text,
    others: label === undefined ? others : { label, ...others },
    spans: spans?.map(({ start, end, type }) => ({
      start: offsets?.[start] ?? start,
      end: offsets?.[end] ?? end,
      type,
    })),
    label: label === undefined || label === null ? undefined : String(label),
  };
}

function problemOf({ issues }: z.ZodError): string {
  const [issue] = issues;
  const place = formatSetting(
    (issue?.path ?? []).map((part) => (typeof part === 'number' ? part : String(part))),
  );
  return `${place === '' ? '' : `${place}: `}${issue?.message ?? 'not a row'}`;
}
