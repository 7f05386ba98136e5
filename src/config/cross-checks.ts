import { bundleNameProblems } from '../catalogue/bundle.ts';
import { CATALOGUE } from '../catalogue/catalogue.ts';
import { seconds } from '../domain/duration.ts';
import type { ConfigProblem } from '../domain/errors.ts';
import { isLoopback } from '../identity/loopback.ts';
import { type Draft, namesOf } from './draft.ts';
import { ARGOCD_SECRETS, fleetProblems } from './fleet.ts';
import { hasIdentities, issuerProblems } from './issuer-checks.ts';
import { isPreset, PRESET_NAMES, resolvePolicy } from './policies.ts';
import { tokenProblems } from './token-checks.ts';
import { duration, listenText, parseListenAddress } from './values.ts';

/** The gate never judges the change of itself. */
const OWN_APP = 'tidegate';

/**
 * What one part of a configuration says about another: unknown names, duplicates, contradictions.
 *
 * Reads the file as it is, right or wrong in shape, so that all problems are told at once and not one layer after another.
 *
 * @param raw the parsed file with the environment's values already in it
 */
export function crossProblems(raw: unknown): ConfigProblem[] {
  const root: Draft = { path: '', fields: fieldsOf(raw) };
  const [gate, fleet, identity] = [part(root, 'gate'), part(root, 'fleet'), part(root, 'identity')];
  const lists = {
    source: items(root, 'sources'),
    cluster: items(fleet, 'clusters'),
    wave: items(root, 'waves'),
    app: items(root, 'apps'),
    token: items(identity, 'tokens'),
  };
  // Clusters that Argo CD knows are told later, by its Secrets.
  const clusterNames = fleet.fields['from'] === ARGOCD_SECRETS ? undefined : namesOf(lists.cluster);
  const policies = entries(part(root, 'policies'));
  const policyNames = new Set([...PRESET_NAMES, ...policies.map(({ name }) => name)]);
  return [
    ...doorProblems(gate, identity),
    ...tokenProblems({ ...lists, clusterNames }),
    ...issuerProblems({ ...lists, clusterNames, identity, issuer: items(identity, 'issuers') }),
    ...Object.entries(lists).flatMap(([what, drafts]) => duplicates(what, drafts)),
    ...references(lists.cluster, 'wave', namesOf(lists.wave)),
    ...references(lists.cluster, 'source', namesOf(lists.source)),
    ...references(lists.wave, 'policy', [...policyNames]),
    ...(clusterNames ? references(items(root, 'waivers'), 'cluster', clusterNames) : []),
    ...(root.fields['fleet'] === undefined ? [] : fleetProblems(fleet, namesOf(lists.source))),
    ...policies.flatMap(({ name, draft }) => soakProblems(name, draft)),
    ...lists.app.flatMap(ownAppProblems),
    ...bundleProblems(part(root, 'bundle')),
  ];
}

/** Names of alerts, signals, exporters and settings that the catalogue does not have. */
function bundleProblems({ path, fields }: Draft): ConfigProblem[] {
  return bundleNameProblems(CATALOGUE, fields).map((problem) => ({
    path: `${path}.${problem.path}`,
    message: problem.message,
  }));
}

function doorProblems(gate: Draft, identity: Draft): ConfigProblem[] {
  const { listen, token } = gate.fields;
  const address = typeof listen === 'string' ? parseListenAddress(listen) : undefined;
  if (address === undefined || isLoopback(address.host)) return [];
  if (token !== undefined || hasIdentities(identity.fields)) return [];
  const message =
    `is missing, and ${listenText(address)} can be reached from other machines; ` +
    'configure identity.tokens, hooks, issuers or people, or set TIDEGATE_TOKEN_SHA256 or gate.token.sha256 to the SHA-256 of a token, or listen on 127.0.0.1';
  return [{ path: 'gate.token', message }];
}

function duplicates(what: string, drafts: readonly Draft[]): ConfigProblem[] {
  const first = new Map<unknown, string>();
  return drafts.flatMap(({ path, fields: { name } }) => {
    const before = first.get(name);
    if (name === undefined || before === undefined) {
      first.set(name, path);
      return [];
    }
    return [{ path: `${path}.name`, message: `${JSON.stringify(name)} is the ${what} of ${before} already` }];
  });
}

function references(
  drafts: readonly Draft[],
  what: 'wave' | 'source' | 'policy' | 'cluster',
  known: readonly string[],
): ConfigProblem[] {
  const plural = what === 'policy' ? 'policies' : `${what}s`;
  const there =
    known.length === 0 ? `there are no ${plural}` : `${plural} are ${[...new Set(known)].join(', ')}`;
  return drafts.flatMap(({ path, fields: { [what]: name } }) =>
    typeof name !== 'string' || known.includes(name)
      ? []
      : [{ path: `${path}.${what}`, message: `${JSON.stringify(name)} is not a ${what}; ${there}` }],
  );
}

function soakProblems(name: string, { path, fields }: Draft): ConfigProblem[] {
  const given = Object.fromEntries(
    (['minSoak', 'maxSoak'] as const).flatMap((key) => {
      const parsed = duration.safeParse(fields[key]);
      return parsed.success ? [[key, parsed.data]] : [];
    }),
  );
  const from = typeof fields['from'] === 'string' && isPreset(fields['from']) ? { from: fields['from'] } : {};
  const { minSoak, maxSoak } = resolvePolicy(name, { ...from, ...given });
  if (seconds(minSoak) <= seconds(maxSoak)) return [];
  return [{ path: `${path}.minSoak`, message: `${minSoak} is longer than maxSoak, which is ${maxSoak}` }];
}

function ownAppProblems({ path, fields: { name } }: Draft): ConfigProblem[] {
  if (name !== OWN_APP) return [];
  return [{ path: `${path}.name`, message: `the gate never gates itself; remove the app ${OWN_APP}` }];
}

function part({ path, fields }: Draft, key: string): Draft {
  return { path: path === '' ? key : `${path}.${key}`, fields: fieldsOf(fields[key]) };
}

function items(parent: Draft, key: string): Draft[] {
  const { path } = part(parent, key);
  const list = parent.fields[key];
  return Array.isArray(list)
    ? list.map((item, at) => ({ path: `${path}[${at}]`, fields: fieldsOf(item) }))
    : [];
}

function entries(parent: Draft): { name: string; draft: Draft }[] {
  return Object.keys(parent.fields).map((name) => ({ name, draft: part(parent, name) }));
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Record<string, unknown>) : {};
}
