import { InputError, NotFoundError } from '../../domain/errors.ts';
import { FREEZE_SCOPES, type Freeze, type FreezeScope, freezeTarget } from '../../gate/freezes.ts';
import type { FreezeOrder } from '../../gate/freezing.ts';
import type { Gate } from '../../gate/use-cases.ts';
import type { KnownCaller } from '../../identity/caller.ts';
import type { FormField } from '../pages/form-page.ts';
import { lasting } from '../pages/parts.ts';
import { requireFreezeScope } from '../routes/freezes.ts';
import { type PersonForm, REASON_FIELD, type Typed } from './person-form.ts';

/** What the forms about freezes need. */
export interface FreezeFormParts {
  readonly gate: Pick<Gate, 'freeze' | 'thaw' | 'freezes' | 'rollouts'>;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

const HOUR_MS = 3_600_000;

const SCOPE_FIELD: FormField = {
  name: 'scope',
  label: 'What to freeze',
  kind: 'choice',
  choices: FREEZE_SCOPES.map(
    (scope) => [scope, scope === 'fleet' ? 'the whole fleet' : `one ${scope}`] as const,
  ),
};
const NAME_FIELD: FormField = {
  name: 'name',
  label: 'Name of the wave, cluster or app',
  hint: 'Empty for the whole fleet.',
  kind: 'text',
  optional: true,
};
const HOURS_FIELD: FormField = {
  name: 'hours',
  label: 'For how many hours',
  hint: 'At most 720; a freeze that nobody thaws ends by itself.',
  kind: 'text',
};
const ROLLBACKS_FIELD: FormField = {
  name: 'rollbacks',
  label: 'Going back to an earlier digest',
  kind: 'choice',
  choices: [
    ['allowed', 'stays allowed'],
    ['stopped', 'is stopped, too'],
  ],
};
const ID_FIELD: FormField = { name: 'id', label: 'Freeze', kind: 'hidden' };

/** The stop switch as forms. */
export function freezeForms({ gate, now }: FreezeFormParts): readonly PersonForm[] {
  return [
    {
      id: 'freeze',
      title: 'Freeze',
      right: 'freeze',
      fields: [SCOPE_FIELD, NAME_FIELD, HOURS_FIELD, ROLLBACKS_FIELD, REASON_FIELD],
      async effects(typed, caller) {
        const order = orderOf(typed, caller, now());
        const open = (await gate.rollouts()).filter(
          ({ status }) => status !== 'complete' && status !== 'superseded',
        );
        return [
          `Nothing is let onto ${freezeTarget(order)} for ${lasting(order.expiresAt - now())}: PreSync hooks hold.`,
          `${open.length === 0 ? 'No rollout is' : `${open.length} of the rollouts are`} under way now. Syncs that have begun go on; soaks go on looking and may halt, and their go opens nothing until the thaw.`,
          order.stopsRollbacks
            ? 'Going back to an earlier digest is stopped, too.'
            : 'Going back to an earlier digest stays allowed.',
        ];
      },
      async act(typed, caller) {
        await gate.freeze(orderOf(typed, caller, now()), wordOf(typed, caller));
        return '/';
      },
    },
    {
      id: 'thaw',
      title: 'Thaw',
      right: 'freeze',
      fields: [ID_FIELD, REASON_FIELD],
      async effects(typed, caller) {
        const freeze = await freezeOf(gate, typed, caller);
        return [
          `The freeze of ${freezeTarget(freeze)} by ${freeze.actor} ends now (${freeze.reason}).`,
          'Whoever asks again is admitted as soon as every other condition holds.',
        ];
      },
      async act(typed, caller) {
        const { id } = await freezeOf(gate, typed, caller);
        await gate.thaw(id, wordOf(typed, caller));
        return '/';
      },
    },
  ];
}

function orderOf(
  { scope = '', name = '', hours = '', rollbacks }: Typed,
  caller: KnownCaller,
  now: number,
): FreezeOrder {
  if (!isScope(scope)) throw new InputError('input/invalid-field', 'Choose what to freeze.', 'scope');
  const length = Number(hours.trim());
  if (!(length > 0)) {
    throw new InputError(
      'input/invalid-field',
      `Give the hours as a number above 0; this is "${hours}".`,
      'hours',
    );
  }
  const named = name.trim();
  const order = {
    scope,
    ...(named !== '' && { name: named }),
    expiresAt: now + length * HOUR_MS,
    stopsRollbacks: rollbacks === 'stopped',
  };
  requireFreezeScope(caller, order);
  return order;
}

async function freezeOf(
  gate: FreezeFormParts['gate'],
  { id = '' }: Typed,
  caller: KnownCaller,
): Promise<Freeze> {
  const freeze = (await gate.freezes()).find((each) => each.id === id);
  if (freeze === undefined)
    throw new NotFoundError('freeze/unknown', 'This freeze is over: somebody thawed it, or its time came.');
  requireFreezeScope(caller, freeze);
  return freeze;
}

function isScope(scope: string): scope is FreezeScope {
  return FREEZE_SCOPES.some((each) => each === scope);
}

function wordOf({ reason = '' }: Typed, { name: actor }: KnownCaller) {
  return { actor, reason };
}
