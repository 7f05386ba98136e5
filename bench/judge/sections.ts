import { countSection } from './counts.ts';
import { gaugeSection } from './gauges.ts';
import type { Section } from './job.ts';

/** Every chapter of the benchmark by its name. */
export const SECTIONS = {
  counts: countSection,
  gauges: gaugeSection,
} as const satisfies Readonly<Record<string, Section>>;

export type SectionName = keyof typeof SECTIONS;
