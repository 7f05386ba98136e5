import { alarmSection } from './alarms.ts';
import { boundSection } from './bounds.ts';
import { checkSection } from './checks.ts';
import { countSection } from './counts.ts';
import { gaugeSection } from './gauges.ts';
import { goSection } from './go.ts';
import type { Section } from './job.ts';
import { latencySection } from './latencies.ts';
import { rolloutSection } from './rollouts.ts';
import { settlingSection } from './settling.ts';
import { structureSection } from './structures.ts';
import { waveSection } from './waves.ts';

/** Every chapter of the benchmark by its name. */
export const SECTIONS = {
  counts: countSection,
  gauges: gaugeSection,
  latencies: latencySection,
  go: goSection,
  checks: checkSection,
  waves: waveSection,
  rollouts: rolloutSection,
  alarms: alarmSection,
  structure: structureSection,
  settling: settlingSection,
  bounds: boundSection,
} as const satisfies Readonly<Record<string, Section>>;

export type SectionName = keyof typeof SECTIONS;
