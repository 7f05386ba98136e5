import { expect, it } from 'vitest';
import { terminationMessage } from '../../src/hook/termination-message.ts';
import { HOLD } from './scripted-gate.ts';

const TAIL =
  ' Since 2026-11-23 12:00 UTC. Who can act: nobody has to: the gate decides. http://127.0.0.1/runs/r1';

it('tells verdict, reason, since when, who can act, and the link', () => {
  expect(terminationMessage({ end: 'hold', text: 'still held', answer: HOLD })).toBe(
    `hold (run/soaking): The gate is gathering evidence.${TAIL}`,
  );
});

it('of a report says that it is no verdict', () => {
  const text = 'the sync is registered as r1; this is no verdict';

  expect(terminationMessage({ end: 'registered', text, answer: HOLD })).toBe(
    `${text} hold (run/soaking): The gate is gathering evidence.${TAIL}`,
  );
});

it('without an answer tells what was in the way, and nothing that was heard before', () => {
  expect(terminationMessage({ end: 'no-answer', text: 'no answer after 90 s: x', answer: HOLD })).toBe(
    'no answer after 90 s: x',
  );
  expect(terminationMessage({ end: 'usage', text: 'the gate answered 404' })).toBe('the gate answered 404');
});

it('fits into what Kubernetes keeps, whatever the reasons are, and keeps its end', () => {
  const reasons = [{ code: 'run/soaking', text: 'ü🌊'.repeat(2000) } as const];
  const message = terminationMessage({ end: 'hold', text: '', answer: { ...HOLD, reasons } });

  expect(Buffer.byteLength(message)).toBeLessThanOrEqual(4096);
  expect(Buffer.byteLength(message)).toBeGreaterThan(4080);
  expect(message.endsWith(`…${TAIL}`)).toBe(true);
  expect(message).not.toContain('\uFFFD');
});
