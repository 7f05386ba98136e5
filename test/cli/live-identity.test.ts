import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createLiveIdentity } from '../../src/cli/live-identity.ts';
import { createLiveInventory, type LiveInventory } from '../../src/config/live-inventory.ts';
import type { Identify } from '../../src/identity/identity.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { GOOD_CONFIG, parse } from '../config/config-text.ts';

const NOW = Date.UTC(2026, 10, 24, 12);
const SILENT = { warn: () => undefined };
const hash = (text: string) => createHash('sha256').update(text).digest('hex');
const config = (listen: string, ...names: readonly string[]) =>
  parse(`${GOOD_CONFIG}
gate: {listen: '${listen}'}
identity:
  tokens: [${names.map((name) => `{name: ${name}, kind: person, sha256: ${hash(name)}}`).join(', ')}]
`);

test('a token that leaves the file is refused from then on, and a new one is known', async () => {
  const live = createLiveInventory(config('127.0.0.1:0', 'alice'));
  const identify = liveIdentity(live);

  expect(await who(identify, 'alice')).toBe('alice');
  live.replace(config('127.0.0.1:0', 'bob'));
  expect(await who(identify, 'bob')).toBe('bob');
  await expect(who(identify, 'alice')).rejects.toThrow(/holds no token of this gate/);
});

test('a gate that others reach never opens to everybody, whatever the next file says', async () => {
  const live = createLiveInventory(config('0.0.0.0:8080', 'alice'));
  const identify = liveIdentity(live);

  live.replace(config('127.0.0.1:8080'));

  expect(await identify({ host: 'localhost' })).toBeUndefined();
  expect(await who(identify, 'alice')).toBe('alice');
});

function liveIdentity(live: LiveInventory): Identify {
  return createLiveIdentity({
    live,
    now: () => NOW,
    metrics: createMetrics({ version: 'test' }),
    log: SILENT,
  }).identify;
}

async function who(identify: Identify, token: string): Promise<string | undefined> {
  return (await identify({ authorization: `Bearer ${token}` }))?.name;
}
