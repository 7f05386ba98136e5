import type { Config } from '../../src/config/config.ts';
import { readEnvironment, type Variables } from '../../src/config/environment.ts';
import { parseConfig } from '../../src/config/load-config.ts';
import { ConfigError, type ConfigProblem } from '../../src/domain/errors.ts';

/** A small configuration in which nothing is wrong. */
export const GOOD_CONFIG = `
sources:
  - {name: fleet, kind: prometheus, url: 'http://prometheus:9090/'}
fleet:
  clusters:
    - {name: sandbox-1, wave: sandbox, class: small, region: eu-west-1, source: fleet, labels: {tier: dev}}
    - {name: prod-1, wave: prod, class: large, region: eu-west-1, source: fleet, labels: {tier: live}, owners: [platform]}
    - {name: prod-2, wave: prod, class: large, region: us-east-1, account: '123456789012', source: fleet, labels: {tier: live}}
waves:
  - {name: sandbox, policy: quick}
  - {name: prod, policy: strict}
apps:
  - {name: platform-bom, components: [dns, nodes, addon/karpenter]}
  - {name: live-only, components: [workloads], targets: {labels: {tier: live}}}
policies:
  strict: {maxSoak: 3h, alphaRollout: 0.01}
`;

/** Parses a text as if it were `/etc/tidegate/tidegate.yaml`. */
export function parse(text: string, env: Variables = {}): Config {
  return parseConfig(text, {
    source: 'tidegate.yaml',
    folder: '/etc/tidegate',
    environment: readEnvironment(env),
  });
}

/** What is wrong with a text; nothing, when it is fine. */
export function problemsOf(text: string, env: Variables = {}): readonly ConfigProblem[] {
  try {
    parse(text, env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}
