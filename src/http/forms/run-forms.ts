import { InputError } from '../../domain/errors.ts';
import type { Run } from '../../domain/run.ts';
import type { Gate } from '../../gate/use-cases.ts';
import { type KnownCaller, requireScope } from '../../identity/caller.ts';
import type { FormField } from '../pages/form-page.ts';
import { runPath } from '../pages/parts.ts';
import { type PersonForm, REASON_FIELD, type Typed } from './person-form.ts';

type RunGate = Pick<Gate, 'run' | 'rollout' | 'override' | 'retry' | 'acknowledge'>;

const RUN_FIELD: FormField = { name: 'run', label: 'Run', kind: 'hidden' };

const VERDICT_FIELD: FormField = {
  name: 'verdict',
  label: 'Your decision',
  kind: 'choice',
  choices: [
    ['halt', 'halt: the change must not go further'],
    ['go', 'go: later waves may be opened by this cluster'],
  ],
};

/** A person's words on one run. */
export function runForms(gate: RunGate): readonly PersonForm[] {
  const about = async ({ run: id = '' }: Typed, caller: KnownCaller) => {
    const run = await gate.run(id);
    requireScope(caller, run);
    return run;
  };
  return [
    {
      id: 'override',
      title: 'Decide this run',
      right: 'override',
      fields: [RUN_FIELD, VERDICT_FIELD, REASON_FIELD],
      async effects(typed, caller) {
        const run = await about(typed, caller);
        const verdict = verdictOf(typed);
        return [
          `${run.app} on ${run.cluster} is ${run.state} now; it becomes ${verdict === 'go' ? 'go' : 'halted'} by your word.`,
          verdict === 'go' ? await opens(gate, run) : await closes(gate, run),
          'It is never counted as evidence, and the cluster is no control for others.',
        ];
      },
      async act(typed, caller) {
        const run = await about(typed, caller);
        await gate.override(run.id, verdictOf(typed), { actor: caller.name, reason: typed['reason'] ?? '' });
        return runPath(run.id);
      },
    },
    {
      id: 'retry',
      title: 'Open another attempt',
      right: 'retry',
      fields: [RUN_FIELD, REASON_FIELD],
      async effects(typed, caller) {
        const run = await about(typed, caller);
        return [
          `Attempt ${run.attempt} of ${run.app} on ${run.cluster} ended as ${run.state}; attempt ${run.attempt + 1} is opened.`,
          'Where the digest is on the cluster it soaks again from now; else the cluster has to ask again.',
          'The ended attempt stays in the ledger as it is.',
        ];
      },
      async act(typed, caller) {
        const run = await about(typed, caller);
        const opened = await gate.retry(run.id, { actor: caller.name, reason: typed['reason'] ?? '' });
        return runPath(opened.id);
      },
    },
    {
      id: 'acknowledge',
      title: 'Take note of this run',
      right: 'acknowledge',
      fields: [RUN_FIELD, REASON_FIELD],
      async effects(typed, caller) {
        const run = await about(typed, caller);
        return [
          `${run.app} on ${run.cluster} is ${run.state}, with the digest ${run.digest}.`,
          'What happened without the gate, or beside its plan, no longer holds later waves; every other condition stays.',
        ];
      },
      async act(typed, caller) {
        const run = await about(typed, caller);
        await gate.acknowledge(run.id, { actor: caller.name, reason: typed['reason'] ?? '' });
        return runPath(run.id);
      },
    },
  ];
}

function verdictOf({ verdict }: Typed): 'go' | 'halt' {
  if (verdict === 'go' || verdict === 'halt') return verdict;
  throw new InputError('input/invalid-field', 'Choose go or halt.', 'verdict');
}

async function opens(gate: RunGate, run: Run): Promise<string> {
  const later = await laterClusters(gate, run);
  return later === 0
    ? 'No later wave waits for it.'
    : `${counted(later)} no longer waiting for it: admitted as soon as every other condition holds.`;
}

async function closes(gate: RunGate, run: Run): Promise<string> {
  const later = await laterClusters(gate, run);
  return later === 0
    ? 'No later wave is closed by it.'
    : `${counted(later)} not getting this digest: later waves stay closed.`;
}

function counted(clusters: number): string {
  return clusters === 1 ? '1 cluster of a later wave is' : `${clusters} clusters of later waves are`;
}

/** Clusters of later waves that have not got the change yet. */
async function laterClusters(gate: RunGate, { app, digest, cluster }: Run): Promise<number> {
  const { waves } = await gate.rollout(app, digest);
  const own = waves.findIndex(({ clusters }) => clusters.some(({ name }) => name === cluster));
  const waiting = waves
    .slice(own + 1)
    .flatMap(({ clusters }) => clusters)
    .filter(({ state }) => state === 'asked' || state === 'not-asked');
  return waiting.length;
}
