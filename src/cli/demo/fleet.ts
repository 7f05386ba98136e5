import type { Profile } from '../../simulator/profile.ts';

/** The app that the demo rolls out. */
export const DEMO_APP = 'platform-bom';

/** A wave of the simulated fleet. */
export interface DemoWave {
  readonly name: string;
  readonly policy: 'quick' | 'standard' | 'strict';
  readonly clusters: readonly string[];
  /** Multiplies traffic and items of its clusters. */
  readonly size: number;
}

/** Twelve clusters in four waves, in the order of the rollout. */
export const DEMO_WAVES: readonly DemoWave[] = [
  { name: 'sandbox', policy: 'quick', clusters: ['sandbox-eu-1'], size: 0.5 },
  { name: 'staging', policy: 'standard', clusters: ['staging-eu-1', 'staging-us-1'], size: 1 },
  { name: 'prod-1', policy: 'strict', clusters: ['prod-eu-1', 'prod-us-1', 'prod-ap-1'], size: 3 },
  {
    name: 'prod-2',
    policy: 'strict',
    clusters: ['prod-eu-2', 'prod-eu-3', 'prod-us-2', 'prod-us-3', 'prod-ap-2', 'prod-ap-3'],
    size: 3,
  },
];

/** Names of all clusters, in the order of the rollout. */
export const DEMO_CLUSTERS: readonly string[] = DEMO_WAVES.flatMap(({ clusters }) => clusters);

/** Names of the clusters that users depend on. */
export const PRODUCTION: readonly string[] = DEMO_WAVES.filter(({ name }) =>
  name.startsWith('prod-'),
).flatMap(({ clusters }) => clusters);

/** What the signals of a cluster of size 1 look like on a quiet day. */
export const DEMO_PROFILES: Readonly<Record<string, Partial<Profile>>> = {
  'dns-latency': { traffic: 6_000, tails: { 0.256: 0.001, 1.024: 0.0002 } },
  'dns-errors': { traffic: 6_000, share: 0.0001 },
  'api-errors': { traffic: 3_000, share: 0.0002 },
  'api-mutating-latency': { traffic: 600, tails: { 0.2: 0.02, 1: 0.001 } },
  'webhook-failures': { share: 0 },
  'node-readiness': { items: 12 },
  'addon-deployments': { items: 14 },
  'karpenter-synced': { items: 1 },
};

const REGIONS: Readonly<Record<string, string>> = {
  eu: 'eu-central-1',
  us: 'us-east-1',
  ap: 'ap-southeast-1',
};

/** How the demo's gate is configured. */
export interface DemoConfig {
  readonly listen: string;
  readonly sqlite: string;
  /** False puts all clusters into one wave: without the rule that keeps waves apart, the demo must fail. */
  readonly wavesApart: boolean;
}

/** The configuration as a user would write it; it goes through the same door, only its source is simulated. */
export function demoConfigText({ listen, sqlite, wavesApart }: DemoConfig): string {
  const waveOf = (name: string) => (wavesApart ? name : 'all');
  const waves = wavesApart ? DEMO_WAVES : [{ name: 'all', policy: 'quick' }];
  const clusters = DEMO_WAVES.flatMap((wave) =>
    wave.clusters.map((name) => {
      const region = REGIONS[name.split('-')[1] ?? ''] ?? 'eu-central-1';
      return `{name: ${name}, wave: ${waveOf(wave.name)}, class: standard, region: ${region}, source: simulated}`;
    }),
  );
  return `gate:
  listen: "${listen}"
  store: {sqlite: ${JSON.stringify(sqlite)}}
sources:
  - {name: simulated, kind: prometheus, url: "http://127.0.0.1:9"}
fleet:
  clusters:
${clusters.map((line) => `    - ${line}`).join('\n')}
waves:
${waves.map(({ name, policy }) => `  - {name: ${name}, policy: ${policy}}`).join('\n')}
policies:
  strict: {shrink: {factor: 0.5, afterGo: 6, floor: 5m}}
apps:
  - {name: ${DEMO_APP}, components: [dns], owners: [platform-team]}
`;
}
