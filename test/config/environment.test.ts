import { expect, test } from 'vitest';
import { readEnvironment } from '../../src/config/environment.ts';
import { ConfigError } from '../../src/domain/errors.ts';
import { GOOD_CONFIG, parse } from './config-text.ts';

test('the environment goes before the file', () => {
  const env = { TIDEGATE_LISTEN: '0.0.0.0:9000', TIDEGATE_TOKEN_SHA256: 'cd'.repeat(32) };

  const { gate } = parse(
    `${GOOD_CONFIG}\ngate: {listen: '127.0.0.1:1', token: {sha256: ${'ab'.repeat(32)}}}`,
    env,
  );

  expect(gate.listen).toEqual({ host: '0.0.0.0', port: 9000 });
  expect(gate.token?.sha256).toBe('cd'.repeat(32));
});

test('variables that Kubernetes sets beside a Service called tidegate do no harm', () => {
  expect(readEnvironment({ TIDEGATE_PORT: 'tcp://10.0.0.1:80', TIDEGATE_SERVICE_HOST: '10.0.0.1' })).toEqual({
    logLevel: 'info',
  });
});

test('an empty variable is an absent one', () => {
  expect(readEnvironment({ TIDEGATE_CONFIG: '', TIDEGATE_LOG_LEVEL: '' })).toEqual({ logLevel: 'info' });
});

test('every variable that can not be used is told, and a secret is not repeated', () => {
  const read = () => readEnvironment({ TIDEGATE_LOG_LEVEL: 'loud', TIDEGATE_TOKEN_SHA256: 'hunter2' });

  expect(read).toThrow(ConfigError);
  expect(read).toThrow(/TIDEGATE_TOKEN_SHA256: what stands here is not 64/);
  expect(read).toThrow(/TIDEGATE_LOG_LEVEL: "loud" is not one of debug, info, warn, error/);
  expect(read).not.toThrow(/hunter2/);
});
