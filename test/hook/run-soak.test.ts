import { describe, expect, it } from 'vitest';
import type { Answer } from '../../src/gate/use-cases.ts';
import { runSoak } from '../../src/hook/run-soak.ts';
import { jumpingClock } from './jumping-clock.ts';
import { ScriptedGate, type Turn } from './scripted-gate.ts';

const MINUTE = 60_000;
const answer = (given: Partial<Answer>): Turn => ({ answer: given });
const HOLD = answer({ verdict: 'hold' });
const NOT_ASKED = answer({ verdict: 'hold', reason: 'run/not-asked', state: 'asked', runId: '' });
const problem = (status: number): Turn => ({
  status,
  body: JSON.stringify({ code: 'x/y', detail: 'because' }),
});

/** Runs a soak against what the gate does at each time. */
async function soak(script: (now: number) => Turn, token = async (): Promise<string | undefined> => 't') {
  const clock = jumpingClock(0);
  await using gate = await ScriptedGate.start(() => {
    // A long poll takes its time.
    clock.advance(45_000);
    return script(clock.now());
  });
  const lines: string[] = [];
  const change = { app: 'platform-bom', cluster: 'prod-1', digest: 'sha256:ab' };
  const result = await runSoak(
    { gateUrl: gate.url, change, token },
    { clock, progress: (line) => lines.push(line), aborted: new AbortController().signal },
  );
  return { result, lines, gate, now: clock.now() };
}

describe('a soak Job', () => {
  it.each(['go', 'halt', 'inconclusive'] as const)('ends with %s', async (verdict) => {
    const { result } = await soak(() => answer({ verdict, retryAfterSeconds: 0 }));

    expect(result).toMatchObject({ end: verdict, answer: { verdict } });
  });

  it('waits a weekend for its turn, and then for its verdict', async () => {
    const turn = 60 * 60 * MINUTE;
    const { result, lines, gate, now } = await soak((at) =>
      at < turn ? NOT_ASKED : at < turn + 60 * MINUTE ? HOLD : answer({ verdict: 'go' }),
    );

    expect(result.end).toBe('go');
    expect(now).toBeGreaterThan(turn + 60 * MINUTE);
    expect(gate.seen.every(({ method }) => method === 'GET')).toBe(true);
    // The log shows that it goes on, and not every one of five thousand polls.
    expect(lines.length).toBeLessThan(5 * 60);
  });

  it('outlasts an outage of the gate of any length', async () => {
    const { result } = await soak((at) =>
      at < MINUTE
        ? HOLD
        : at < 30 * MINUTE
          ? 'cut'
          : at < 600 * MINUTE
            ? problem(503)
            : answer({ verdict: 'halt' }),
    );

    expect(result.end).toBe('halt');
  });

  it('waits for the attempt that the gate opens by itself', async () => {
    const blind = answer({ verdict: 'inconclusive', reason: 'run/max-blind', retryAfterSeconds: 60 });
    const { result } = await soak((at) => (at < 90 * MINUTE ? blind : answer({ verdict: 'go' })));

    expect(result.end).toBe('go');
  });

  it.each([
    ['identity-refused', 401],
    ['identity-refused', 403],
    ['usage', 404],
  ] as const)('is patient with a refusal, and ends with %s where it lasts', async (end, status) => {
    const passing = await soak((at) => (at < 5 * MINUTE ? problem(status) : answer({ verdict: 'go' })));
    const lasting = await soak(() => problem(status));

    expect(passing.result.end).toBe('go');
    expect(lasting.result.end).toBe(end);
    expect(lasting.now).toBeGreaterThan(10 * MINUTE);
    expect(lasting.now).toBeLessThan(15 * MINUTE);
  });

  it('goes on when its token vanishes for a while', async () => {
    let reads = 0;
    const token = async () => {
      reads += 1;
      if (reads < 5) throw new Error('ENOENT: no token');
      return 'fresh';
    };
    const { result, lines, gate } = await soak(() => answer({ verdict: 'go' }), token);

    expect(result.end).toBe('go');
    expect(lines).toEqual([expect.stringContaining('nothing was asked: ENOENT')]);
    expect(gate.seen.map(({ authorization }) => authorization)).toEqual(['Bearer fresh']);
  });

  it('tells what it waits for when that changes', async () => {
    const { lines } = await soak((at) =>
      at < 5 * MINUTE
        ? NOT_ASKED
        : at < 10 * MINUTE
          ? HOLD
          : at < 12 * MINUTE
            ? 'cut'
            : answer({ verdict: 'go' }),
    );

    expect(lines).toEqual([
      expect.stringMatching(/^1970-01-01T00:00:45Z hold \(run\/not-asked\)/),
      expect.stringMatching(/^1970-01-01T00:05:\d\dZ hold \(run\/soaking\) \[soak/),
      expect.stringMatching(/^1970-01-01T00:10:\d\dZ no answer yet: http/),
    ]);
  });
});
