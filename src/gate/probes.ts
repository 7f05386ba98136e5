import { ConflictError } from '../domain/errors.ts';
import type { Reason } from '../domain/verdict.ts';
import { aboutRun } from './about-run.ts';
import type { GateParts } from './gate-parts.ts';
import { decideAgain } from './ledger.ts';
import { runOf } from './persons-word.ts';
import type { LedgerRun, Store } from './ports.ts';
import { advance } from './transitions.ts';
import type { Caller, ProbeReport } from './use-cases.ts';

/** A functional test's result as it is kept. */
export interface ProbeResult extends ProbeReport {
  readonly reportedBy: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Results by the probe's name; a later one takes the place of an earlier one. */
export type ProbeResults = Readonly<Record<string, ProbeResult>>;

/** Kind of the documents that hold a run's probe results; their key is the run. */
export const PROBE = 'probe';

/** What probes said of a run. */
export async function probeResults(store: Store, runId: string): Promise<ProbeResults> {
  const document = await store.document(PROBE, runId);
  return document === undefined ? {} : (JSON.parse(document.json) as ProbeResults);
}

/**
 * Keeps what a functional test found. One that the policy requires and that failed halts at once: it was run against the
 * change itself. One that nobody requires is shown.
 *
 * @throws NotFoundError `run/unknown`
 * @throws ConflictError `run/wrong-state` for a run whose sync was not reported, or that is decided
 */
export function reportProbe(
  parts: GateParts,
  id: string,
  { name, report }: { readonly name: string; readonly report: ProbeReport },
  caller: Caller,
): Promise<LedgerRun> {
  return decideAgain(`run ${id}`, async () => {
    const { store, clock, ledger } = parts;
    const run = await runOf(store, id);
    refuseUnlessArriving(run);
    const now = clock.now();
    const known = await store.document(PROBE, id);
    const result: ProbeResult = { ...report, reportedBy: caller.name, at: now };
    const results: ProbeResults = { ...(known && (JSON.parse(known.json) as ProbeResults)), [name]: result };
    const fails = report.failed > 0 && (run.policy.probes ?? []).includes(name);
    const reasons = [failedReason(name, result)] as const;
    const after = fails ? advance(run, { is: 'judged', verdict: 'halt', reasons }, now) : run;
    const { passed, failed, detail } = report;
    const data = { name, passed, failed, ...(detail !== undefined && { detail }) };
    const told = aboutRun(run, { at: now, kind: 'probe', actor: caller.name, data });
    const decided = {
      from: run.state,
      verdict: after.verdict,
      reasons: after.reasons,
      reportedBy: caller.name,
    };
    const verdict = aboutRun(after, { at: now, kind: 'verdict', actor: 'gate', data: decided });
    const [written = after] = await ledger.write(fails ? [{ before: run, after }] : [], {
      audit: fails ? [told, verdict] : [told],
      documents: [{ kind: PROBE, key: id, version: known?.version ?? 0, json: JSON.stringify(results) }],
    });
    return written;
  });
}

/** What the required probes of a run leave open: none of it may stand when it goes. */
export async function outstandingProbes(store: Store, run: LedgerRun): Promise<readonly Reason[]> {
  const required = run.policy.probes ?? [];
  if (required.length === 0) return [];
  const results = await probeResults(store, run.id);
  return required.flatMap((name): readonly Reason[] => {
    const result = results[name];
    if (result && result.failed > 0) return [failedReason(name, result)];
    if (result && result.passed > 0) return [];
    const text = `The policy ${run.policy.name} requires the probe ${name}, and ${result ? 'it tested nothing' : 'nobody has reported it'}: POST /v1/runs/${run.id}/probes/${name}, or run tidegate hook probe --name ${name}.`;
    return [{ code: 'probe/missing', text, whoCanAct: 'whoever runs the probe' }];
  });
}

function failedReason(name: string, { passed, failed, detail }: ProbeResult): Reason {
  const text = `The probe ${name} failed ${failed} of ${passed + failed} tests${detail ? `: ${detail}` : ''}.`;
  return { code: 'probe/failed', text };
}

function refuseUnlessArriving({ id, state }: LedgerRun): void {
  if (state === 'settling' || state === 'soaking') return;
  const why =
    state === 'asked' || state === 'admitted'
      ? 'its sync was not reported yet'
      : 'its verdict is there already';
  throw new ConflictError(
    'run/wrong-state',
    `run ${id} is ${state}: ${why}, so a probe says nothing about it`,
  );
}
