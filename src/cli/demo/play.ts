import type { CheckedAlert } from '../../domain/check.ts';
import type { Clock } from '../../gate/ports.ts';
import type { RunEvidence } from '../../gate/use-cases.ts';
import type { Fleet } from '../../simulator/fleet.ts';
import { DEMO_APP, DEMO_CLUSTER } from './fleet.ts';
import { type HookOutcome, runHookProcess } from './hook-process.ts';
import type { Scene } from './scenes.ts';
import type { SceneResult } from './story.ts';

/** What a scene is played on. */
interface Stage {
  readonly url: string;
  readonly fleet: Fleet;
  readonly clock: Clock;
  readonly alerts: readonly CheckedAlert[];
  readonly progress: (line: string) => void;
}

/** How long Argo CD takes to apply the change, in fleet time. */
const SYNC_MS = 30_000;

/** Rolls one change out to the one cluster, as Argo CD would: PreSync hook, sync, PostSync hook. */
export async function playScene(scene: Scene, stage: Stage): Promise<SceneResult> {
  const { url, clock, fleet, progress } = stage;
  const asked = ['--app', DEMO_APP, '--cluster', DEMO_CLUSTER, '--gate-url', url];
  const change = ['--revision', scene.revision, '--digest', scene.digest];
  const preSync = await runHookProcess(['pre-sync', ...asked, ...change], progress);
  if (preSync.exitCode !== 0)
    return { ...resultOf(scene, preSync, preSync), verdictAfterSeconds: 0, checks: [] };
  await clock.sleep(SYNC_MS);
  const syncedAt = clock.now();
  if (scene.fault !== undefined) {
    fleet.inject({
      ...scene.fault,
      component: 'dns',
      cluster: DEMO_CLUSTER,
      from: syncedAt,
      to: Number.POSITIVE_INFINITY,
    });
  }
  const postSync = await runHookProcess(['post-sync', ...asked, ...change], progress);
  const decidedAt = Date.parse(postSync.answer?.decidedAt ?? '');
  const verdictAt = Number.isNaN(decidedAt) ? clock.now() : decidedAt;
  const evidence = await evidenceOf(url, postSync);
  const runbook = runbookOf(postSync, stage);
  return {
    ...resultOf(scene, preSync, postSync),
    verdictAfterSeconds: Math.max(0, (verdictAt - syncedAt) / 1000),
    checks: evidence?.checks ?? [],
    ...(runbook === undefined ? {} : { runbook }),
  };
}

function resultOf(
  scene: Scene,
  preSync: HookOutcome,
  postSync: HookOutcome,
): Pick<SceneResult, 'scene' | 'title' | 'preSync' | 'postSync'> {
  return { scene: scene.name, title: scene.title, preSync, postSync };
}

async function evidenceOf(url: string, { answer }: HookOutcome): Promise<RunEvidence | undefined> {
  if (answer === undefined) return undefined;
  const response = await fetch(`${url}/v1/runs/${answer.runId}/evidence`);
  return response.ok ? ((await response.json()) as RunEvidence) : undefined;
}

/** The page for the signal that stopped it. */
function runbookOf({ answer }: HookOutcome, { alerts, url }: Stage): string | undefined {
  const signal = answer?.reasons.find(({ evidence }) => evidence !== undefined)?.evidence?.signal;
  if (answer?.verdict !== 'halt' || signal === undefined) return undefined;
  const alert = alerts.find((candidate) => candidate.signal === signal && candidate.halts);
  return alert && `${url}/runbooks/${alert.name}?cluster=${DEMO_CLUSTER}`;
}
