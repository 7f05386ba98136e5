import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Count, Reading } from '../../src/domain/reading.ts';
import { instantOf, parseLook } from '../../src/gate/look-record.ts';
import { baselineWindow, decodeOpening, storedOpening } from '../../src/gate/opening.ts';
import type { StoredMinute } from '../../src/gate/ports.ts';
import { decodeMinute } from '../../src/gate/readings-json.ts';
import { factsOf, RunReadings } from '../../src/gate/run-readings.ts';
import { seeCluster } from '../../src/gate/sight.ts';
import { judge } from '../../src/judge/judge.ts';
import type { ClusterReadings } from '../../src/judge/judge-input.ts';
import { judgeRun } from '../../src/judge/run-judge.ts';
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

/** The day before, as the source told it when the run opened. */
async function dayOf(world: World, runId: string) {
  const opening = decodeOpening((await world.store.opening(runId)) ?? '');
  const window = baselineWindow(opening.window.to);
  const observation = await world.sources.a.observe(['a-1'], window, world.clock.now());
  return { opening, window, readings: seeCluster(observation, 'a-1', CHECKS).readings };
}

/**
 * Everything that a rollout left in the ledger; run with the real judge.
 *
 * @param keepsDay whether its opening is as gates stored it that kept the whole day
 */
async function live(story: Story, restartAt: ReadonlySet<number>, keepsDay = false) {
  await using world = await World.open({ judge: judgeRun });
  world.sources.a.script = { ...QUIET, count: (_cluster, _key, minute) => story.dns(minute) };
  const { runId } = await world.ask('PreSync');
  const { opening, window, readings } = await dayOf(world, runId);
  if (keepsDay) {
    const { before: _, ...rest } = opening;
    await world.store.commit({ opening: storedOpening(runId, { ...rest, window, readings }) });
    world.restart();
  }
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
    day: readings,
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

  test('ends the same when its opening was stored with the whole day', async () => {
    const { opening, ...summedUp } = await live(story, new Set());
    const { opening: withDay, ...kept } = await live(story, new Set([20]), true);

    expect(kept).toEqual(summedUp);
    expect(withDay?.length).toBeGreaterThan(5 * (opening?.length ?? 0));
  });

  test('is judged the same by what the ledger holds of it, and by the day before itself', async () => {
    const { run, look, opening, minutes, day } = await live(story, new Set());
    const record = parseLook(look);
    if (!record?.judgement || opening === undefined) throw new Error('nothing was judged');
    const judging = { checks: CHECKS, alerts: ALERTS, judge: judgeRun };
    const decoded = decodeOpening(opening);
    const held = new RunReadings(run, decoded, minutes, judging, record.at);
    const instant = instantOf(record, run);

    const again = held.judge.decide(instant).tell();
    const { before: _, controls: __, ...facts } = factsOf(run, decoded, judging);
    const atOnce = judge({ ...facts, ...instant, readings: allReadings(day, minutes) });

    expect(JSON.stringify(again)).toBe(JSON.stringify(record.judgement));
    expect(JSON.stringify(atOnce)).toBe(JSON.stringify(record.judgement));
    expect(again.verdict).toBe(run.verdict);
    expect(JSON.stringify(again.reasons)).toBe(JSON.stringify(run.reasons));
  });
});

/** The day before and the minutes since, in one row a series. */
function allReadings(readings: ClusterReadings, minutes: readonly StoredMinute[]): ClusterReadings {
  const rows = {
    counts: new Map([...readings.counts].map(([key, row]) => [key, [...row]])),
    items: new Map([...readings.items].map(([key, row]) => [key, [...row]])),
    values: new Map([...readings.values].map(([key, row]) => [key, [...row]])),
  };
  for (const { minute, counts, items, values } of minutes.map(decodeMinute)) {
    for (const [key, reading] of Object.entries(counts)) rows.counts.get(key)?.push({ minute, reading });
    for (const [key, reading] of Object.entries(items)) rows.items.get(key)?.push({ minute, reading });
    for (const [key, reading] of Object.entries(values)) rows.values.get(key)?.push({ minute, reading });
  }
  return rows;
}

test('an outage in mid-soak costs its own time and changes no evidence', async () => {
  const [quiet, , blind] = STORIES;
  if (!quiet || !blind) throw new Error('no stories');
  const [calm, blinded] = [await live(quiet, new Set()), await live(blind, new Set())];

  const lateBy = (blinded.run.decidedAt ?? 0) - (calm.run.decidedAt ?? 0);
  expect(lateBy).toBeGreaterThan(0);
  expect(lateBy).toBeLessThanOrEqual(21 * 15_000 + MINUTE);
  expect(blinded.minutes.slice(0, calm.minutes.length)).toEqual(calm.minutes);
});
