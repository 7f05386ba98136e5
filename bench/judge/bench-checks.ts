import type { CountCheck, GaugeCheck, StateCheck } from '../../src/domain/check.ts';
import { MINUTE_MS } from '../../src/domain/reading.ts';
import type { Policy } from '../../src/domain/run.ts';

/** One error ratio that may halt; `required` makes go ask for its evidence too. */
export function ratioCheck(signal: string, weight: number, required: boolean): CountCheck {
  return {
    signal,
    kind: 'ratio',
    component: 'workloads',
    title: 'Errors',
    halts: true,
    required,
    critical: true,
    on: 'change',
    weight,
    exposureUnit: 'requests',
    series: [{ key: signal, what: 'that failed', floor: 0 }],
  };
}

/** Items that can be bad, such as nodes that are not ready; an excess over before that lasts is structural harm. */
export function stateCheck(signal: string, item: string, forMinutes: number): StateCheck {
  return {
    signal,
    kind: 'state',
    component: 'workloads',
    title: `Bad ${item}s`,
    halts: true,
    required: false,
    critical: true,
    on: 'change',
    weight: 1,
    item,
    forMinutes,
  };
}

/** A gauge without a limit: compared with its past and with other clusters only; more is worse. */
export function gaugeCheck(signal: string): GaugeCheck {
  return {
    signal,
    kind: 'gauge',
    component: 'workloads',
    title: 'A gauge',
    halts: true,
    required: false,
    critical: true,
    on: 'change',
    weight: 1,
    worse: 'up',
    unit: '',
    forMinutes: 1,
  };
}

/** A policy with a soak of that many minutes at least and at most. */
export function policyOf(minSoakMinutes: number, maxSoakMinutes: number, alpha = 0.01): Policy {
  return {
    name: 'bench',
    minSoakMs: minSoakMinutes * MINUTE_MS,
    maxSoakMs: maxSoakMinutes * MINUTE_MS,
    maxSyncMs: 0,
    maxSettleMs: 0,
    maxBlindMs: 0,
    alpha,
    onInconclusive: 'stop',
  };
}
