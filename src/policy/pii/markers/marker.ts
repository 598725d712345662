import { entities, entityNamed } from '../entities.ts';

const formats = {
  label: (entity: string) => `[${entity}]`,
  asterisks: () => '********',
  partial,
} as const satisfies Record<string, Marker>;

export const markerFormats = ['label', 'asterisks', 'partial', 'hash'] as const;

/** How a value that is taken out is shown. */
export interface Redaction {
  readonly format: keyof typeof formats;
  /** Makes the marker as long as the value. */
  readonly preserveLength: boolean;
  /** Markers that replace the format, by entity name. */
  readonly custom: Readonly<Record<string, string>>;
}

/** What stands in the text instead of a value. */
export type Marker = (entity: string, value: string) => string;

/** Compiles a redaction in which every exchange shows a value alike. No marker holds anything a detector would find again. */
export function compileMarker({ format, preserveLength, custom }: Redaction): Marker {
  const own = customMarkers(custom);
  return (entity, value) => {
    const marker = own.get(entity) ?? formats[format](entity, value);
    return preserveLength ? toLength(marker, value.length) : marker;
  };
}

/** Markers of the configuration, by the entities they name. */
export function customMarkers(custom: Redaction['custom']): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(custom).map(([name, marker]) => [entityNamed(name) ?? name.toUpperCase(), marker]),
  );
}

/** Of these no part may be shown. */
const allSecret: ReadonlySet<string> = new Set(['SECRET', 'PRIVATE_KEY', 'URL_CREDENTIALS']);

function partial(entity: string, value: string): string {
  // Of what is not told by its form, such as a name, nothing can be shown.
  if (!entities.some((known) => known === entity)) return '********';
  if (entity === 'EMAIL') return partialEmail(value);
  if (allSecret.has(entity)) return '********';
  if (entity === 'CVV' || entity === 'DATE_OF_BIRTH') return lastOf(value, 0);
  if (entity === 'IP_ADDRESS' || entity === 'MAC_ADDRESS') return value.replaceAll(/[\p{Nd}a-f]+/giu, '*');
  // `**** **** **** 1111`: enough for the owner to know it again.
  const isNumber = entity === 'PHONE' || entity === 'SSN' || entity === 'CREDIT_CARD';
  return lastOf(value, 4, isNumber ? /\p{Nd}/gu : undefined);
}

/** The last letters and digits, or digits alone; everything that stands between stays. */
function lastOf(value: string, kept: number, shown = /[\p{L}\p{Nd}]/gu): string {
  const total = value.match(shown)?.length ?? 0;
  let seen = 0;
  return value.replaceAll(shown, (character) => {
    seen += 1;
    return seen > total - kept ? character : '*';
  });
}

/** `j***@example.com`. The asterisks keep what is left from being an address again. */
function partialEmail(value: string): string {
  const sign = value.search(/[@＠]|%40/u);
  return sign > 1 ? `${value.slice(0, 1)}***${value.slice(sign)}` : '********';
}

/** A marker that is as long as the value. */
export function toLength(marker: string, length: number): string {
  return marker.length > length ? '*'.repeat(length) : marker.padEnd(length, '*');
}
