import { beforeAll, expect, it } from 'vitest';
import { renderHooks, renderSoak } from '../support/hook-charts.ts';
import { expectValid, kubernetesVersions, type Manifest } from '../support/manifests.ts';
import { describeWith } from '../support/tool.ts';

/** A Job as far as these tests read it. */
interface Job extends Manifest {
  readonly spec: {
    readonly backoffLimit: number;
    readonly activeDeadlineSeconds?: number;
    readonly ttlSecondsAfterFinished?: number;
    readonly podFailurePolicy: { readonly rules: readonly object[] };
    readonly template: {
      readonly metadata: Manifest['metadata'];
      readonly spec: {
        readonly restartPolicy: string;
        readonly serviceAccountName: string;
        readonly automountServiceAccountToken: boolean;
        readonly tolerations: readonly object[];
        readonly securityContext: object;
        readonly containers: readonly [
          {
            readonly image: string;
            readonly args: readonly string[];
            readonly env?: readonly { readonly name: string; readonly value: string }[];
            readonly terminationMessagePath: string;
            readonly securityContext: object;
          },
        ];
        readonly volumes: readonly object[];
      };
    };
  };
}

const jobs = (manifests: readonly Manifest[]) => manifests.filter(({ kind }) => kind === 'Job') as Job[];
const argsOf = (job: Job) => job.spec.template.spec.containers[0].args;
const annotation = ({ metadata }: Manifest, name: string) =>
  metadata.annotations?.[`argocd.argoproj.io/${name}`];
const waitOf = (job: Job) => Number(/^--max-wait=(\d+)s$/m.exec(argsOf(job).join('\n'))?.[1]);

describeWith(['helm', 'kubernetes-schemas'], 'the hooks of an app', () => {
  let manifests: readonly Manifest[];
  let hooks: readonly Job[];
  beforeAll(async () => {
    manifests = await renderHooks();
    hooks = jobs(manifests);
  });

  it('ask before the sync, report it, and report its failure', () => {
    expect(hooks.map((job) => [job.metadata.name, annotation(job, 'hook'), argsOf(job)[1]])).toEqual([
      ['bom-prod-1-gate-pre', 'PreSync', 'pre-sync'],
      ['bom-prod-1-gate-post', 'PostSync', 'post-sync'],
      ['bom-prod-1-gate-fail', 'SyncFail', 'sync-fail'],
    ]);
  });

  it.each(kubernetesVersions)('are objects that Kubernetes %s takes', (version) => {
    for (const manifest of manifests) expectValid(manifest, version);
  });

  it('are deleted before, after and after a failed sync, and never by time', () => {
    for (const job of hooks) {
      expect(annotation(job, 'hook-delete-policy')).toBe('BeforeHookCreation,HookSucceeded,HookFailed');
      expect(job.spec.ttlSecondsAfterFinished).toBeUndefined();
    }
  });

  it('fail at once for what another try does not change, try again without an answer, and forgive evictions', () => {
    for (const job of hooks) {
      expect(job.spec.podFailurePolicy.rules).toEqual([
        {
          action: 'FailJob',
          onExitCodes: { containerName: 'gate', operator: 'In', values: [42, 43, 45, 46, 64] },
        },
        { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
        { action: 'Count', onExitCodes: { containerName: 'gate', operator: 'In', values: [44] } },
      ]);
      expect(job.spec.template.spec.restartPolicy).toBe('Never');
    }
  });

  it('have a ServiceAccount that is there before them, and outlives a failure for the hook that reports it', () => {
    const [account] = manifests.filter(({ kind }) => kind === 'ServiceAccount');
    expect(account?.metadata.name).toBe('tidegate-hook');
    expect(account && annotation(account, 'hook')).toBe('PreSync');
    expect(account && annotation(account, 'hook-delete-policy')).toBe('HookSucceeded');
    const waves = hooks.map((job) => Number(annotation(job, 'sync-wave')));
    expect(Number(account && annotation(account, 'sync-wave'))).toBeLessThan(Math.min(...waves));
    expect(hooks.map((job) => job.spec.template.spec.serviceAccountName)).toEqual(
      Array(3).fill('tidegate-hook'),
    );
  });

  it('show a token of our audience only, and nothing of the cluster’s', () => {
    for (const { spec } of hooks) {
      expect(spec.template.spec.automountServiceAccountToken).toBe(false);
      expect(spec.template.spec.volumes).toEqual([
        {
          name: 'token',
          projected: {
            sources: [
              { serviceAccountToken: { path: 'token', audience: 'tidegate', expirationSeconds: 900 } },
            ],
          },
        },
      ]);
    }
  });

  it('meet the restricted pod security standard, and run where nodes are being replaced', () => {
    for (const { spec } of hooks) {
      expect(spec.template.spec.securityContext).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(spec.template.spec.containers[0].securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(spec.template.spec.tolerations).toEqual([{ operator: 'Exists' }]);
    }
  });

  it('have time for every try: the deadline is longer than all waits together', () => {
    for (const job of hooks) {
      const { backoffLimit, activeDeadlineSeconds = 0 } = job.spec;
      expect(waitOf(job)).toBe(90);
      expect(activeDeadlineSeconds).toBeGreaterThan((backoffLimit + 1) * (waitOf(job) + 30));
    }
  });

  it('wait for a verdict as long as the policy may take to come to one', async () => {
    const policy = { minSoak: '10m', maxSoak: '1h', maxSync: '2h', maxSettle: '2h', maxBlind: '60m' };
    const [, post] = jobs(await renderHooks({ policy, postSync: { mode: 'wait' } }));
    expect(post && argsOf(post)).toContain('--mode=wait');
    expect(post && waitOf(post)).toBe(4 * 3600 + 300);
    expect(post?.spec.activeDeadlineSeconds).toBeGreaterThan(4 * (4 * 3600 + 300));
  });

  it('tell the gate what is asked about, whoever renders it', () => {
    expect(hooks[0] && argsOf(hooks[0])).toEqual([
      'hook',
      'pre-sync',
      '--app=platform-bom',
      '--cluster=prod-1',
      '--revision=4f1c2ab',
      expect.stringMatching(/^--digest=sha256:[0-9a-f]{64}$/),
      '--max-wait=90s',
      '--components=dns',
      '--change=addon/coredns=v1.12.1',
      '--gate-url=https://tidegate.example.com',
      '--token-file=/var/run/tidegate/token',
      '--termination-log=/dev/termination-log',
    ]);
  });

  it('reach a gate behind a proxy and an authority of its own', async () => {
    const [pre] = jobs(
      await renderHooks({
        ca: { configMap: 'corp-ca' },
        proxy: { url: 'http://proxy:3128', noProxy: '10.0.0.0/8' },
      }),
    );
    const env = Object.fromEntries(
      (pre?.spec.template.spec.containers[0].env ?? []).map(({ name, value }) => [name, value]),
    );
    expect(env).toEqual({
      NODE_EXTRA_CA_CERTS: '/etc/tidegate/ca/ca.crt',
      NODE_USE_ENV_PROXY: '1',
      HTTPS_PROXY: 'http://proxy:3128',
      HTTP_PROXY: 'http://proxy:3128',
      NO_PROXY: '10.0.0.0/8',
    });
    expect(pre?.spec.template.spec.volumes).toContainEqual({ name: 'ca', configMap: { name: 'corp-ca' } });
  });

  it('share no object with those of another app in the namespace, whose ServiceAccount is deleted after its sync', async () => {
    const namesOf = async (app: string) => {
      const rendered = await Promise.all([
        renderHooks(
          { app, serviceAccount: { name: `tidegate-hook-${app}` } },
          { release: `${app}-prod-eu-1` },
        ),
        renderSoak(
          { app, soak: { serviceAccount: { name: `tidegate-soak-${app}` } } },
          { release: `${app}-prod-eu-1-soak` },
        ),
      ]);
      return rendered
        .flat()
        .filter(({ metadata }) => metadata.name !== 'coredns-addon')
        .map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`);
    };
    const shop = await namesOf('shop');
    const both = [...shop, ...(await namesOf('billing'))];

    expect(shop).toHaveLength(6);
    expect(new Set(both).size).toBe(both.length);
  });

  it('have names that leave room for those of their pods, and that differ where the releases do', async () => {
    const long = 'bom-production-europe-central-one-blue'.padEnd(52, 'x');
    const [one, other] = await Promise.all(
      [`${long}a`, `${long}b`].map(async (release) => jobs(await renderHooks({}, { release }))),
    );
    const names = [...(one ?? []), ...(other ?? [])].map(({ metadata }) => metadata.name);
    expect(new Set(names).size).toBe(6);
    for (const name of names) expect(name.length).toBeLessThanOrEqual(57);
  });
});

describeWith(['helm', 'kubernetes-schemas'], 'the soak Job', () => {
  it.each(kubernetesVersions)('is what Kubernetes %s takes, with its ServiceAccount', async (version) => {
    for (const manifest of await renderSoak()) expectValid(manifest, version);
  });

  it('is no hook, has no wave and no deadline', async () => {
    const manifests = await renderSoak();
    for (const { metadata } of manifests) {
      expect(Object.keys(metadata.annotations ?? {}).filter((name) => /hook|sync-wave/.test(name))).toEqual(
        [],
      );
    }
    const [job] = jobs(manifests);
    expect(job?.spec.activeDeadlineSeconds).toBeUndefined();
    expect(job && argsOf(job).slice(0, 5)).toEqual([
      'hook',
      'soak',
      '--app=platform-bom',
      '--cluster=prod-1',
      `--digest=sha256:${'ab'.repeat(32)}`,
    ]);
  });

  it('is another Job for another digest, and for another image, which a Job can’t be changed to', async () => {
    const image = (digit: string) => ({
      image: { repository: 'r.example.com/t', digest: `sha256:${digit.repeat(64)}` },
    });
    const all = await Promise.all([
      renderSoak(image('1')),
      renderSoak(image('1')),
      renderSoak(image('2')),
      renderSoak({ ...image('1'), digest: `sha256:${'cd'.repeat(32)}` }),
    ]);
    const [first, again, otherImage, otherDigest] = all.map((manifests) => jobs(manifests)[0]?.metadata.name);
    expect(first).toMatch(/^bom-prod-1-soak-abababababab-[0-9a-f]{6}$/);
    expect(again).toBe(first);
    expect(otherImage).not.toBe(first);
    expect(otherDigest).toMatch(/-soak-cdcdcdcdcdcd-/);
  });

  it('has no word twice in its name where its Application is called after it', async () => {
    const [job] = jobs(await renderSoak({}, { release: 'bom-prod-eu-1-soak' }));
    expect(job?.metadata.name).toMatch(/^bom-prod-eu-1-soak-abababababab-[0-9a-f]{6}$/);
  });

  it('is found by the labels that the gate’s commands select', async () => {
    const [job] = jobs(await renderSoak());
    expect(job?.metadata.labels).toMatchObject({
      'tidegate.io/app': 'platform-bom',
      'tidegate.io/digest': 'abababababab',
    });
  });
});
