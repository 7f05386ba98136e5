import type { Duration } from '../domain/duration.ts';

/** How long a run may take in each stage, and what chance of a false halt it may have. */
export interface PolicyParameters {
  readonly minSoak: Duration;
  readonly maxSoak: Duration;
  /** From admission until the sync is reported. */
  readonly maxSync: Duration;
  readonly maxSettle: Duration;
  /** Time in which nothing could be read. */
  readonly maxBlind: Duration;
  /** Chance of a false halt in a rollout, 0..0.5. */
  readonly alphaRollout: number;
  readonly onInconclusive: 'stop' | 'go-with-note';
  /** Clusters that may be halted before the whole rollout is frozen. */
  readonly maxHalted: number;
  /** How the least soak of later waves gets shorter with every go; absent: it does not. */
  readonly shrink?: { readonly factor: number; readonly afterGo: number; readonly floor: Duration };
  /** Functional tests without which there is no go. */
  readonly probes?: readonly string[];
}

/** The presets: quick for sandboxes, strict for what must not break. */
export const PRESETS = {
  quick: {
    minSoak: '5m',
    maxSoak: '30m',
    maxSync: '2h',
    maxSettle: '1h',
    maxBlind: '60m',
    alphaRollout: 0.05,
    onInconclusive: 'stop',
    maxHalted: 1,
  },
  standard: {
    minSoak: '10m',
    maxSoak: '1h',
    maxSync: '2h',
    maxSettle: '2h',
    maxBlind: '60m',
    alphaRollout: 0.05,
    onInconclusive: 'stop',
    maxHalted: 1,
  },
  strict: {
    minSoak: '15m',
    maxSoak: '2h',
    maxSync: '2h',
    maxSettle: '4h',
    maxBlind: '60m',
    alphaRollout: 0.05,
    onInconclusive: 'stop',
    maxHalted: 1,
  },
} as const satisfies Record<string, PolicyParameters>;

export type PresetName = keyof typeof PRESETS;

export const PRESET_NAMES = Object.keys(PRESETS) as [PresetName, ...PresetName[]];

/** A policy as a file gives it: what it leaves out comes from a preset. */
export type GivenPolicy = Partial<PolicyParameters> & { readonly from?: PresetName };

/** Whether a name is a preset's. */
export function isPreset(name: string): name is PresetName {
  return Object.hasOwn(PRESETS, name);
}

/**
 * A policy with nothing left open: the file's values over those of its preset, which is the one it names by `from`,
 * else the one it is called after, else `standard`.
 */
export function resolvePolicy(name: string, { from, ...given }: GivenPolicy): PolicyParameters {
  return { ...PRESETS[from ?? (isPreset(name) ? name : 'standard')], ...given };
}
