import type { Profile } from '../../simulator/profile.ts';

/** The app that the demo rolls out. */
export const DEMO_APP = 'platform-bom';
export const DEMO_CLUSTER = 'staging-eu-1';

/** What the signals of a medium cluster look like on a quiet day. */
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

/** The configuration as a user would write it; it goes through the same door, only its source is simulated. */
export function demoConfigText(listen: string, sqlite: string): string {
  return `gate:
  listen: "${listen}"
  store: {sqlite: ${JSON.stringify(sqlite)}}
sources:
  - {name: simulated, kind: prometheus, url: "http://127.0.0.1:9"}
fleet:
  clusters:
    - {name: ${DEMO_CLUSTER}, wave: staging, class: standard, region: eu-central-1, source: simulated}
waves:
  - {name: staging, policy: standard}
apps:
  - {name: ${DEMO_APP}, components: [dns]}
`;
}
