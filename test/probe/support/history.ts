import type { ExporterName } from '../../../src/catalogue/exporters.ts';
import { openMetrics, type TimedSample } from '../../sources/fixtures/exposition.ts';

/** What one scrape target showed for a while. */
export interface PastTarget {
  readonly job: ExporterName | string;
  readonly labels: Readonly<Record<string, string>>;
  /** Its page, the same at every scrape; absent for a target that was down. */
  readonly page?: string;
  readonly everySeconds: number;
}

/** One series of a page, with its value. */
interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** When a history ends and how long it is. */
export interface Span {
  readonly endMs: number;
  readonly minutes: number;
}

/** The past of targets as an OpenMetrics text: every page under the labels that a scrape adds, and `up`. */
export function pastOf(targets: readonly PastTarget[], { endMs, minutes }: Span): string {
  const samples = targets.flatMap(({ job, labels, page, everySeconds }) => {
    const target = { job, instance: `${job}:80`, ...labels };
    const lines = [{ name: 'up', labels: {}, value: page === undefined ? 0 : 1 }, ...parsePage(page ?? '')];
    const scrapes = Math.floor((minutes * 60) / everySeconds);
    return Array.from({ length: scrapes + 1 }, (_, i) => endMs - (scrapes - i) * everySeconds * 1000).flatMap(
      (timeMs) =>
        lines.map((line): TimedSample => ({ ...line, labels: { ...line.labels, ...target }, timeMs })),
    );
  });
  return openMetrics(samples);
}

/** The series of an exposition. */
export function parsePage(text: string): readonly Series[] {
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) return [];
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(
      ([, label = '', content = '']): [string, string] => [label, content],
    );
    return [{ name, labels: Object.fromEntries(pairs), value: Number(value.replace('+Inf', 'Infinity')) }];
  });
}
