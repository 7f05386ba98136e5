import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Count, Reading } from '../../src/domain/reading.ts';
import { parseLook } from '../../src/gate/look-record.ts';
import { decodeOpening } from '../../src/gate/opening.ts';
import { RunReadings } from '../../src/gate/run-readings.ts';
import { harmFrom } from '../../src/gate/run-times.ts';
import { judge } from '../../src/judge/judge.ts';
import { value } from './support/fake-source.ts';
import { ALERTS, CHECKS, NOON, QUIET, World } from './support/world.ts';

const MINUTE = 60_000;

/** Noise that is the same in every run of the same minute. */
function noise(minute: number): number {
  return ((minute / MINUTE) * 2_654_435_761) % 5;
}

/** What happens to the cluster, in looks since the sync. */
interface Story {
  readonly name: string;
  /** DNS errors among 1,200 requests, in a minute. */
  readonly dns: (minute: number) => Reading<Count>;
  /** Looks in which the source is down. */
  readonly down?: readonly [number, number];
  readonly ends: string;
}

const usual = (minute: number) => value({ events: 2 + noise(minute), exposure: 1_200 });
const STORIES: readonly Story[] = [
  { name: 'quiet', dns: usual, ends: 'go' },
  {
    name: 'broken by the change',
    dns: (minute) =>
      minute > NOON + 6 * MINUTE ? value({ events: 40 + noise(minute), exposure: 1_200 }) : usual(minute),
    ends: 'halted',
  },
  { name: 'quiet, and blind for a while', dns: usual, down: [9, 30], ends: 'go' },
  {
    name: 'silent',
    dns: (minute) => (minute > NOON ? { is: 'no-traffic' } : usual(minute)),
    ends: 'inconclusive',
  },
];

/** Everything that a rollout left in the ledger; run with the real judge. */
async function live(story: Story, restartAt: ReadonlySet<number>) {
  await using world = await World.open({ judge });
  world.sources.a.script = { ...QUIET, count: (_cluster, _key, minute) => story.dns(minute) };
  const { runId } = await world.ask('PreSync');
  world.clock.advance(90_000);
  await world.ask('PostSync');
  for (let look = 1; look <= 160; look += 1) {
    const [from, to] = story.down ?? [0, 0];
    world.sources.a.mood = look >= from && look < to ? 'down' : 'well';
    if (restartAt.has(look)) world.restart();
    await world.pass(0.25);
    if ((await world.run(runId)).decidedAt !== undefined) break;
  }
  const { store } = world;
  return {
    run: await world.run(runId),
    look: await store.look(runId),
    opening: await store.opening(runId),
    minutes: await store.minutes(runId),
    audit: await store.audit(0, 1_000),
  };
}

describe.each(STORIES)('a soak that is $name', (story) => {
  test('ends the same, byte for byte, wherever the gate was thrown away and started again', async () => {
    const undisturbed = await live(story, new Set());
    expect(undisturbed.run.state).toBe(story.ends);

    const restarts = fc.uniqueArray(fc.integer({ min: 1, max: 130 }), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(restarts, async (looks) => {
        expect(await live(story, new Set(looks))).toEqual(undisturbed);
      }),
      { numRuns: 6 },
    );
    const everyLook = new Set(Array.from({ length: 160 }, (_, index) => index + 1));
    expect(await live(story, everyLook)).toEqual(undisturbed);
  });

  test('is judged the same by what the ledger holds of it', async () => {
    const { run, look, opening, minutes } = await live(story, new Set());
    const record = parseLook(look);
    if (!record || opening === undefined) throw new Error('nothing was judged');
    const held = new RunReadings(decodeOpening(opening), minutes, CHECKS);

    const again = judge({
      now: record.at,
      policy: run.policy,
      components: run.components,
      baselineEnd: held.opening.baselineEnd,
      syncedAt: harmFrom(run),
      syncEndedAt: run.syncedAt ?? record.at,
      before: held.before,
      ...(run.settledAt !== undefined && { settledAt: run.settledAt }),
      soakMs: record.soakMs,
      checks: CHECKS,
      alerts: ALERTS,
      covered: held.opening.covered,
      readings: held.readings,
      alertsNow: record.alerts,
      alertsBefore: held.opening.alertsBefore,
    });

    expect(JSON.stringify(again)).toBe(JSON.stringify(record.judgement));
    expect(again.verdict).toBe(run.verdict);
    expect(JSON.stringify(again.reasons)).toBe(JSON.stringify(run.reasons));
  });
});

test('an outage in mid-soak costs its own time and changes no evidence', async () => {
  const [quiet, , blind] = STORIES;
  if (!quiet || !blind) throw new Error('no stories');
  const [calm, blinded] = [await live(quiet, new Set()), await live(blind, new Set())];

  const lateBy = (blinded.run.decidedAt ?? 0) - (calm.run.decidedAt ?? 0);
  expect(lateBy).toBeGreaterThan(0);
  expect(lateBy).toBeLessThanOrEqual(21 * 15_000 + MINUTE);
  expect(blinded.minutes.slice(0, calm.minutes.length)).toEqual(calm.minutes);
});
