import { countSection } from './counts.ts';
import type { Section } from './job.ts';

/** Every chapter of the benchmark by its name. */
export const SECTIONS = {
  counts: countSection,
} as const satisfies Readonly<Record<string, Section>>;

export type SectionName = keyof typeof SECTIONS;
