import { at, type Fields, fieldsAt, listAt, textAt } from '../manifest.ts';
import type { Rule } from '../rule.ts';
import { ROLE_LABEL } from './application.ts';

const STEPS = ['spec', 'strategy', 'rollingSync', 'steps'];

/** What goes wrong with an ApplicationSet; what it makes is judged by the rules for Applications. */
export const APPLICATION_SET_RULES: readonly Rule<Fields>[] = [
  {
    id: 'set/rolling-sync',
    severity: 'warning',
    why: 'Every cluster starts at once. The gate lets them through wave by wave all the same, and the others look like failed syncs until it is their turn.',
    mend: 'strategy: {type: RollingSync, rollingSync: {steps: [...]}} with a step for each wave.',
    find: (set) =>
      textAt(set, ['spec', 'strategy', 'type']) === 'RollingSync'
        ? []
        : [{ what: 'no RollingSync', at: ['spec', 'strategy'] }],
  },
  {
    id: 'set/no-wave-label',
    severity: 'error',
    why: 'Steps match labels of the Applications. An Application that no step matches is never synced: nobody asks.',
    mend: 'Copy the wave into template.metadata.labels: tidegate.io/wave: \'{{ index .metadata.labels "tidegate.io/wave" }}\'',
    find: (set) => {
      const labels = fieldsAt(set, ['spec', 'template', 'metadata', 'labels']);
      return listAt(set, STEPS).flatMap((step, i) =>
        listAt(step, ['matchExpressions']).flatMap((expression, e) => {
          const key = textAt(expression, ['key']) ?? '';
          return key in labels
            ? []
            : [
                {
                  what: `step ${i + 1} matches the label ${key || '(none)'}, which the template does not set`,
                  at: [...STEPS, i, 'matchExpressions', e],
                },
              ];
        }),
      );
    },
  },
  {
    id: 'set/wave-twice',
    severity: 'error',
    why: 'An Application that two steps match belongs to the first of them; the order is not what it seems.',
    mend: 'Name every wave in one step.',
    find: (set) => {
      const seen = new Set<string>();
      return listAt(set, STEPS).flatMap((step, i) =>
        listAt(step, ['matchExpressions']).flatMap((expression, e) =>
          listAt(expression, ['values']).flatMap((value, v) => {
            const wave = `${textAt(expression, ['key'])}=${String(value)}`;
            const path = [...STEPS, i, 'matchExpressions', e, 'values', v];
            if (seen.has(wave)) return [{ what: `${wave} is in two steps`, at: path }];
            seen.add(wave);
            return [];
          }),
        ),
      );
    },
  },
  {
    id: 'set/soak-alone',
    severity: 'error',
    why: 'A RollingSync waits for the Applications of its own ApplicationSet only: the soak holds back nothing but other soaks.',
    mend: "Generate both by one ApplicationSet (a matrix of clusters and roles), with tidegate.io/role: '{{ .role }}' in the labels of the template.",
    find: (set) => {
      const path = ['spec', 'template', 'metadata', 'labels', ROLE_LABEL];
      return textAt(set, path) === 'soak' ? [{ what: 'it makes soak Applications only', at: path }] : [];
    },
  },
  {
    id: 'set/hand-brake',
    severity: 'error',
    why: 'No Application of the step is ever started: nobody asks.',
    mend: 'Leave maxUpdate out, or give it a share; to stop a rollout, freeze it.',
    find: (set) =>
      listAt(set, STEPS).flatMap((step, i) => {
        const most = at(step, ['maxUpdate']);
        return most === 0 || most === '0' || most === '0%'
          ? [{ what: `step ${i + 1} has maxUpdate ${most}`, at: [...STEPS, i, 'maxUpdate'] }]
          : [];
      }),
  },
  {
    id: 'set/missing-key',
    severity: 'warning',
    why: 'A cluster without one of the labels gets an Application with "<no value>" in it.',
    mend: 'goTemplate: true and goTemplateOptions: ["missingkey=error"]',
    find: (set) =>
      at(set, ['spec', 'goTemplate']) === true &&
      listAt(set, ['spec', 'goTemplateOptions']).includes('missingkey=error')
        ? []
        : [{ what: 'missing labels are not refused', at: ['spec', 'goTemplateOptions'] }],
  },
];

/** What goes wrong with an AppProject. */
export const PROJECT_RULES: readonly Rule<Fields>[] = [
  {
    id: 'project/sync-window',
    severity: 'warning',
    why: 'A window that closes freezes syncs that are under way, hooks and repairs included, and the gate is not told.',
    mend: 'Freeze by the gate instead: tidegate freeze --wave prod --for 48h --reason "..."; what is under way goes on.',
    find: (project) =>
      listAt(project, ['spec', 'syncWindows']).flatMap((window, i) =>
        textAt(window, ['kind']) === 'deny'
          ? [{ what: 'a window denies syncs', at: ['spec', 'syncWindows', i] }]
          : [],
      ),
  },
];
