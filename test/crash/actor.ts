import { setTimeout as wait } from 'node:timers/promises';
import type { Random } from '../../src/simulator/random.ts';
import type { SeenRun, Witness } from './witness.ts';

/** The app that is rolled out. */
export const APP = 'platform-bom';

/** How many of a hundred soaks a person halts. */
const HALTED_SHARE = 0.15;
const PAUSE_MS = 15;

interface ToldAnswer {
  readonly runId: string;
  readonly verdict: string;
}

/** What an actor needs. */
export interface Stage {
  readonly witness: Witness;
  readonly random: Random;
  /** The address of a gate that should answer now; undefined while none does. */
  readonly url: () => string | undefined;
  readonly aborted: AbortSignal;
}

/**
 * Rolls one digest after the other out to a cluster, as hooks do: asks, reports the sync, reads the run until it is
 * decided, with alerts and a person's halt now and then. What isn't answered is asked again.
 */
export async function act(cluster: string, stage: Stage): Promise<void> {
  const { witness, random, aborted } = stage;
  for (let number = 1; !aborted.aborted; number += 1) {
    const ask = { app: APP, cluster, digest: `sha256:${number}`, revision: `r${number}` };
    const admitted = await until(stage, async () => {
      const answer = await post<ToldAnswer>(stage, '/v1/verdicts', { ...ask, phase: 'PreSync' });
      return answer?.verdict === 'go' ? answer : undefined;
    });
    if (admitted === undefined) return;
    witness.acknowledged.push({ runId: admitted.runId, kind: 'admission' });
    await look(stage, admitted.runId);
    const synced = await until(stage, () =>
      post<ToldAnswer>(stage, '/v1/verdicts', { ...ask, phase: 'PostSync' }),
    );
    if (synced === undefined) return;
    witness.acknowledged.push({ runId: synced.runId, kind: 'sync' });
    const isHalted = random() < HALTED_SHARE;
    await until(stage, async () => {
      await wait(PAUSE_MS);
      const run = await look(stage, synced.runId);
      const isDecided = run?.decidedAt !== undefined;
      if (run?.state === 'soaking' && isHalted) await halt(stage, run.id);
      if (run && random() < 0.3) await alert(stage, cluster);
      return isDecided ? run : undefined;
    });
  }
}

async function look(stage: Stage, runId: string): Promise<SeenRun | undefined> {
  const run = await call<SeenRun>(stage, `/v1/runs/${runId}`);
  if (run === 'unknown') stage.witness.lost(runId);
  else if (run) stage.witness.saw(run);
  return run === 'unknown' ? undefined : run;
}

async function halt({ witness, ...stage }: Stage, runId: string): Promise<void> {
  witness.overridden.add(runId);
  const body = { verdict: 'halt', actor: 'ada', reason: 'a crash test' };
  const run = await post<SeenRun>({ witness, ...stage }, `/v1/runs/${runId}/override`, body);
  if (run) witness.acknowledged.push({ runId, kind: 'override' });
}

async function alert(stage: Stage, cluster: string): Promise<void> {
  const alerts = [{ status: 'firing', labels: { alertname: 'CoreDnsPanics', cluster } }];
  await post(stage, '/v1/webhooks/alertmanager', { version: '4', status: 'firing', alerts });
  const page = await call<{ readonly head: { readonly seq: number; readonly hash: string } }>(
    stage,
    '/v1/audit?after=0&limit=1',
  );
  if (page && page !== 'unknown') stage.witness.sawHead(page.head);
}

async function until<T>({ aborted }: Stage, work: () => Promise<T | undefined>): Promise<T | undefined> {
  while (!aborted.aborted) {
    const found = await work();
    if (found !== undefined) return found;
    await wait(PAUSE_MS);
  }
  return undefined;
}

async function post<T>(stage: Stage, path: string, body: unknown): Promise<T | undefined> {
  const answer = await call<T>(stage, path, body);
  return answer === 'unknown' ? undefined : answer;
}

// Only a whole answer is one. What is refused for another reason than the crash is a finding.
async function call<T>(
  { url, witness, aborted }: Stage,
  path: string,
  body?: unknown,
): Promise<T | 'unknown' | undefined> {
  const base = url();
  if (base === undefined) return undefined;
  let status: number;
  let text: string;
  try {
    const response = await fetch(new URL(path, base), {
      signal: AbortSignal.any([aborted, AbortSignal.timeout(30_000)]),
      ...(body !== undefined && {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    });
    status = response.status;
    text = await response.text();
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') {
      witness.complaints.push(`${path} was not answered within 30 s`);
    }
    return undefined;
  }
  if (status === 404) return 'unknown';
  if (status < 300) return JSON.parse(text) as T;
  // Decided in the meantime, or the database is away.
  if (status !== 409 && status !== 503) witness.complaints.push(`${path} answered ${status}: ${text}`);
  return undefined;
}
