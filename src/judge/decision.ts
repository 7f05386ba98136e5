import { MINUTE_MS } from '../domain/reading.ts';
import type { Policy } from '../domain/run.ts';
import type { Reason, Verdict } from '../domain/verdict.ts';
import { type Cause, told } from './cause.ts';
import type { Examined } from './check-result.ts';
import type { Holds } from './holds.ts';
import type { Look } from './look.ts';
import { countText, minutesIn, minutesText } from './numbers.ts';
import { sentence } from './wording.ts';

/** Suspicion makes the soak this much longer. */
export const SUSPICION_EXTENSION = 1.5;

/** A pending alert may hold a soak this far beyond its longest: an alert that never stops pending must not hold for ever. */
const PENDING_EXTENSION = 1.5;

/** A verdict with its reasons, the deciding ones first. */
export interface Ruling {
  readonly verdict: Verdict;
  readonly reasons: readonly Cause[];
}

/** Soak that go needs, in milliseconds. */
export function neededSoakMs({ minSoakMs, maxSoakMs }: Policy, suspicious: boolean): number {
  return Math.min(maxSoakMs, suspicious ? minSoakMs * SUSPICION_EXTENSION : minSoakMs);
}

/** Decides a look that found no harm: go on complete evidence, inconclusive at the end of the soak, else hold. */
export function rule(
  look: Look,
  { troubles, pending, gaps }: Holds,
  examined: readonly Examined[],
  neededMs: number,
): Ruling {
  const { policy } = look.plan.facts;
  const { settledAt, soakMs } = look.instant;
  if (settledAt === undefined) return { verdict: 'hold', reasons: [...troubles, told(SETTLING)] };
  if (soakMs < neededMs) {
    return {
      verdict: 'hold',
      reasons: [...troubles, soaking(policy, soakMs, neededMs, examined), ...pending, ...gaps],
    };
  }
  const open = [...troubles, ...pending, ...gaps];
  if (open.length === 0) return { verdict: 'go', reasons: [complete(examined, soakMs)] };
  const waitsForAlert = pending.length > 0 && soakMs < policy.maxSoakMs * PENDING_EXTENSION;
  if (soakMs < policy.maxSoakMs || waitsForAlert) return { verdict: 'hold', reasons: open };
  const onlyGaps = troubles.length === 0 && pending.length === 0;
  if (policy.onInconclusive === 'go-with-note' && onlyGaps && isSteady(examined)) {
    return {
      verdict: 'go',
      reasons: [ended('go with a note, as the policy says; not proved'), ...gaps],
    };
  }
  return { verdict: 'inconclusive', reasons: [ended('no verdict is possible; open'), ...open] };

  function ended(how: string): Cause {
    const what = open.map(({ code }) => code).join(', ');
    return told({
      code: 'run/max-soak',
      text: `The longest soak of ${minutes(policy.maxSoakMs)} is over: ${how}: ${what}.`,
    });
  }
}

const SETTLING: Reason = {
  code: 'run/settling',
  text: 'The sync is done and the change has not arrived everywhere yet; evidence for go counts from then on.',
};

function soaking(policy: Policy, soakMs: number, neededMs: number, examined: readonly Examined[]): Cause {
  const code = 'run/soaking';
  const extended = () => {
    if (neededMs <= policy.minSoakMs) return '';
    const doubtful = examined
      .filter(({ finding }) => finding.wasSuspicious)
      .map(({ plan }) => plan.check.title);
    return `, longer than the usual ${minutes(policy.minSoakMs)} because this may have got worse: ${doubtful.join(', ')}`;
  };
  const text = () =>
    `${countText(minutesIn(soakMs))} of at least ${minutesText(Math.ceil(neededMs / MINUTE_MS))} soaked${extended()}.`;
  return { code, tell: () => ({ code, text: text() }) };
}

function complete(examined: readonly Examined[], soakMs: number): Cause {
  const code = 'evidence/complete';
  return {
    code,
    tell() {
      const proofs = examined.flatMap(({ plan, proof }) =>
        proof ? `${plan.check.title}: ${proof.text()}` : [],
      );
      const after = `every required check has its evidence after ${minutes(soakMs)}`;
      return { code, text: sentence(`${after}: ${proofs.join('; ')}`) };
    },
  };
}

function minutes(ms: number): string {
  return minutesText(minutesIn(ms));
}

function isSteady(examined: readonly Examined[]): boolean {
  return examined.every(({ proof }) => proof === undefined || proof.proved || proof.steady);
}
