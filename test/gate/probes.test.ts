import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Caller } from '../../src/gate/use-cases.ts';
import { POLICY } from '../store/ledger-data.ts';
import { World } from './support/world.ts';

const PROBER: Caller = { name: 'prober', rights: new Set(['probe']) };
const PASSED = { passed: 3, failed: 0 };
const FAILED = { passed: 2, failed: 1, detail: 'lookup of shop: SERVFAIL' };

let world: World;
beforeEach(async () => {
  world = await World.open({ policy: { ...POLICY, probes: ['checkout'] } });
});
afterEach(() => world[Symbol.asyncDispose]());

const report = (runId: string, name = 'checkout', result: typeof PASSED | typeof FAILED = PASSED) =>
  world.gate.reportProbe(runId, name, result, PROBER);

describe('a probe that the policy requires', () => {
  test('is waited for: no go without it, and it is said why', async () => {
    const { id } = await world.soak();
    await world.pass(10);
    const waiting = await world.run(id);
    await report(id);
    await world.pass(1);
    const gone = await world.run(id);

    expect(waiting).toMatchObject({ state: 'soaking', verdict: 'hold' });
    expect(waiting.reasons[0]).toMatchObject({ code: 'probe/missing' });
    expect(waiting.reasons[0]?.text).toContain(`POST /v1/runs/${id}/probes/checkout`);
    expect(gone).toMatchObject({ state: 'go' });
    expect(await world.audited(id)).toEqual(['admission', 'sync', 'settled', 'probe', 'verdict']);
  });

  test('may be reported while the change settles', async () => {
    await world.ask('PreSync');
    const { runId } = await world.ask('PostSync');
    await report(runId);
    await world.pass(12);

    expect(await world.run(runId)).toMatchObject({ state: 'go' });
  });

  test('that failed halts at once, and the halt stays', async () => {
    const { id } = await world.soak();

    await report(id, 'checkout', FAILED);

    expect(await world.run(id)).toMatchObject({ state: 'halted', verdict: 'halt' });
    const { reasons } = await world.run(id);
    expect(reasons).toEqual([
      { code: 'probe/failed', text: 'The probe checkout failed 1 of 3 tests: lookup of shop: SERVFAIL.' },
    ]);
    await expect(report(id)).rejects.toMatchObject({ code: 'run/wrong-state' });
    expect(await world.ask('PreSync')).toMatchObject({ verdict: 'halt' });
  });

  test('that tested nothing is missing', async () => {
    const { id } = await world.soak();
    await report(id, 'checkout', { passed: 0, failed: 0 });
    await world.pass(10);

    expect((await world.run(id)).reasons[0]?.text).toContain('it tested nothing');
  });

  test('never reported ends the soak without a verdict', async () => {
    const { id } = await world.soak();
    await world.pass(31);

    const run = await world.run(id);
    expect(run).toMatchObject({ state: 'inconclusive' });
    expect(run.reasons.map(({ code }) => code)).toContain('probe/missing');
  });

  test('of an earlier attempt does not count for the next', async () => {
    const { id } = await world.soak();
    await report(id);
    await world.gate.override(id, 'halt', { actor: 'ada', reason: 'look again' });
    const { id: next } = await world.gate.retry(id, { actor: 'ada', reason: 'mended' });
    await world.pass(12);

    expect((await world.run(next)).reasons[0]).toMatchObject({ code: 'probe/missing' });
  });

  test('survives a restart', async () => {
    const { id } = await world.soak();
    await report(id);
    world.restart();
    await world.pass(8);

    expect(await world.run(id)).toMatchObject({ state: 'go' });
  });
});

test('a probe that nobody requires is shown, and decides nothing', async () => {
  world.policy = POLICY;
  const { id } = await world.soak();
  await report(id, 'curiosity', FAILED);
  await world.pass(8);

  expect(await world.run(id)).toMatchObject({ state: 'go' });
  expect((await world.gate.evidence(id)).probes).toMatchObject({
    curiosity: { ...FAILED, reportedBy: 'prober' },
  });
});

test('two reports at the same time are both kept', async () => {
  const { id } = await world.soak();
  await Promise.all([report(id, 'one'), report(id, 'two'), report(id)]);

  expect(Object.keys((await world.gate.evidence(id)).probes).sort()).toEqual(['checkout', 'one', 'two']);
});

test.each(['asked', 'admitted'])('a run that is %s has nothing to probe', async (state) => {
  if (state === 'asked') world.sources.a.mood = 'down';
  const { runId } = await world.ask('PreSync');

  await expect(report(runId)).rejects.toMatchObject({
    code: 'run/wrong-state',
    message: expect.stringContaining('its sync was not reported yet'),
  });
});

test('a run that does not exist is not found', async () => {
  await expect(report('nowhere')).rejects.toMatchObject({ code: 'run/unknown' });
});
