import type { Clock } from '../gate/ports.ts';
import type { ProbeReport } from '../gate/use-cases.ts';
import type { HookEnd } from './exit-codes.ts';

/** Where a probe's result goes. */
export interface ProbeTarget {
  readonly gateUrl: string;
  readonly name: string;
  /** The run, or what it is the newest run of. */
  readonly run:
    | { readonly id: string }
    | { readonly app: string; readonly cluster: string; readonly digest: string };
  readonly token: () => Promise<string | undefined>;
  readonly maxWaitMs: number;
}

/** How a report ended. */
export interface ProbeEnd {
  readonly end: HookEnd;
  readonly text: string;
}

const PAUSE_MS = 2_000;
const REQUEST_MS = 10_000;

/** Reports a probe, again and again while the gate can't be reached or does not know the sync yet. */
export async function reportProbe(
  target: ProbeTarget,
  report: ProbeReport,
  { clock, aborted }: { readonly clock: Clock; readonly aborted: AbortSignal },
): Promise<ProbeEnd> {
  const deadline = clock.now() + target.maxWaitMs;
  for (;;) {
    const told = await reportOnce(target, report, aborted);
    if (told.is === 'reported') return endOf(target.name, report);
    if (told.is !== 'again') return { end: told.is, text: told.cause };
    const leftMs = deadline - clock.now();
    if (leftMs <= 0 || aborted.aborted) {
      return { end: 'no-answer', text: `the probe ${target.name} could not be reported: ${told.cause}` };
    }
    await clock.sleep(Math.min(PAUSE_MS, leftMs), aborted);
  }
}

function endOf(name: string, { passed, failed, detail }: ProbeReport): ProbeEnd {
  if (failed === 0) return { end: 'go', text: `the probe ${name} passed ${passed} tests, and is reported` };
  const why = detail === undefined ? '' : `: ${detail}`;
  return {
    end: 'halt',
    text: `the probe ${name} failed ${failed} of ${passed + failed} tests, and is reported${why}`,
  };
}

type Told =
  | { readonly is: 'reported' }
  | { readonly is: 'again' | 'identity-refused' | 'usage'; readonly cause: string };

async function reportOnce(target: ProbeTarget, report: ProbeReport, aborted: AbortSignal): Promise<Told> {
  try {
    const id = 'id' in target.run ? target.run.id : await newestRun(target, target.run, aborted);
    if (id === undefined) return { is: 'again', cause: 'the gate knows no run of this change yet' };
    const path = `/v1/runs/${encodeURIComponent(id)}/probes/${encodeURIComponent(target.name)}`;
    const response = await send(target, path, aborted, report);
    if (response.ok) return { is: 'reported' };
    return refusalOf(response.status, await response.text());
  } catch (error) {
    if (error instanceof Refused) return refusalOf(error.status, error.message);
    const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { is: 'again', cause: inner instanceof Error ? inner.message : String(inner) };
  }
}

/** A gate that answered with something else than the runs. */
class Refused extends Error {
  readonly status: number;

  constructor(status: number, text: string) {
    super(text);
    this.status = status;
  }
}

async function newestRun(
  target: ProbeTarget,
  change: { readonly app: string; readonly cluster: string; readonly digest: string },
  aborted: AbortSignal,
): Promise<string | undefined> {
  const query = new URLSearchParams({ ...change, limit: '1' });
  const response = await send(target, `/v1/runs?${query}`, aborted);
  const text = await response.text();
  if (!response.ok) throw new Refused(response.status, text);
  const { runs } = JSON.parse(text) as { readonly runs?: readonly { readonly id: string }[] };
  return runs?.[0]?.id;
}

async function send(
  { gateUrl, token }: ProbeTarget,
  path: string,
  aborted: AbortSignal,
  report?: ProbeReport,
): Promise<Response> {
  const bearer = await token();
  return fetch(new URL(path, gateUrl), {
    method: report === undefined ? 'GET' : 'POST',
    headers: {
      accept: 'application/json',
      ...(report !== undefined && { 'content-type': 'application/json' }),
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
    },
    ...(report !== undefined && { body: JSON.stringify(report) }),
    redirect: 'manual',
    signal: AbortSignal.any([AbortSignal.timeout(REQUEST_MS), aborted]),
  });
}

/** The sync may be reported a moment later: a run that is not there, or not that far, is asked for again. */
function refusalOf(status: number, text: string): Told {
  const cause = `the gate answered ${status}: ${text.replaceAll(/\s+/g, ' ').slice(0, 300)}`;
  if (status === 401 || status === 403) return { is: 'identity-refused', cause };
  const mayPass = status === 404 || status === 408 || status === 409 || status === 429 || status >= 500;
  return { is: mayPass ? 'again' : 'usage', cause };
}
