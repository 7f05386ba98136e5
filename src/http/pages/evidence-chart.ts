import { html } from 'hono/html';
import type { Run } from '../../domain/run.ts';
import type { EvidenceOverTime, JudgedMinute } from '../../gate/evidence-over-time.ts';
import { chart } from './chart.ts';
import type { Html } from './layout.ts';
import { momentsOf } from './moments.ts';

/** One check's way through the minutes. */
interface Course {
  readonly signal: string;
  readonly halts: boolean;
  readonly lowest: number;
  readonly points: readonly { readonly at: number; readonly value: number }[];
}

/**
 * How the evidence grew: the chance of a false alarm, minute by minute, of the check that convicted or came closest.
 */
export async function evidenceChart(run: Run, evidence: EvidenceOverTime): Promise<Html> {
  if (evidence.is === 'forgotten') {
    return said(
      'What the quiet hours of its class looked like then is no longer kept, so it is not drawn again.',
    );
  }
  const course = tellingCourse(run, evidence.minutes);
  if (course === undefined) return said('It can be drawn from the second minute after the sync.');
  const { signal, halts, lowest, points } = course;
  if (lowest >= 1) return said('In no minute did any check show more than chance.');
  const { alpha } = run.policy;
  const line = oneIn(alpha);
  return chart({
    title: `${signal}: the chance of a false alarm`,
    summary: `If nothing had got worse, a soak would look as bad as this by chance so often, all checks and minutes together; ${halts ? `at ${line} or rarer it halts` : `rarer than ${line} would halt, but this check can only make the soak longer here`}. At its worst it was ${oneIn(lowest)}.`,
    scale: 'log',
    lines: [{ label: signal, role: 'treated', points }],
    limits: [
      { label: `${halts ? 'halts at' : 'the rollout’s share of false halts:'} ${line}`, value: alpha },
    ],
    moments: momentsOf(run),
  });
}

function said(text: string): Html {
  return html`<p>${text}</p>`;
}

/** The check that a reason convicts, else the one whose chance was lowest; undefined before there is a line to draw. */
function tellingCourse({ reasons }: Run, minutes: readonly JudgedMinute[]): Course | undefined {
  if (minutes.length < 2) return undefined;
  const convicted = reasons.flatMap(({ code }) => /^(?:regression|limit|wave)\/(.+)$/.exec(code)?.[1] ?? []);
  const signals = new Set(minutes.flatMap(({ chances }) => chances.map(({ signal }) => signal)));
  const courses = [...signals].map((signal) => courseOf(signal, minutes));
  const told = courses.find(({ signal }) => signal === convicted[0]);
  return told ?? courses.toSorted((a, b) => a.lowest - b.lowest)[0];
}

function courseOf(signal: string, minutes: readonly JudgedMinute[]): Course {
  const seen = minutes.flatMap(({ minute, chances }) => {
    const own = chances.find((each) => each.signal === signal);
    return own ? [{ at: minute, value: Math.max(SMALLEST, own.chance), halts: own.halts }] : [];
  });
  const [worst] = seen.toSorted((a, b) => a.value - b.value);
  return { signal, halts: worst?.halts ?? false, lowest: worst?.value ?? 1, points: seen };
}

/** A smaller chance says no more, and would flatten the rest of the line. */
const SMALLEST = 1e-9;

function oneIn(chance: number): string {
  const odds = chance <= SMALLEST ? 1 / SMALLEST : Math.floor(1 / chance + 1e-9);
  return `${chance <= SMALLEST ? 'less than ' : ''}1 in ${odds.toLocaleString('en-US')}`;
}
