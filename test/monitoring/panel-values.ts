const scaled = (value: number, base: number, names: readonly string[]): string => {
  const power = Math.min(
    names.length - 1,
    Math.max(0, Math.floor(Math.log(Math.abs(value) || 1) / Math.log(base))),
  );
  return `${rounded(value / base ** power)}${names[power] ?? ''}`;
};

function rounded(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function seconds(value: number): string {
  if (value === 0) return '0 s';
  if (Math.abs(value) < 1e-3) return `${rounded(value * 1e6)} µs`;
  if (Math.abs(value) < 1) return `${rounded(value * 1e3)} ms`;
  return `${rounded(value)} s`;
}

/** A value in Grafana's unit, as short as an axis wants it. */
export function withUnit(value: number, unit: string): string {
  switch (unit) {
    case 's':
      return seconds(value);
    case 'bytes':
      return scaled(value, 1024, [' B', ' KiB', ' MiB', ' GiB']);
    case 'percentunit':
      return `${rounded(value * 100)} %`;
    case 'currencyUSD':
      return `$${rounded(value)}`;
    case 'reqps':
      return `${rounded(value)}/s`;
    default:
      return scaled(value, 1000, ['', ' k', ' M']);
  }
}

/** The end of an axis from 0, so that each of its four steps is a round number. */
export function axisEnd(highest: number): number {
  if (!(highest > 0)) return 1;
  const step = highest / 4;
  const power = 10 ** Math.floor(Math.log10(step));
  const factor = [1, 1.5, 2, 2.5, 3, 4, 5, 7.5, 10].find((each) => each * power >= step) ?? 10;
  return factor * power * 4;
}
