import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { IdentityError } from '../../src/domain/errors.ts';
import { RIGHTS } from '../../src/domain/rights.ts';
import { type Access, actorOf, requireAccess, requireScope } from '../../src/identity/caller.ts';
import {
  type ConfiguredToken,
  createIdentity,
  type Identify,
  type Presented,
} from '../../src/identity/identity.ts';
import { RIGHTS_OF_KIND, TOKEN_KINDS } from '../../src/identity/token-kinds.ts';

const TOKEN = 'correct-horse';
const tokenSha256 = sha256(TOKEN);
const publicUrl = 'https://gate.example.org';
const NOW = Date.UTC(2026, 10, 23);
const now = () => NOW;

describe('with the one token', () => {
  const identify = createIdentity({ tokenSha256, readers: 'identified', publicUrl, now });

  test.each(['Bearer correct-horse', 'bearer  correct-horse'])(
    '%j may do all but fix, because hooks have it too',
    async (authorization) => {
      for (const right of RIGHTS) {
        expect(await enter(identify, { authorization }, right)).toBe(
          right === 'fix' ? '403 identity/right' : 'token',
        );
      }
    },
  );

  test.each([
    'Bearer wrong',
    'Bearer correct-hors',
    'Bearer correct-horse2',
    'Bearer ',
    'Bearer',
    '',
    'Basic Y29ycmVjdC1ob3JzZQ==',
    'correct-horse',
    `Bearer ${tokenSha256}`,
    'Bearer correct-horse correct-horse',
  ])('%j is refused, even where no token is needed', async (authorization) => {
    for (const access of ['open', 'read', 'override'] as const) {
      expect(await enter(identify, { authorization }, access)).toBe('401 identity/refused');
    }
  });

  test('nobody may do anything without it, and an open route stays open', async () => {
    for (const right of RIGHTS) expect(await enter(identify, {}, right)).toBe('401 identity/missing');
    expect(await enter(identify, {}, 'open')).toBe('nobody');
  });

  test('no message repeats what was sent', async () => {
    expect(await identify({ authorization: 'Bearer wr0ng-t0ken' }).catch(String)).not.toContain('wr0ng');
  });
});

test('public readers read without a token, and still do nothing else', async () => {
  const identify = createIdentity({ tokenSha256, readers: 'public', publicUrl, now });

  expect(await enter(identify, {}, 'read')).toBe('reader');
  expect(await enter(identify, {}, 'open')).toBe('reader');
  for (const right of RIGHTS.filter((each) => each !== 'read')) {
    expect(await enter(identify, {}, right)).toBe('401 identity/missing');
  }
});

describe('without a token, on loopback', () => {
  const identify = createIdentity({ readers: 'identified', publicUrl, now });

  test.each(['localhost:8080', '127.0.0.1', '127.1.2.3:80', '[::1]:8080', 'LOCALHOST', 'gate.example.org'])(
    'whoever calls %s may do everything',
    async (host) => {
      for (const right of RIGHTS) expect(await enter(identify, { host }, right)).toBe('loopback');
    },
  );

  test.each([
    'evil.example',
    '127.0.0.1.evil.example',
    'localhost.evil.example:8080',
    '10.0.0.1',
    '',
    undefined,
  ])('a page that reaches us as %j is refused', async (host) => {
    expect(await enter(identify, { host }, 'open')).toBe('403 identity/host');
  });
});

describe('with tokens of several kinds', () => {
  test.each(TOKEN_KINDS.filter((kind) => kind !== 'capability'))(
    'a %s token may do what its kind may, and nothing else',
    async (kind) => {
      const identify = identityWith({ name: 'somebody', kind });

      for (const right of RIGHTS) {
        const allowed = RIGHTS_OF_KIND[kind].includes(right);
        expect(await enter(identify, presenting('somebody'), right)).toBe(
          allowed ? 'somebody' : '403 identity/right',
        );
      }
    },
  );

  test('what runs in a cluster never decides about itself, and only a webhook pushes', () => {
    for (const right of ['override', 'retry', 'acknowledge', 'adopt', 'fix', 'freeze'] as const) {
      expect(TOKEN_KINDS.filter((kind) => RIGHTS_OF_KIND[kind].includes(right))).toEqual(['person']);
    }
    expect(TOKEN_KINDS.filter((kind) => RIGHTS_OF_KIND[kind].includes('webhook'))).toEqual(['webhook']);
  });

  test('a token may be given fewer rights than its kind has', async () => {
    const identify = identityWith({ name: 'night-shift', kind: 'person', rights: ['read', 'freeze'] });

    expect(await enter(identify, presenting('night-shift'), 'freeze')).toBe('night-shift');
    expect(await enter(identify, presenting('night-shift'), 'override')).toBe('403 identity/right');
  });

  test('the one token works beside them, and loopback alone no longer does', async () => {
    const identify = createIdentity({
      tokenSha256,
      tokens: [configured({ name: 'alice', kind: 'person' })],
      readers: 'identified',
      publicUrl,
      now,
    });

    expect(await enter(identify, { authorization: `Bearer ${TOKEN}` }, 'override')).toBe('token');
    expect(await enter(identify, presenting('alice'), 'override')).toBe('alice');
    expect(await enter(identityWith({ name: 'alice', kind: 'person' }), { host: 'localhost' }, 'read')).toBe(
      '401 identity/missing',
    );
  });

  test('a token works up to the moment it expires', async () => {
    const at = (expires: number) => identityWith({ name: 'old', kind: 'hook', expires });

    expect(await enter(at(NOW + 1), presenting('old'), 'hook')).toBe('old');
    expect(await enter(at(NOW), presenting('old'), 'hook')).toBe('401 identity/expired');
    expect(await enter(at(NOW), presenting('old'), 'open')).toBe('401 identity/expired');
  });
});

describe('a capability', () => {
  const canary = { name: 'canary', kind: 'capability', clusters: ['prod-1'], apps: ['shop'] } as const;
  const SECRET = { capability: 'secret-of-canary' };

  test('is good in an address and nowhere else, and only it is good there', async () => {
    const identify = createIdentity({
      tokens: [configured(canary), configured({ name: 'hook', kind: 'hook' })],
      readers: 'identified',
      publicUrl,
      now,
    });

    expect(await enter(identify, SECRET, 'hook')).toBe('canary');
    expect(await enter(identify, { ...SECRET, ...presenting('hook') }, 'hook')).toBe('canary');
    expect(await enter(identify, SECRET, 'read')).toBe('403 identity/right');
    expect(await enter(identify, presenting('canary'), 'hook')).toBe('401 identity/refused');
    expect(await enter(identify, { cookie: 'tidegate_session=secret-of-canary' }, 'hook')).toBe(
      '401 identity/missing',
    );
    expect(await enter(identify, { capability: 'secret-of-hook' }, 'hook')).toBe('401 identity/refused');
    expect(await enter(identify, { capability: '' }, 'hook')).toBe('401 identity/refused');
  });

  test('ends, and is refused by a gate that has none, on loopback too', async () => {
    const ended = identityWith({ ...canary, expires: NOW });
    const open = createIdentity({ readers: 'identified', publicUrl, now });

    expect(await enter(ended, SECRET, 'hook')).toBe('401 identity/expired');
    expect(await enter(open, { ...SECRET, host: 'localhost' }, 'hook')).toBe('401 identity/refused');
  });

  test('alone closes the door of loopback, as any token does', async () => {
    expect(await enter(identityWith(canary), { host: 'localhost' }, 'read')).toBe('401 identity/missing');
  });
});

describe('a token that is bound', async () => {
  const caller = await identityWith({
    name: 'prod-hook',
    kind: 'hook',
    clusters: ['prod-1', 'prod-2'],
    apps: ['platform-bom'],
  })(presenting('prod-hook'));
  if (caller === undefined) throw new Error('the token of this test is not known');

  test.each([
    [{ cluster: 'prod-1', app: 'platform-bom' }, 'admitted'],
    [{ cluster: 'prod-2' }, 'admitted'],
    [{ cluster: 'prod-3', app: 'platform-bom' }, '403 identity/scope'],
    [{ cluster: 'PROD-1' }, '403 identity/scope'],
    [{ cluster: 'prod-1', app: 'payments' }, '403 identity/scope'],
  ])('may act on %j: %s', async (target, outcome) => {
    expect(await outcomeOf(() => requireScope(caller, target))).toBe(outcome);
  });
});

test('a token of its own decides in its own name; one that many share names the person', async () => {
  const alice = await identityWith({ name: 'alice', kind: 'person' })(presenting('alice'));
  const oneToken = createIdentity({ tokenSha256, readers: 'identified', publicUrl, now });
  const shared = await oneToken({ authorization: `Bearer ${TOKEN}` });
  if (alice === undefined || shared === undefined) throw new Error('the tokens of this test are not known');

  expect([actorOf(alice, undefined), actorOf(alice, 'alice')]).toEqual(['alice', 'alice']);
  expect(await outcomeOf(() => actorOf(alice, 'bob'))).toBe('403 identity/actor');
  expect([actorOf(shared, undefined), actorOf(shared, 'bob')]).toEqual(['token', 'bob']);
});

function configured(token: Omit<ConfiguredToken, 'sha256'>): ConfiguredToken {
  return { ...token, sha256: sha256(`secret of ${token.name}`.replaceAll(' ', '-')) };
}

function identityWith(token: Omit<ConfiguredToken, 'sha256'>): Identify {
  return createIdentity({ tokens: [configured(token)], readers: 'identified', publicUrl, now });
}

function presenting(name: string): Presented {
  return { authorization: `Bearer secret-of-${name}` };
}

function enter(identify: Identify, presented: Presented, access: Access): Promise<string> {
  return outcomeOf(async () => {
    const caller = await identify(presented);
    requireAccess(caller, access);
    return caller?.name ?? 'nobody';
  });
}

async function outcomeOf(call: () => unknown): Promise<string> {
  try {
    return String((await call()) ?? 'admitted');
  } catch (error) {
    if (error instanceof IdentityError) return `${error.status} ${error.code}`;
    throw error;
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
