/** A number of a Grafana unit for people: 0.03 percentunit is `3 %`, 8589934592 bytes is `8 GiB`, 0.256 s is `256 ms`. */
export function formatNumber(value: number, unit: string): string {
  switch (unit) {
    case 'percentunit':
      return `${round(value * 100)} %`;
    case 's':
      if (value !== 0 && Math.abs(value) < 1) return `${round(value * 1000)} ms`;
      return `${round(value)} s`;
    case 'bytes':
      return formatBytes(value);
    default:
      return String(round(value));
  }
}

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

function formatBytes(value: number): string {
  let rest = value;
  let unit = 0;
  while (Math.abs(rest) >= 1024 && unit < BYTE_UNITS.length - 1) {
    rest /= 1024;
    unit += 1;
  }
  return `${round(rest)} ${BYTE_UNITS[unit]}`;
}

/** Four significant digits: enough to compare, few enough to read. */
function round(value: number): number {
  return Number(value.toPrecision(4));
}
