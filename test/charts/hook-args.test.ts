import { expect, it } from 'vitest';
import { ScriptedGate } from '../hook/scripted-gate.ts';
import { renderHooks, renderSoak } from '../support/hook-charts.ts';
import type { Manifest } from '../support/manifests.ts';
import { startProcess } from '../support/process.ts';
import { TempDir } from '../support/temp-dir.ts';
import { describeWith } from '../support/tool.ts';

const CLI = new URL('../../src/cli/cli.ts', import.meta.url).pathname;

/** The arguments of a Job with the addresses and files of this machine. */
function argsOf(manifests: readonly Manifest[], name: RegExp, here: Readonly<Record<string, string>>) {
  const job = manifests.find(({ kind, metadata }) => kind === 'Job' && name.test(metadata.name));
  if (job === undefined) throw new Error(`no Job is called ${name}`);
  const { template } = job['spec'] as {
    template: { spec: { containers: readonly [{ args: readonly string[] }] } };
  };
  return template.spec.containers[0].args.map((arg) => {
    const [flag = ''] = arg.split('=');
    return here[flag] === undefined ? arg : `${flag}=${here[flag]}`;
  });
}

describeWith(['helm'], 'what the chart tells the command, the command understands', () => {
  const everything = {
    intent: 'rollback',
    argoApp: 'bom-prod-1',
    change: {
      components: ['dns', 'nodes'],
      kubernetes: '1.35',
      nodes: '1.51.0',
      addons: { karpenter: '1.6.0' },
    },
  };

  it.each<[string, RegExp, object]>([
    ['PreSync', /gate-pre/, { phase: 'PreSync', intent: 'rollback', argoApp: 'bom-prod-1' }],
    ['PostSync', /gate-post/, { phase: 'PostSync' }],
    ['SyncFail', /gate-fail/, { phase: 'SyncFail' }],
    ['soak', /soak/, {}],
  ])('%s', async (_what, name, asked) => {
    using folder = new TempDir();
    await using gate = await ScriptedGate.start([{ answer: { verdict: 'go' } }]);
    const args = argsOf([...(await renderHooks(everything)), ...(await renderSoak())], name, {
      '--gate-url': gate.url,
      '--token-file': folder.write('token', 'secret'),
      '--termination-log': folder.write('termination-log', ''),
    });
    await using job = await startProcess(process.execPath, { args: [CLI, ...args] });

    expect(await job.exited).toEqual({ code: 0, signal: null });
    expect(gate.seen).toHaveLength(1);
    const [{ ask, query, authorization } = { ask: {}, query: {} }] = gate.seen;
    expect({ ...ask, ...query }).toMatchObject({ app: 'platform-bom', cluster: 'prod-1', ...asked });
    expect(authorization).toBe('Bearer secret');
  });
});
