import type { GateCall } from '../gate-call.ts';
import { annotation, at, commaList } from '../manifest.ts';
import type { Rule } from '../rule.ts';
import { FAILS_AT_ONCE, failJobCodes } from './pod-failure-policy.ts';

/** As much of a digest as a name must show, so that another digest is another Job. */
const SHOWN = 8;

/** What goes wrong with a soak Job, by whose health a RollingSync waits. */
export const SOAK_RULES: readonly Rule<GateCall>[] = [
  {
    id: 'soak/is-hook',
    severity: 'error',
    why: 'A hook is no part of the health of its Application: RollingSync of 3.3 and later does not wait for it.',
    mend: 'Take the hook annotation off; the soak Job is an ordinary resource of its own Application.',
    find: ({ manifest: { fields } }) =>
      ['argocd.argoproj.io/hook', 'helm.sh/hook']
        .filter((name) => annotation(fields, name) !== undefined)
        .map((name) => ({ what: `the soak Job has ${name}`, at: ['metadata', 'annotations', name] })),
  },
  {
    id: 'soak/deadline',
    severity: 'error',
    why: 'The soak may have to wait a weekend for its turn; a Job that is killed before makes the Application Degraded, and nobody asks again.',
    mend: 'Leave activeDeadlineSeconds and --max-wait off the soak Job.',
    find: ({ manifest: { fields }, options, containerPath }) => [
      ...(at(fields, ['spec', 'activeDeadlineSeconds']) === undefined
        ? []
        : [{ what: 'activeDeadlineSeconds is set', at: ['spec', 'activeDeadlineSeconds'] }]),
      ...(options.has('max-wait') ? [{ what: '--max-wait is set', at: containerPath }] : []),
    ],
  },
  {
    id: 'soak/ttl',
    severity: 'error',
    why: 'The finished Job is deleted, the Application is out of sync without it, and the soak begins again or stands still.',
    mend: 'Leave ttlSecondsAfterFinished out.',
    find: ({ manifest: { fields } }) =>
      at(fields, ['spec', 'ttlSecondsAfterFinished']) === undefined
        ? []
        : [{ what: 'ttlSecondsAfterFinished is set', at: ['spec', 'ttlSecondsAfterFinished'] }],
  },
  {
    id: 'soak/name',
    severity: 'error',
    why: 'The Job of the digest before counts for this one: it is complete already, and the wave goes on without a soak.',
    mend: `Put the first ${SHOWN} characters or more of the digest into the Job's name.`,
    find: ({ manifest: { name }, options }) => {
      const shown = (options.get('digest') ?? '').replace(/^sha256:/, '').slice(0, SHOWN);
      return shown === '' || name.includes(shown)
        ? []
        : [{ what: `the name does not show the digest ${shown}...`, at: ['metadata', 'name'] }];
    },
  },
  {
    id: 'soak/exit-codes',
    severity: 'error',
    why: 'A halt would be asked again as if it were a mishap, and told late.',
    mend: `podFailurePolicy with FailJob on exit codes ${FAILS_AT_ONCE.join(', ')}.`,
    find: ({ manifest: { fields } }) => {
      const codes = failJobCodes(fields);
      const lacking = FAILS_AT_ONCE.filter((code) => !codes.includes(code));
      return lacking.length === 0
        ? []
        : [
            {
              what: `exit codes ${lacking.join(', ')} do not fail the Job`,
              at: ['spec', 'podFailurePolicy'],
            },
          ];
    },
  },
  {
    id: 'soak/replaced',
    severity: 'error',
    why: 'Every sync starts the soak anew: it never ends.',
    mend: 'Leave Force=true and Replace=true off the soak Job.',
    find: ({ manifest: { fields } }) =>
      commaList(annotation(fields, 'argocd.argoproj.io/sync-options'))
        .filter((option) => /^(Force|Replace)=true$/.test(option))
        .map((option) => ({
          what: `the soak Job has ${option}`,
          at: ['metadata', 'annotations', 'argocd.argoproj.io/sync-options'],
        })),
  },
];
