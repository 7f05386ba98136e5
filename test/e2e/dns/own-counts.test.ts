import { expect, test } from 'vitest';
import { type DnsTotals, OwnCounts, totalsOn } from './own-counts.ts';

const page = `
# TYPE coredns_dns_request_duration_seconds histogram
coredns_dns_request_duration_seconds_bucket{server="dns://127.0.0.1:53",view="",zone="orders.test.",le="0.256"} 90
coredns_dns_request_duration_seconds_bucket{server="dns://127.0.0.1:53",view="",zone="orders.test.",le="1.024"} 97
coredns_dns_request_duration_seconds_count{server="dns://127.0.0.1:53",view="",zone="orders.test."} 100
coredns_dns_request_duration_seconds_bucket{server="dns://127.0.0.1:53",view="",zone="billing.test.",le="0.256"} 10
coredns_dns_request_duration_seconds_bucket{server="dns://127.0.0.1:53",view="",zone="billing.test.",le="1.024"} 10
coredns_dns_request_duration_seconds_count{server="dns://127.0.0.1:53",view="",zone="billing.test."} 10
coredns_dns_responses_total{plugin="template",rcode="NOERROR",server="dns://127.0.0.1:53",view="",zone="orders.test."} 100
coredns_dns_responses_total{plugin="",rcode="SERVFAIL",server="dns://127.0.0.1:53",view="",zone="billing.test."} 11
`;

const totals = (timed: number): DnsTotals => ({
  responses: timed,
  servfail: 0,
  timed,
  over256: 0,
  over1024: 0,
});

test('a page of CoreDNS is summed up over its zones', () => {
  expect(totalsOn(page)).toEqual({ responses: 111, servfail: 11, timed: 110, over256: 10, over1024: 3 });
});

test('between two readings the totals are in proportion', async () => {
  await using counts = new OwnCounts();
  counts.note(1_000, totals(100));
  counts.note(2_000, totals(140));
  expect(counts.at(1_250).timed).toBe(110);
});

test('a restart begins at zero and loses nothing that was read', async () => {
  await using counts = new OwnCounts();
  counts.note(1_000, totals(100));
  counts.note(2_000, totals(20));
  counts.note(3_000, totals(60));
  counts.note(4_000, totals(5));
  counts.note(5_000, totals(5));
  expect(counts.at(3_000).timed).toBe(160);
  expect(counts.at(4_500).timed).toBe(165);
});

test('a time that nobody read about is refused', async () => {
  await using counts = new OwnCounts();
  counts.note(1_000, totals(100));
  counts.note(60_000, totals(200));
  for (const time of [500, 30_000, 60_001]) expect(() => counts.at(time)).toThrow(/were not read around/);
});
