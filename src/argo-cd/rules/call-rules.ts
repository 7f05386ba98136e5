import { type GateCall, projectedToken } from '../gate-call.ts';
import { textAt } from '../manifest.ts';
import type { Rule } from '../rule.ts';

const AUDIENCE = 'tidegate';

/** Whether the gate is reached without leaving the pod. */
function isLoopback(call: GateCall): boolean {
  return /^https?:\/\/(127\.|localhost|\[::1\])/.test(call.options.get('gate-url') ?? '');
}

/** What goes wrong with whoever calls the gate, hook or soak Job. */
export const CALL_RULES: readonly Rule<GateCall>[] = [
  {
    id: 'call/digest',
    severity: 'error',
    why: 'The Git revision stands in for the identity of the change: every commit to the repository is a new change, and what soaked can not be told from what is applied. The app is shown as not protected.',
    mend: 'Pass --digest, from the chart helper or from tidegate digest.',
    find: ({ options, containerPath }) =>
      (options.get('digest') ?? '') === '' ? [{ what: 'no --digest', at: containerPath }] : [],
  },
  {
    id: 'call/app',
    severity: 'error',
    why: 'The name of the Argo CD Application differs on every cluster: each cluster is an app of its own, and no wave ever follows another.',
    mend: 'Pass the name that the gate knows the app by, the same on every cluster; the Application goes into --argo-app.',
    find: ({ options, containerPath }) => {
      const app = options.get('app') ?? '';
      if (app === '') return [{ what: 'no --app', at: containerPath }];
      const argoApp = options.get('argo-app');
      if (app.includes('ARGOCD_APP_NAME')) return [{ what: `--app is ${app}`, at: containerPath }];
      return argoApp === app && app.includes(options.get('cluster') ?? ' ')
        ? [{ what: `--app is ${app}, the Application of one cluster`, at: containerPath }]
        : [];
    },
  },
  {
    id: 'call/cluster',
    severity: 'error',
    why: 'The gate can not tell which cluster asks, unless the token says so.',
    mend: 'Pass --cluster with the name of the inventory.',
    find: ({ options, containerPath }) =>
      (options.get('cluster') ?? '') === '' ? [{ what: 'no --cluster', at: containerPath }] : [],
  },
  {
    id: 'call/not-replaced',
    severity: 'error',
    why: 'Argo CD replaces build variables in helm.parameters only; here the literal text reaches the gate.',
    mend: 'Pass the value by helm.parameters (revision with forceString: true).',
    find: ({ options, containerPath }) =>
      [...options]
        .filter(([, value]) => /\$\{?ARGOCD_/.test(value) && !value.includes('ARGOCD_APP_NAME'))
        .map(([name, value]) => ({ what: `--${name}=${value}`, at: containerPath })),
  },
  {
    id: 'call/token',
    severity: 'error',
    why: 'The gate refuses the caller (exit code 45), or would believe a token that other services accept, too.',
    mend: `Mount a projected serviceAccountToken with audience ${AUDIENCE}, and name it with --token-file.`,
    find: (call) => {
      if (isLoopback(call)) return [];
      if ((call.options.get('token-file') ?? '') === '')
        return [{ what: 'no --token-file', at: call.containerPath }];
      const token = projectedToken(call);
      if (token === undefined || token.audience === AUDIENCE) return [];
      const what =
        token.audience === '' ? 'the token has no audience of its own' : `its audience is ${token.audience}`;
      return [{ what, at: [...call.podPath, ...token.path] }];
    },
  },
  {
    id: 'call/automount',
    severity: 'warning',
    why: 'The pod carries a token for the API server that it does not need.',
    mend: 'automountServiceAccountToken: false',
    find: ({ pod, podPath }) =>
      pod['automountServiceAccountToken'] === false
        ? []
        : [{ what: 'the default token is mounted', at: [...podPath, 'automountServiceAccountToken'] }],
  },
  {
    id: 'call/image',
    severity: 'warning',
    why: 'A tag can be moved: what decides about rollouts would change without a commit.',
    mend: 'Pin the image by its digest: image: registry/tidegate@sha256:...',
    find: ({ manifest, containerPath }) => {
      const image = textAt(manifest.fields, [...containerPath, 'image']) ?? '';
      return image.includes('@sha256:')
        ? []
        : [{ what: `image ${image || 'is not set'}`, at: [...containerPath, 'image'] }];
    },
  },
];
