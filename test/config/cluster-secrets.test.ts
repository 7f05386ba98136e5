import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type ClusterSecret, describeFleet, NO_FLEET } from '../../src/config/cluster-secrets.ts';

type Written = Pick<ClusterSecret, 'name' | 'labels' | 'annotations'>;

interface Case {
  readonly name: string;
  readonly before?: readonly Written[];
  readonly secrets: readonly Written[];
  readonly clusters: readonly object[];
  readonly problems?: readonly string[];
  readonly unfit?: Readonly<Record<string, string>>;
}

const CASES = parse(
  readFileSync(new URL('cluster-secrets.yaml', import.meta.url), 'utf8'),
) as readonly Case[];
const FLEET = {
  namespace: 'argocd',
  selector: {},
  refresh: '60s',
  class: 'standard',
  source: 'main',
  api: {},
} as const;
const KNOWN = {
  waves: ['staging', 'prod'],
  sources: ['main', 'amp'],
  issuers: ['https://ci.example.com'],
};

const secretOf = (written: Written): ClusterSecret => ({
  ...written,
  uid: `uid of ${written.name}`,
  namespace: 'argocd',
});

describe('clusters of Secrets', () => {
  it.each(CASES)('$name', ({ before = [], secrets, clusters, problems = [], unfit = {} }) => {
    const earlier = describeFleet(before.map(secretOf), FLEET, KNOWN, NO_FLEET);
    const found = describeFleet(secrets.map(secretOf), FLEET, KNOWN, earlier);
    expect(found.clusters).toMatchObject(clusters);
    expect(found.clusters).toHaveLength(clusters.length);
    const told = found.problems.map(({ path, message }) => `${path} ${message}`);
    expect(told).toHaveLength(problems.length);
    for (const [i, text] of problems.entries()) expect(told[i]).toContain(text);
    for (const [name, text] of Object.entries(unfit)) expect(found.unfit.get(name)).toContain(text);
  });

  it('does not depend on the order in which the API server tells of them', () => {
    const secrets = CASES.flatMap(({ secrets: own }) => own).map(secretOf);
    const found = describeFleet(secrets, FLEET, KNOWN, NO_FLEET);
    expect(describeFleet([...secrets].reverse(), FLEET, KNOWN, NO_FLEET).problems.length).toBe(
      found.problems.length,
    );
  });
});
