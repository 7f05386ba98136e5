import { EventEmitter, once } from 'node:events';
import { NotFoundError } from '../../src/domain/errors.ts';
import type { Run } from '../../src/domain/run.ts';
import type { Deployed } from '../../src/gate/adopting.ts';
import type { SeenDeployed } from '../../src/gate/deployed.ts';
import type { EvidenceOverTime } from '../../src/gate/evidence-over-time.ts';
import type { Freeze } from '../../src/gate/freezes.ts';
import type { FreezeOrder } from '../../src/gate/freezing.ts';
import type { LearnedSummary } from '../../src/gate/learning/learned-summary.ts';
import type { AuditDraft, AuditEntry, AuditHead, RunFilter } from '../../src/gate/ports.ts';
import type { ClusterStanding } from '../../src/gate/preflight/cluster-standing.ts';
import type { Rollout } from '../../src/gate/rollouts.ts';
import type {
  Answer,
  Ask,
  AwaitedChange,
  Caller,
  Gate,
  PersonsWord,
  ProbeReport,
  RunEvidence,
} from '../../src/gate/use-cases.ts';

const AT = Date.UTC(2026, 10, 23, 12);

/** A soaking run of platform-bom on prod-1. */
export const RUN: Run = {
  id: 'run-1',
  app: 'platform-bom',
  cluster: 'prod-1',
  digest: 'sha256:ab',
  attempt: 1,
  revision: 'abc123',
  intent: 'change',
  components: ['dns'],
  policy: {
    name: 'strict',
    minSoakMs: 900_000,
    maxSoakMs: 7_200_000,
    maxSyncMs: 7_200_000,
    maxSettleMs: 14_400_000,
    maxBlindMs: 3_600_000,
    alpha: 0.05,
    onInconclusive: 'stop',
  },
  state: 'soaking',
  askedAt: AT,
  admittedAt: AT,
  syncedAt: AT + 60_000,
  settledAt: AT + 120_000,
  blindMs: 0,
  ungated: false,
  verdict: 'hold',
  reasons: [{ code: 'run/soaking', text: 'The gate is gathering evidence.' }],
};

/** An entry of the log about that run. */
export const ENTRY: AuditEntry = {
  seq: 1,
  at: AT,
  kind: 'admission',
  actor: 'hook',
  runId: 'run-1',
  data: { app: 'platform-bom', cluster: 'prod-1', digest: 'sha256:ab', reasons: ['admission/admitted'] },
  previous: '0'.repeat(64),
  hash: '1'.repeat(64),
};

/** The rollout of that run: its wave is under way, the one after it waits. */
export const ROLLOUT: Rollout = {
  app: RUN.app,
  digest: RUN.digest,
  revision: RUN.revision,
  mode: 'enforce',
  status: 'open',
  startedAt: AT,
  since: AT + 120_000,
  notes: [],
  waves: [
    {
      name: 'prod',
      status: 'open',
      clusters: [
        {
          name: 'prod-1',
          state: 'soaking',
          verdict: 'hold',
          reason: 'run/soaking',
          text: 'The gate is <b>gathering</b> evidence.',
          since: AT + 120_000,
          runId: RUN.id,
        },
      ],
      waitsFor: 'prod-1 is soaking.',
      since: AT + 120_000,
      whoCanAct: 'nobody has to: Argo CD syncs and the gate decides',
      next: [],
    },
    {
      name: 'last',
      status: 'waiting',
      clusters: [{ name: 'prod-2', state: 'not-asked', verdict: 'hold' }],
      waitsFor: 'Go on every cluster of prod.',
      since: AT,
      whoCanAct: 'nobody has to: its turn comes',
      next: [],
    },
  ],
};

/** A gate with one run, which remembers what it was told; `trouble` is thrown by whatever is called next. */
export class FakeGate implements Gate {
  readonly asked: (Ask & { by: string })[] = [];
  readonly awaited: (AwaitedChange & { waitMs: number })[] = [];
  readonly nudged: (readonly string[])[] = [];
  readonly words: (PersonsWord & { id: string; verdict?: string })[] = [];
  readonly probes: (ProbeReport & { id: string; name: string; by: string })[] = [];
  readonly filters: RunFilter[] = [];
  readonly recorded: Pick<AuditDraft, 'kind' | 'actor' | 'data'>[] = [];
  readonly events = new EventEmitter<{ waiting: []; changed: []; gone: [] }>();
  readonly seen: (SeenDeployed & { by: string })[] = [];
  ledger: readonly Run[] = [RUN];
  frozen: readonly Freeze[] = [];
  trouble: unknown;
  entries: readonly AuditEntry[] = [ENTRY];
  state: Run['state'] = 'soaking';
  verdict: Answer['verdict'] = 'hold';
  rolloutIs: Partial<Rollout> = {};
  evidenceIs: Partial<RunEvidence> = {};
  overTime: EvidenceOverTime = { is: 'judged', minutes: [] };
  standingIs: ClusterStanding = { budgets: { is: 'no-data' }, blockers: [], notes: [], waivers: [] };

  async ask(ask: Ask, caller: Caller): Promise<Answer> {
    this.#fail();
    this.asked.push({ ...ask, by: caller.name });
    if (ask.cluster !== RUN.cluster) {
      throw new NotFoundError('cluster/unknown', `There is no cluster ${JSON.stringify(ask.cluster)}.`);
    }
    return this.#answer(ask);
  }

  async askAndWait(ask: Ask, caller: Caller, waitMs: number, aborted: AbortSignal): Promise<Answer> {
    await this.ask(ask, caller);
    aborted.addEventListener('abort', () => this.events.emit('gone'));
    const over = AbortSignal.any([aborted, AbortSignal.timeout(waitMs)]);
    const changed = once(this.events, 'changed', { signal: over }).catch(() => undefined);
    this.events.emit('waiting');
    await changed;
    return this.#answer(ask);
  }

  async awaitVerdict(change: AwaitedChange, waitMs: number): Promise<Answer> {
    this.#fail();
    this.awaited.push({ ...change, waitMs });
    return this.#answer({ ...change, revision: change.digest, phase: 'PostSync' });
  }

  async run(id: string): Promise<Run> {
    this.#fail();
    if (id !== RUN.id) throw new NotFoundError('run/unknown', `There is no run ${id}.`);
    return { ...RUN, state: this.state };
  }

  async runs(filter: RunFilter): Promise<readonly Run[]> {
    this.#fail();
    this.filters.push(filter);
    return this.ledger;
  }

  async evidence(id: string): Promise<RunEvidence> {
    return {
      run: await this.run(id),
      checks: [
        {
          signal: 'dns-errors',
          outcome: 'gathering',
          text: '0 of 600 requests <b>failed</b>',
          promise: 'not 3x worse',
          evidence: [{ signal: 'dns-errors', e: 4.2 }],
        },
      ],
      lookedAt: new Date(AT).toISOString(),
      before: [],
      minutes: [{ minute: new Date(AT).toISOString(), readings: { counts: {}, items: {}, values: {} } }],
      alertsBefore: [],
      covered: ['dns-errors'],
      probes: {},
      ...this.evidenceIs,
    };
  }

  async evidenceOverTime(): Promise<EvidenceOverTime> {
    this.#fail();
    return this.overTime;
  }

  async standing(): Promise<ClusterStanding> {
    this.#fail();
    return this.standingIs;
  }

  async reportProbe(id: string, name: string, report: ProbeReport, { name: by }: Caller): Promise<Run> {
    const run = await this.run(id);
    this.probes.push({ id, name, ...report, by });
    return run;
  }

  async override(id: string, verdict: 'go' | 'halt', word: PersonsWord): Promise<Run> {
    const run = await this.run(id);
    this.words.push({ id, verdict, ...word });
    return {
      ...run,
      state: verdict === 'go' ? 'go' : 'halted',
      verdict,
      decidedBy: word.actor,
      decidedAt: AT,
    };
  }

  async retry(id: string, word: PersonsWord): Promise<Run> {
    const run = await this.run(id);
    this.words.push({ id, ...word });
    return { ...run, attempt: 2 };
  }

  async acknowledge(id: string, word: PersonsWord): Promise<Run> {
    const run = await this.run(id);
    this.words.push({ id, ...word });
    return { ...run, acknowledgedBy: word.actor };
  }

  async freeze(order: FreezeOrder, word: PersonsWord): Promise<Freeze> {
    this.#fail();
    const freeze = { id: 'fr-1', stopsRollbacks: false, at: AT, ...order, ...word };
    this.frozen = [...this.frozen, freeze];
    return freeze;
  }

  async thaw(id: string, word: PersonsWord): Promise<Freeze> {
    this.#fail();
    const freeze = this.frozen.find((one) => one.id === id);
    if (freeze === undefined) throw new NotFoundError('freeze/unknown', `There is no freeze ${id}.`);
    this.words.push({ id, ...word });
    this.frozen = this.frozen.filter((one) => one !== freeze);
    return freeze;
  }

  async freezes(): Promise<readonly Freeze[]> {
    this.#fail();
    return this.frozen;
  }

  async adopt(places: readonly Deployed[], word: PersonsWord): Promise<readonly Run[]> {
    this.#fail();
    return places.map((place) => ({ ...RUN, ...place, state: 'adopted', decidedBy: word.actor }));
  }

  async deployed(seen: SeenDeployed, caller: Caller): Promise<{ run: Run; isNew: boolean }> {
    this.#fail();
    this.seen.push({ ...seen, by: caller.name });
    return { run: { ...RUN, ungated: true }, isNew: true };
  }

  async rollouts(app?: string): Promise<readonly Rollout[]> {
    this.#fail();
    if (app !== undefined && app !== RUN.app) {
      throw new NotFoundError('app/unknown', `There is no app ${app}.`);
    }
    return [{ ...ROLLOUT, ...this.rolloutIs }];
  }

  async rollout(app: string, digest: string): Promise<Rollout> {
    const [rollout] = await this.rollouts(app);
    if (rollout?.digest === digest) return rollout;
    throw new NotFoundError('rollout/unknown', `Nobody asked for ${digest}.`);
  }

  async audit(after: number, limit: number): Promise<readonly AuditEntry[]> {
    this.#fail();
    return this.entries.filter(({ seq }) => seq > after).slice(0, limit);
  }

  /** Of class `large` alone something is known. */
  learned(className: string): LearnedSummary | undefined {
    if (className !== 'large') return undefined;
    const windows = { 'dns-errors': { used: 2_304, sync: 12, alert: 3, missing: 40, everyMinutes: 10 } };
    const to = Date.UTC(2026, 10, 23, 6);
    return { class: className, learnedAt: to, from: to - 48 * 3_600_000, to, clusters: 9, windows };
  }

  async auditHead(): Promise<AuditHead> {
    return { seq: ENTRY.seq, hash: ENTRY.hash };
  }

  async record(entry: Pick<AuditDraft, 'kind' | 'actor' | 'data'>): Promise<void> {
    this.#fail();
    this.recorded.push(entry);
  }

  nudge(clusters: readonly string[]): readonly string[] {
    this.nudged.push(clusters);
    return clusters.filter((name) => name.startsWith('prod-'));
  }

  async changes(): Promise<readonly AuditEntry[]> {
    this.#fail();
    return this.entries;
  }

  async look(): Promise<void> {
    throw new Error('HTTP never makes the gate look');
  }

  async start(): Promise<void> {
    throw new Error('HTTP never starts the gate');
  }

  #fail(): void {
    if (this.trouble !== undefined) throw this.trouble;
  }

  #answer({ app, cluster, phase }: Ask): Answer {
    return {
      verdict: this.verdict,
      reason: 'run/soaking',
      reasons: RUN.reasons,
      runId: RUN.id,
      attempt: 1,
      phase,
      app,
      cluster,
      wave: 'prod',
      digest: RUN.digest,
      state: this.state,
      since: '2026-11-23T12:00:00.000Z',
      whoCanAct: 'nobody has to: the gate decides',
      settle: { done: 3, total: 3 },
      soak: { elapsedSeconds: 10, minSeconds: 900, maxSeconds: 7_200 },
      retryAfterSeconds: 30,
      evidenceUrl: 'http://127.0.0.1/runs/run-1',
    };
  }
}
