import type { GateMetrics } from '../gate/ports.ts';
import type { Answer, Ask, Gate } from '../gate/use-cases.ts';
import type { Tracing } from './tracing.ts';

/** How a gate is asked. */
type Asks = Pick<Gate, 'ask' | 'askAndWait'>;

/** Asks that are spans: what was asked, the verdict and its reason. */
export function traceAsks(gate: Asks, tracing: Tracing): Asks {
  const traced = (question: Ask, answer: () => Promise<Answer>) =>
    tracing.inSpan('ask', { facts: askFacts(question) }, async (span) => {
      const given = await answer();
      span.set(answerFacts(given));
      return given;
    });
  return {
    ask: (question, caller) => traced(question, () => gate.ask(question, caller)),
    askAndWait: (question, caller, waitMs, aborted) =>
      traced(question, () => gate.askAndWait(question, caller, waitMs, aborted)),
  };
}

/** Runs each look as a trace of its own. */
export function traceLook(tracing: Tracing): (look: () => Promise<void>) => Promise<void> {
  return (look) => tracing.inSpan('look', { parent: 'none' }, look);
}

/** Metrics that also note on the active span what became of runs, and what a look was about. */
export function traceGateMetrics(metrics: GateMetrics, tracing: Tracing): GateMetrics {
  return {
    ...metrics,
    changed(run, from) {
      const { id, app, cluster, state, verdict, reasons } = run;
      tracing.active()?.event('run changed', {
        'tidegate.run.id': id,
        'tidegate.app': app,
        'tidegate.cluster': cluster,
        'tidegate.run.from': from,
        'tidegate.run.state': state,
        'tidegate.verdict': verdict,
        'tidegate.reason': reasons[0]?.code,
      });
      metrics.changed(run, from);
    },
    looked(look) {
      const span = tracing.active();
      span?.set({ 'tidegate.run.count': look.runs, 'tidegate.run.failed': look.failed });
      if (look.failed > 0)
        span?.fail('look/failed', 'not every run could be looked at; the log holds the causes');
      // An idle gate looks four times a minute.
      if (look.runs === 0) span?.discard();
      metrics.looked(look);
    },
  };
}

/** Facts of a question to the gate. */
export function askFacts({ app, cluster, phase, revision, digest }: Omit<Ask, 'components'>) {
  return {
    'tidegate.app': app,
    'tidegate.cluster': cluster,
    'tidegate.phase': phase,
    'tidegate.revision': revision,
    'tidegate.digest': digest,
  };
}

/** Facts of the gate's answer. */
export function answerFacts({ runId, state, verdict, reason, digest }: Answer) {
  return {
    'tidegate.run.id': runId,
    'tidegate.run.state': state,
    'tidegate.verdict': verdict,
    'tidegate.reason': reason,
    'tidegate.digest': digest,
  };
}
