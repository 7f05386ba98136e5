import { expect, test } from 'vitest';
import { describeWith } from '../support/tool.ts';
import { type CrashLedgers, type CrashReport, crashRounds } from './crash-rounds.ts';
import { postgresLedgers, sqliteLedgers } from './ledgers.ts';

// What was acknowledged is there, no soak starts anew, nothing is decided twice, the log is whole. A thousand rounds by
// hand: npm run crash -- --rounds 1000

const ROUNDS = 30;
const SEED = 7;

async function survives(ledgers: CrashLedgers): Promise<CrashReport> {
  const report = await crashRounds(ledgers, { rounds: ROUNDS, seed: SEED });
  expect(report.complaints).toEqual([]);
  // Enough happened that something could have been lost.
  expect(report.acknowledged).toBeGreaterThan(20);
  expect(report.decided).toBeGreaterThan(3);
  return report;
}

test(`a gate on SQLite is killed, or its disk is full, ${ROUNDS} times, and every word is kept`, {
  timeout: 600_000,
}, async () => {
  using ledgers = sqliteLedgers();
  const { kills } = await survives(ledgers);
  expect(kills.full > 0).toBe(ledgers.troubles.full !== undefined);
});

describeWith(['postgres'], 'on PostgreSQL', () => {
  test(`one of three gates dies, or the server stops, dies or loses its connections ${ROUNDS} times, and every word is kept`, {
    timeout: 600_000,
  }, async () => {
    await using ledgers = await postgresLedgers();
    const { kills } = await survives(ledgers);
    expect([kills.stopped, kills.crashed, kills.cut].every((count) => count > 0)).toBe(true);
  });
});
