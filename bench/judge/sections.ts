import { countSection } from './counts.ts';
import { gaugeSection } from './gauges.ts';
import { goSection } from './go.ts';
import type { Section } from './job.ts';

/** Every chapter of the benchmark by its name. */
export const SECTIONS = {
  counts: countSection,
  gauges: gaugeSection,
  go: goSection,
} as const satisfies Readonly<Record<string, Section>>;

export type SectionName = keyof typeof SECTIONS;
