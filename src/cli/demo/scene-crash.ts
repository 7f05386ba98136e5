import type { ToldRun } from './ask-demo-gate.ts';
import { DEMO_WAVES } from './fleet.ts';
import { pushFixed } from './push-fixed.ts';
import { areAll, COMMITS, type Scene, untilRuns, untilSoaking } from './stage.ts';
import { tellWaves } from './wave-story.ts';
import { length } from './words.ts';

const PROD_1 = DEMO_WAVES[2]?.clusters ?? [];
const PROD_2 = DEMO_WAVES[3]?.clusters ?? [];

/** How far into the soak, in fleet time. */
const AFTER_MS = 240_000;

/** The gate is killed in the middle of a soak. */
export const crash: Scene = {
  name: 'crash',
  title: 'The gate is killed (SIGKILL) in mid-soak and started again',
  async play(stage) {
    const { clock, gate, tell, killGate } = stage;
    const commit = COMMITS.fixed;
    await pushFixed(stage);
    const before = await untilSoaking(stage, commit, PROD_1, AFTER_MS);
    const head = await gate.auditHead();
    const killedAt = clock.now();
    await killGate();
    const after = await gate.runs(commit.digest);
    tell(
      `prod-1 soaks; the gate's process was killed and is back after ${length((clock.now() - killedAt) / 1000)}.`,
    );
    const sameClock = before.every(({ cluster }) => standing(before, cluster) === standing(after, cluster));
    const chain = await gate.verifyAudit(head);
    const runs = await tellWaves(stage, commit, DEMO_WAVES.slice(2, 3));
    const last = await untilRuns(stage, commit, (all) =>
      PROD_2.some((name) => areAll(all, [name], 'admitted', 'settling', 'soaking', 'go')),
    );
    const soakOf = (names: readonly string[]) =>
      Math.min(
        ...last
          .filter(({ cluster, admittedAt }) => names.includes(cluster) && admittedAt !== undefined)
          .map(({ policy }) => policy.minSoakSeconds),
      );
    const [before1, after2] = [soakOf(PROD_1), soakOf(PROD_2)];
    tell(
      `prod-2  admitted, with a soak of at least ${length(after2)}: six clusters before it had go (prod-1 had ${length(before1)}). The story ends here, and the gate goes on.`,
    );
    return {
      claims: [
        { text: `${before.length} soaks go on as the same runs, with the same start`, holds: sameClock },
        {
          text: chain.ok ? `the audit chain is whole: ${chain.head.seq} entries` : chain.problem,
          holds: chain.ok,
        },
        { text: 'prod-1 has its go, in the time it would have taken', holds: areAll(runs, PROD_1, 'go') },
        { text: 'each go before it shortened the soak of prod-2', holds: after2 < before1 },
      ],
      facts: { auditEntries: chain.ok ? chain.head.seq : undefined },
    };
  },
};

function standing(runs: readonly ToldRun[], name: string): string {
  const run = runs.find(({ cluster }) => cluster === name);
  return `${run?.id} ${run?.attempt} ${run?.settledAt}`;
}
