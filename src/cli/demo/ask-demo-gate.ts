import { setTimeout as wait } from 'node:timers/promises';
import { UnavailableError } from '../../domain/errors.ts';
import { type ChainCheck, verifyChain } from '../../gate/audit.ts';
import type { AuditEntry, AuditHead } from '../../gate/ports.ts';
import type { RunEvidence } from '../../gate/use-cases.ts';
import type { RolloutList } from '../status/read-rollouts.ts';
import { DEMO_APP } from './fleet.ts';

/** A run as the gate tells it; times are ISO 8601. */
export interface ToldRun {
  readonly id: string;
  readonly cluster: string;
  readonly state: string;
  readonly verdict: string;
  readonly attempt: number;
  readonly intent: string;
  readonly policy: { readonly minSoakSeconds: number };
  readonly reasons: RunEvidence['run']['reasons'];
  readonly admittedAt?: string;
  readonly syncedAt?: string;
  readonly settledAt?: string;
  readonly decidedAt?: string;
  readonly blindSince?: string;
  readonly blindSeconds: number;
}

/** What the demo asks its gate, over HTTP as anybody would. */
export interface DemoGate {
  readonly url: string;
  /** Runs of a digest, the newest of each cluster. */
  runs(digest: string): Promise<readonly ToldRun[]>;
  evidence(runId: string): Promise<Pick<RunEvidence, 'checks'>>;
  rollouts(): Promise<RolloutList['rollouts']>;
  rollout(digest: string): Promise<RolloutList['rollouts'][number]>;
  /** A person's word: stops a wave for an hour. @returns the freeze's id */
  freezeWave(wave: string, reason: string): Promise<string>;
  /** A person's word: ends a freeze. */
  thaw(id: string, reason: string): Promise<void>;
  auditHead(): Promise<AuditHead>;
  /** Reads the whole log and checks the chain; a head seen earlier finds a log that was cut. */
  verifyAudit(published?: AuditHead): Promise<ChainCheck>;
  /** Bytes of memory that the process holds. */
  residentBytes(): Promise<number>;
}

/** How long a gate may be away before the demo gives up: a restart takes one or two seconds. */
const PATIENCE_MS = 15_000;
const PAUSE_MS = 200;
const PAGE = 1_000;
const HOUR_MS = 3_600_000;

interface AuditPage {
  readonly entries: readonly (Omit<AuditEntry, 'at'> & { readonly at: string })[];
  readonly head: AuditHead;
}

/**
 * Reads from a gate that may be away for a moment.
 *
 * @param now     the fleet's time, epoch milliseconds
 * @param aborted ends every question with UnavailableError `demo/ended`
 */
export function askDemoGate(url: string, now: () => number, aborted: AbortSignal): DemoGate {
  const readText = (path: string) => readWhenThere(new URL(path, url), aborted);
  const read = async <T>(path: string) => JSON.parse(await readText(path)) as T;
  const say = async <T>(method: 'POST' | 'DELETE', path: string, body?: unknown): Promise<T> => {
    const response = await fetch(new URL(path, url), {
      method,
      signal: aborted,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    });
    const text = await response.text();
    if (response.ok) return JSON.parse(text) as T;
    throw new UnavailableError(
      'demo/gate',
      `the gate answered ${response.status} to ${method} ${path}: ${text}`,
    );
  };
  const auditPage = (after: number, limit: number) =>
    read<AuditPage>(`/v1/audit?after=${after}&limit=${limit}`);
  return {
    url,
    async runs(digest) {
      const query = new URLSearchParams({ app: DEMO_APP, digest, limit: '200' });
      const { runs } = await read<{ readonly runs: readonly ToldRun[] }>(`/v1/runs?${query}`);
      return [...new Map(runs.toReversed().map((run) => [run.cluster, run])).values()];
    },
    evidence: (runId) => read(`/v1/runs/${runId}/evidence`),
    rollouts: async () => (await read<RolloutList>('/v1/rollouts')).rollouts,
    rollout: (digest) => read(`/v1/rollouts/${DEMO_APP}/${encodeURIComponent(digest)}`),
    async freezeWave(wave, reason) {
      const expiresAt = new Date(now() + HOUR_MS).toISOString();
      const { id } = await say<{ readonly id: string }>('POST', '/v1/freezes', {
        scope: 'wave',
        name: wave,
        expiresAt,
        reason,
      });
      return id;
    },
    async thaw(id, reason) {
      await say('DELETE', `/v1/freezes/${id}?reason=${encodeURIComponent(reason)}`);
    },
    auditHead: async () => (await auditPage(0, 1)).head,
    async verifyAudit(published) {
      const entries: AuditEntry[] = [];
      for (;;) {
        const { entries: page } = await auditPage(entries.length, PAGE);
        entries.push(...page.map((entry) => ({ ...entry, at: Date.parse(entry.at) })));
        if (page.length < PAGE) return verifyChain(entries, undefined, published);
      }
    },
    async residentBytes() {
      const line = /^process_resident_memory_bytes(?:\{.*\})? (\S+)$/m.exec(await readText('/metrics'));
      return Number(line?.[1] ?? Number.NaN);
    },
  };
}

async function readWhenThere(url: URL, aborted: AbortSignal): Promise<string> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      const response = await fetch(url, { signal: aborted });
      const text = await response.text();
      if (response.ok) return text;
      throw new UnavailableError('demo/gate', `the gate answered ${response.status} to ${url}: ${text}`);
    } catch (error) {
      if (error instanceof UnavailableError) throw error;
      if (aborted.aborted) throw new UnavailableError('demo/ended', 'the demo ends', { cause: error });
      // Not reachable: it may be starting again.
      if (Date.now() > until) {
        throw new UnavailableError('demo/gate', `the gate at ${url.origin} is gone`, { cause: error });
      }
      await wait(PAUSE_MS);
    }
  }
}
