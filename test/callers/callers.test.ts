import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { freeAddress } from '../../src/cli/free-address.ts';
import { UnavailableError } from '../../src/domain/errors.ts';
import { RIGHTS } from '../../src/domain/rights.ts';
import { startApp, type TestApp } from '../http/start-app.ts';
import { APP } from '../scenarios/fleet-world.ts';
import { argoRolloutsWeb } from './argo-rollouts.ts';
import { argoWorkflowsHttp } from './argo-workflows.ts';
import { type CallerState, CallerWorld, capabilityOf, HOOK_TOKEN, WEBHOOK_TOKEN } from './caller-world.ts';
import type { Contract, Example, Got, Sent } from './contract.ts';
import { alertmanager, argocdNotifications } from './feeds.ts';
import { flagger } from './flagger.ts';
import { gitopsPromoter } from './gitops-promoter.ts';
import { kargoHttp } from './kargo.ts';

const CONTRACTS: Readonly<Record<string, Contract>> = {
  'argo-rollouts-web': argoRolloutsWeb,
  'argo-workflows-http': argoWorkflowsHttp,
  'argocd-notifications': argocdNotifications,
  'gitops-promoter': gitopsPromoter,
  'kargo-http': kargoHttp,
  alertmanager,
  flagger,
};

/** Callers that tell and do not ask. */
const FEEDS = ['alertmanager', 'argocd-notifications'];

/** One request of a caller, the gate's answer, and what the caller makes of it. */
interface Case {
  readonly phase: 'PreSync' | 'PostSync';
  readonly state: CallerState | 'refused' | 'unavailable' | 'unreachable' | 'garbled';
  readonly hook?: string;
  readonly answer?: { readonly status: number; readonly body?: object; readonly text?: string };
  readonly outcome: string;
}

interface CaseFile {
  readonly caller: string;
  readonly contract: string;
  readonly example?: string;
  /** What the caller puts in the place of its own expressions. */
  readonly fills?: Readonly<Record<string, string>>;
  readonly request: Omit<Sent, 'body'> & { readonly body?: object };
  readonly cases: readonly Case[];
}

const CASES = new URL('cases/', import.meta.url);
const EXAMPLES = new URL('../../examples/callers/', import.meta.url);
const files = readdirSync(CASES).map((name) => parse(readFileSync(new URL(name, CASES), 'utf8')) as CaseFile);

let world: CallerWorld;
/** A gate whose ledger is away. */
let away: TestApp;
let nobody: string;
/** A proxy between, which answers everything with a friendly page. */
let proxy: Server;

beforeAll(async () => {
  world = await CallerWorld.open();
  const scope = { apps: [APP], clusters: [world.change('PreSync', 'halt').cluster] };
  away = await startApp({
    identify: async () => ({ name: 'caller', rights: new Set(RIGHTS), scope, shared: false }),
  });
  away.gate.trouble = new UnavailableError('store/unavailable', 'The ledger is away.');
  nobody = `http://${await freeAddress()}`;
  proxy = createServer((_request, response) => response.end('<html>Please sign in to go on</html>'));
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
});

afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await away[Symbol.asyncDispose]();
  proxy.closeAllConnections();
  proxy.close();
});

describe.each(files)('$caller', ({ contract: name, example: path, fills = {}, request, cases }) => {
  const contract = CONTRACTS[name];
  if (contract === undefined) throw new Error(`there is no contract ${name}`);
  const example = path === undefined ? [] : exampleOf(path, fills);

  it.each(cases)('$hook$phase $state: $outcome', async ({ phase, state, hook, answer, outcome }) => {
    const sent = contract.sends(example, hook);
    const placeholders = { TYPE: hook ?? '', CHECKSUM: 'REVISION', PHASE: phase };
    expect(readable(filled(sent, placeholders))).toMatchObject(filled(request, placeholders));

    const got = await send(filled(filled(sent, placeholders), valuesOf(phase, state)), state);

    if (answer === undefined) expect(got).toBeUndefined();
    else expectAnswer(got, answer);
    expect(contract.makesOf(example, got, hook)).toBe(outcome);
  });

  // Feeds decide nothing, and a rollout hook of Flagger passes while the soak goes on: it stops for harm alone.
  if (FEEDS.includes(name)) return;
  it('goes on for a go alone', () => {
    const went = cases.filter(({ state }) => state === 'go');
    expect(went.length).toBeGreaterThan(0);
    for (const { hook, outcome } of went.filter((one) => one.hook !== 'rollout')) {
      const others = cases.filter((one) => one.hook === hook && one.state !== 'go');
      expect(others.map((one) => one.outcome)).not.toContain(outcome);
    }
  });
});

function exampleOf(path: string, fills: Readonly<Record<string, string>>): Example {
  const text = readFileSync(new URL(path, EXAMPLES), 'utf8');
  const whole = Object.entries(fills).reduce((sum, [from, to]) => {
    if (!sum.includes(from)) throw new Error(`${path} does not hold ${from}`);
    return sum.replaceAll(from, to);
  }, text);
  return parseAllDocuments(whole).map((document) => document.toJS() as unknown);
}

function valuesOf(phase: 'PreSync' | 'PostSync', state: Case['state']): Readonly<Record<string, string>> {
  const known = ['refused', 'unavailable', 'unreachable', 'garbled'].includes(state)
    ? 'halt'
    : (state as CallerState);
  const { app, cluster, revision } = world.change(phase, known);
  const secrets =
    state === 'refused'
      ? { WEBHOOK_TOKEN: 'guessed', TOKEN: 'guessed', CAPABILITY: 'guessed' }
      : { WEBHOOK_TOKEN, TOKEN: HOOK_TOKEN, CAPABILITY: capabilityOf(cluster) };
  return { APP: app, CLUSTER: cluster, REVISION: revision, ...secrets };
}

/** With every placeholder replaced, the longer ones first. */
function filled<T extends object>(data: T, values: Readonly<Record<string, string>>): T {
  const names = Object.keys(values).sort((one, other) => other.length - one.length);
  const text = names.reduce((sum, name) => sum.replaceAll(name, values[name] ?? ''), JSON.stringify(data));
  return JSON.parse(text) as T;
}

/** With the body taken apart, for comparison with the recorded one. */
function readable(sent: Sent): object {
  return { ...sent, body: JSON.parse(sent.body) as unknown };
}

async function send({ method, path, headers, body }: Sent, state: Case['state']): Promise<Got> {
  const elsewhere: Partial<Record<Case['state'], string>> = {
    unreachable: nobody,
    unavailable: away.url,
    garbled: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
  };
  const url = elsewhere[state] ?? world.url;
  try {
    const response = await fetch(new URL(path, url), { method, headers, body, redirect: 'manual' });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    if (error instanceof TypeError && error.message === 'fetch failed') return undefined;
    throw error;
  }
}

function expectAnswer(got: Got, { status, body, text }: NonNullable<Case['answer']>): void {
  expect({ ...got, status: got?.status }).toMatchObject({ status });
  if (body !== undefined) expect(JSON.parse(got?.text ?? '')).toMatchObject(body);
  if (text !== undefined) expect(got?.text.startsWith(text), `${got?.text} begins with ${text}`).toBe(true);
}
