import { join } from 'node:path';
import { expect, it } from 'vitest';
import { judge } from '../../src/judge/judge.ts';
import { inputAt, readFixtures } from './support/case-file.ts';

const FIXTURES = readFixtures(join(import.meta.dirname, 'cases/fixtures.yaml'));

it('evidence links the runbook of the alert whose limit the check uses', () => {
  const judgement = judge(
    inputAt(
      {
        name: 'harm',
        checks: [{ use: 'dns-errors', limitOf: 'CoreDnsLatencyHigh' }, 'api-latency'],
        readings: {
          'dns-errors': { before: '1440*10/2000', since: '10*60/2000' },
          'api-latency@0.2': { before: '1440*10/2000', since: '10*10/2000' },
        },
        expect: [],
      },
      8,
      FIXTURES,
    ),
  );
  const links = { runbook: 'https://gate.example/runbooks/CoreDnsLatencyHigh' };
  expect(judgement.reasons[0]?.evidence?.links).toEqual(links);
  expect(judgement.checks[0]?.evidence[0]?.links).toEqual(links);
  expect(judgement.checks[1]?.evidence[0]).not.toHaveProperty('links');
});
