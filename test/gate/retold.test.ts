import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Check } from '../../src/domain/check.ts';
import { withSentences } from '../../src/gate/retold.ts';
import { judgeRun } from '../../src/judge/run-judge.ts';
import { value } from './support/fake-source.ts';
import { CHECKS, QUIET, World } from './support/world.ts';

const [dns] = CHECKS as readonly [Check & { readonly kind: 'ratio' }];
const SIGNALS = ['dns-errors', 'api-errors', 'web-errors'];
/** So few requests that no limit is ruled out in these minutes. */
const A_MINUTE = 2;

let world: World;
beforeEach(async () => {
  const checks = SIGNALS.map((signal) => ({
    ...dns,
    signal,
    series: [{ key: signal, what: 'that failed', limit: 0.03, floor: 0.005 }],
  }));
  world = await World.open({ judge: judgeRun, checks });
  world.sources.a.script = { ...QUIET, count: () => value({ events: 0, exposure: A_MINUTE }) };
});
afterEach(() => world[Symbol.asyncDispose]());

describe('a held answer', () => {
  test('tells every reason by the newest minute, and the audit log hears of it once', async () => {
    const { id } = await world.soak();
    const logged = async () => (await world.store.audit(0, 100)).length;
    const before = await logged();
    const said: string[] = [];

    for (let minute = 1; minute <= 4; minute += 1) {
      await world.pass(1);
      const { verdict, reasons } = await world.ask('PostSync');
      expect(verdict).toBe('hold');
      const open = reasons.filter(({ code }) => code.startsWith('evidence/gathering/'));
      expect(open).toHaveLength(SIGNALS.length);
      const counts = open.map(({ text }) => /\((0 of \d+)/.exec(text)?.[1]);
      expect(new Set(counts).size, counts.join()).toBe(1);
      said.push(counts[0] ?? '');
    }

    expect(new Set(said).size).toBe(4);
    expect(await logged()).toBe(before);
    const { run } = await world.gate.evidence(id);
    expect(run.reasons.filter(({ text }) => text.includes(said.at(-1) ?? '?'))).toHaveLength(SIGNALS.length);
  });

  test('is told from what is stored where no gate holds the run', async () => {
    await world.soak();
    await world.pass(2);
    const told = await world.ask('PostSync');
    world.gate = world.newGate();

    const codes = (reasons: typeof told.reasons) => reasons.map(({ code }) => code);
    expect(codes((await world.ask('PostSync')).reasons)).toEqual(codes(told.reasons));
  });
});

test('newer sentences go to the reasons with their code, in their order; whoever has none keeps its own', () => {
  const reason = (code: 'alert/firing' | 'run/soaking', text: string) => ({ code, text });

  const mended = withSentences(
    [reason('alert/firing', 'a'), reason('run/soaking', 'b'), reason('alert/firing', 'c')],
    [reason('alert/firing', 'A'), reason('alert/firing', 'C')],
  );

  expect(mended.map(({ text }) => text)).toEqual(['A', 'b', 'C']);
});
