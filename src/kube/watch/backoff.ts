const firstMs = 1000;
const mostMs = 30_000;

/** How long to wait after so many failures in a row: 1 to 30 s, doubled each time, half of it at random. */
export function backoffMs(failures: number, random: () => number): number {
  const whole = Math.min(firstMs * 2 ** Math.min(Math.max(failures - 1, 0), 16), mostMs);
  return Math.max(firstMs, whole * (0.5 + random() / 2));
}
