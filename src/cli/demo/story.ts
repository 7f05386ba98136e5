import type { CheckResult } from '../../judge/judge-input.ts';
import type { HookOutcome } from './hook-process.ts';
import type { Scene } from './scenes.ts';

/** What one scene came to, as data: what `--json` prints and the story is told from. */
export interface SceneResult {
  readonly scene: string;
  readonly title: string;
  readonly preSync: HookOutcome;
  readonly postSync: HookOutcome;
  /** Fleet time from the sync to the verdict, in seconds. */
  readonly verdictAfterSeconds: number;
  readonly checks: readonly CheckResult[];
  readonly runbook?: string;
}

/** Minutes and seconds of fleet time. */
export function fleetTime(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return `${minutes}:${String(Math.round(seconds % 60)).padStart(2, '0')}`;
}

/** The opening lines. */
export function prologue(url: string, factor: number): readonly string[] {
  return [
    'tidegate demo: one simulated EKS cluster, a real gate, real hook processes, a real ledger.',
    `The gate listens on ${url}. One second here is ${factor} seconds of the fleet; all times below are the fleet's.`,
    '',
  ];
}

/** A scene as it begins. */
export function sceneHead({ title, revision }: Scene, at: number): readonly string[] {
  return [`${at + 1}. ${title}  (revision ${revision})`];
}

/** A scene as it ended. */
export function sceneEnd({ postSync, verdictAfterSeconds, checks, runbook }: SceneResult): readonly string[] {
  const { answer } = postSync;
  const told = checks.filter(({ outcome }) => ['harm', 'proved', 'suspicion'].includes(outcome));
  const soak =
    answer === undefined
      ? ''
      : ` of ${answer.soak.minSeconds / 60} to ${answer.soak.maxSeconds / 60} min soak`;
  return [
    `   post-sync hook: exit ${postSync.exitCode}, ${postSync.end.toUpperCase()} ${fleetTime(verdictAfterSeconds)} min after the sync${soak}`,
    ...(answer?.reasons ?? []).slice(0, 3).map(({ code, text }) => `   why: ${text} [${code}]`),
    ...told.slice(0, 4).map(({ text }) => `   saw: ${text}`),
    ...(runbook === undefined ? [] : [`   runbook: ${runbook}`]),
    ...(answer === undefined ? [] : [`   evidence: ${answer.evidenceUrl}`]),
    ...(answer?.next ?? []).map((line) => `   next: ${line}`),
    '',
  ];
}

/** What to look at next. */
export function epilogue(url: string): readonly string[] {
  return [
    'Look for yourself:',
    `   ${url}/            what this gate is, and its runs`,
    `   ${url}/runbooks    what to do about each alert`,
    `   ${url}/openapi.json`,
    '   npm run tidegate -- render --signal dns-latency    one definition, five artefacts',
  ];
}
