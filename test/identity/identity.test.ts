import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { IdentityError } from '../../src/domain/errors.ts';
import { createIdentity } from '../../src/identity/identity.ts';

const TOKEN = 'correct-horse';
const tokenSha256 = createHash('sha256').update(TOKEN).digest('hex');
const publicUrl = 'https://gate.example.org';

describe('with a token', () => {
  const identify = createIdentity({ tokenSha256, readers: 'identified', publicUrl });

  test.each(['Bearer correct-horse', 'bearer  correct-horse'])('%j may act', (authorization) => {
    expect(identify({ authorization }, 'act')).toMatchObject({ name: 'token' });
  });

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
  ])('%j is refused, even where no token is needed', (authorization) => {
    for (const access of ['open', 'read', 'act'] as const) {
      expect(codeOf(() => identify({ authorization }, access))).toBe('401 identity/refused');
    }
  });

  test('nobody may read or act without it, and an open route stays open', () => {
    expect(codeOf(() => identify({}, 'act'))).toBe('401 identity/missing');
    expect(codeOf(() => identify({}, 'read'))).toBe('401 identity/missing');
    expect(identify({}, 'open')).toBeUndefined();
  });

  test('no message repeats what was sent', () => {
    expect(() => identify({ authorization: 'Bearer wr0ng-t0ken' }, 'act')).not.toThrow(/wr0ng/);
  });
});

test('public readers read without a token, and still do not act', () => {
  const identify = createIdentity({ tokenSha256, readers: 'public', publicUrl });

  expect(identify({}, 'read')).toMatchObject({ name: 'reader' });
  expect(identify({}, 'open')).toMatchObject({ name: 'reader' });
  expect(codeOf(() => identify({}, 'act'))).toBe('401 identity/missing');
});

describe('without a token, on loopback', () => {
  const identify = createIdentity({ readers: 'identified', publicUrl });

  test.each(['localhost:8080', '127.0.0.1', '127.1.2.3:80', '[::1]:8080', 'LOCALHOST', 'gate.example.org'])(
    'whoever calls %s may act',
    (host) => {
      expect(identify({ host }, 'act')).toMatchObject({ name: 'loopback' });
    },
  );

  test.each([
    'evil.example',
    '127.0.0.1.evil.example',
    'localhost.evil.example:8080',
    '10.0.0.1',
    '',
    undefined,
  ])('a page that reaches us as %j is refused', (host) => {
    expect(codeOf(() => identify({ host }, 'open'))).toBe('403 identity/host');
  });
});

function codeOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof IdentityError) return `${error.status} ${error.code}`;
    throw error;
  }
  return 'admitted';
}
