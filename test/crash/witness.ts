/** A run as the gate tells it, as far as it must not change. */
export interface SeenRun {
  readonly id: string;
  readonly state: string;
  readonly askedAt: string;
  readonly admittedAt?: string;
  readonly syncedAt?: string;
  readonly settledAt?: string;
  readonly decidedAt?: string;
}

/** What somebody was told, and may count on. */
export interface Acknowledged {
  readonly runId: string;
  readonly kind: 'admission' | 'sync' | 'override';
}

/** Stages in their order; the gate never goes back, and a verdict stays what it is. */
const STAGES: Readonly<Record<string, number>> = {
  asked: 0,
  admitted: 1,
  settling: 2,
  soaking: 3,
  go: 4,
  halted: 4,
  inconclusive: 4,
  superseded: 4,
};
const TIMES = ['askedAt', 'admittedAt', 'syncedAt', 'settledAt', 'decidedAt'] as const;

/** Remembers everything that was acknowledged, and complains when the gate tells something else afterwards. */
export class Witness {
  readonly runs = new Map<string, SeenRun>();
  readonly acknowledged: Acknowledged[] = [];
  readonly heads = new Map<number, string>();
  readonly complaints: string[] = [];
  /** Runs that a person's word may have decided, whether it was acknowledged or not. */
  readonly overridden = new Set<string>();

  /** Somebody was told what a run is. */
  saw(run: SeenRun): void {
    const before = this.runs.get(run.id);
    this.runs.set(run.id, run);
    if (before === undefined) return;
    const wasDecided = STAGES[before.state] === 4;
    const isFree = this.overridden.has(run.id);
    for (const time of TIMES) {
      if (before[time] === undefined || before[time] === run[time] || (time === 'decidedAt' && isFree))
        continue;
      this.complaints.push(`run ${run.id}: ${time} was ${before[time]} and became ${run[time]}`);
    }
    const goesBack = (STAGES[run.state] ?? -1) < (STAGES[before.state] ?? -1);
    if (goesBack || (wasDecided && run.state !== before.state && !isFree)) {
      this.complaints.push(`run ${run.id} was ${before.state} and became ${run.state}`);
    }
  }

  /** Somebody was told where the audit log ends. */
  sawHead({ seq, hash }: { readonly seq: number; readonly hash: string }): void {
    const before = this.heads.get(seq);
    if (before !== undefined && before !== hash) this.complaints.push(`entry ${seq} had two hashes`);
    this.heads.set(seq, hash);
  }

  /** A run that was told is not there any more. */
  lost(runId: string): void {
    this.complaints.push(`run ${runId} was told, and is gone`);
  }
}
