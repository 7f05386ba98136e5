import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/domain/verdict.ts';
import { type HookOptions, type HookResult, runHook } from '../../src/hook/run-hook.ts';
import { jumpingClock } from './jumping-clock.ts';
import { ScriptedGate, type Turn } from './scripted-gate.ts';

interface Told {
  readonly result: HookResult;
  readonly lines: readonly string[];
  readonly gate: ScriptedGate;
}

/** @param script what the gate does at a time, instead of the turns */
async function hook(
  turns: readonly Turn[],
  given: Partial<HookOptions> = {},
  clock = jumpingClock(),
  script?: (now: number) => Turn,
): Promise<Told> {
  await using gate = await ScriptedGate.start(script ? () => script(clock.now()) : turns);
  const lines: string[] = [];
  const result = await runHook(
    {
      gateUrl: gate.url,
      ask: { app: 'platform-bom', cluster: 'prod-1', revision: 'abc', phase: 'PostSync' },
      token: async () => undefined,
      mode: 'wait',
      onHold: 'wait',
      maxWaitMs: 60_000,
      ...given,
    },
    { clock, progress: (line) => lines.push(line), aborted: new AbortController().signal },
  );
  return { result, lines, gate };
}

const final = (verdict: Verdict): Turn => ({ answer: { verdict, reason: 'run/soaking' } });
const problem = (status: number, code: string, headers: Record<string, string> = {}): Turn => ({
  status,
  body: JSON.stringify({ code, detail: 'because' }),
  headers: { 'content-type': 'application/problem+json', ...headers },
});

describe('a hook', () => {
  it.each([
    ['go', [final('go')]],
    ['halt', [final('halt')]],
    ['inconclusive', [final('inconclusive')]],
    ['go', [final('hold'), final('hold'), final('go')]],
    ['hold', [final('hold')]],
    ['identity-refused', [problem(401, 'identity/missing')]],
    ['identity-refused', [problem(403, 'identity/refused')]],
    ['usage', [problem(422, 'input/phase')]],
    ['usage', [problem(404, 'input/unknown-cluster')]],
    ['usage', [problem(409, 'run/digest-mismatch')]],
    ['no-answer', [problem(503, 'store/full')]],
    ['no-answer', [problem(500, 'internal')]],
    ['no-answer', ['cut']],
  ] as const)('ends with %s', async (end, turns) => {
    const { result } = await hook(turns);

    expect(result.end).toBe(end);
  });

  it.each([
    ['a login page', { status: 200, body: '<html>Sign in</html>' }],
    ['an empty body', { status: 200, body: '' }],
    ['another API', { status: 200, body: '{"status":"success","data":{}}' }],
    ['a verdict it does not know', { status: 200, body: '{"verdict":"GO","reason":"x","state":"go"}' }],
    ['a redirect', { status: 302, body: '', headers: { location: 'http://127.0.0.1:1/' } }],
    ['half an answer', { status: 200, body: '{"verdict":"go","reason":"x"' }],
  ] as const)('never takes %s for a go', async (_name, turn) => {
    const { result } = await hook([turn]);

    expect(result.end).toBe('no-answer');
  });

  it('survives a restart of the gate in mid-wait', async () => {
    const { result, lines } = await hook([final('hold'), 'cut', problem(503, 'starting'), final('go')]);

    expect(result.end).toBe('go');
    expect(lines.join('\n')).toContain('no answer yet');
  });

  it('outlasts half an hour without a gate', async () => {
    const clock = jumpingClock();
    const away = () => clock.now() > 60_000 && clock.now() < 31 * 60_000;
    const { result, lines, gate } = await hook([final('hold')], { maxWaitMs: 3 * 3_600_000 }, clock, (at) =>
      at < 60_000 ? final('hold') : away() ? problem(502, 'bad-gateway') : final('go'),
    );

    expect(result.end).toBe('go');
    // Two lines for the outage and not one for each of its tries.
    expect(lines.filter((line) => line.includes('no answer yet')).length).toBeLessThanOrEqual(3);
    expect(gate.seen.length).toBeGreaterThan(50);
  });

  it('waits as long as the gate asks it to', async () => {
    const { result, gate } = await hook([problem(429, 'busy', { 'retry-after': '50' })], {
      maxWaitMs: 60_000,
    });

    expect(result.end).toBe('no-answer');
    // At 0 s, 50 s and 60 s.
    expect(gate.seen).toHaveLength(3);
  });

  it('says hold, not "no answer", when the last thing it heard was a hold', async () => {
    const { result } = await hook(['cut', final('hold')]);

    expect(result.end).toBe('hold');
    expect(result.text).toContain('still held after 60 s');
  });

  it('reads the token before every request', async () => {
    const tokens = ['one', 'two', 'three'];
    const { gate } = await hook([final('hold'), final('hold'), final('go')], {
      token: async () => tokens.shift(),
    });

    expect(gate.seen.map(({ authorization }) => authorization)).toEqual([
      'Bearer one',
      'Bearer two',
      'Bearer three',
    ]);
  });

  it('has no answer while its token can’t be read, and goes on when it can', async () => {
    const reads = [new Error('ENOENT: no token yet'), 'fresh'];
    const token = async () => {
      const next = reads.shift();
      if (next instanceof Error) throw next;
      return next;
    };
    const { result, lines } = await hook([final('go')], { token });

    expect(result.end).toBe('go');
    expect(lines[0]).toContain('no token yet');
  });

  it('registers without waiting for a verdict, and still hears a halt', async () => {
    const registered = await hook([final('hold')], { mode: 'register' });
    const halted = await hook([final('halt')], { mode: 'register' });

    expect(registered.result.end).toBe('registered');
    expect(registered.gate.seen.map(({ wait }) => wait)).toEqual(['0']);
    expect(halted.result.end).toBe('halt');
  });

  it('ends at once on a hold when told to fail', async () => {
    const { result, gate } = await hook([final('hold')], { onHold: 'fail' });

    expect(result.end).toBe('hold');
    expect(gate.seen).toHaveLength(1);
  });

  it('ends without a verdict when it is told to end', async () => {
    await using gate = await ScriptedGate.start(['never']);
    const stop = new AbortController();
    const ending = runHook(
      {
        gateUrl: gate.url,
        ask: { app: 'a', cluster: 'c', revision: 'r', phase: 'PreSync' },
        token: async () => undefined,
        mode: 'wait',
        onHold: 'wait',
        maxWaitMs: 60_000,
      },
      { clock: jumpingClock(), progress: () => undefined, aborted: stop.signal },
    );
    stop.abort();

    expect((await ending).end).toBe('no-answer');
  });
});
