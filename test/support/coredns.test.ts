import { expect, test } from 'vitest';
import { startCoreDns } from './coredns.ts';
import { describeWith } from './tool.ts';

async function metricsOf(address: string): Promise<string> {
  return (await fetch(`http://${address}/metrics`)).text();
}

/** CoreDNS counts a response after it has sent it: the client may be first. */
async function expectMetrics(address: string, line: RegExp): Promise<void> {
  await expect.poll(() => metricsOf(address), { timeout: 10_000 }).toMatch(line);
}

describeWith(['coredns'], 'CoreDNS for tests', () => {
  test('answers a healthy zone, and fails once it is told to, with counters that go on', async () => {
    await using dns = await startCoreDns({ 'orders.test': 'healthy' });
    const resolver = dns.resolver();
    expect(await resolver.resolve4('a.orders.test')).toEqual(['127.0.0.7']);

    await dns.setZones({ 'orders.test': 'servfail' });
    await expect(resolver.resolve4('b.orders.test')).rejects.toMatchObject({ code: 'ESERVFAIL' });
    await expectMetrics(dns.metricsAddress, /responses_total\{.*rcode="NOERROR".*zone="orders\.test\."\} 1/);
    await expectMetrics(dns.metricsAddress, /responses_total\{.*rcode="SERVFAIL".*zone="orders\.test\."\} 1/);

    await dns.setZones({ 'orders.test': 'healthy' });
    expect(await resolver.resolve4('c.orders.test')).toEqual(['127.0.0.7']);
  });

  test('is late, loses queries and truncates, a zone each', async () => {
    await using dns = await startCoreDns({
      'late.test': { erratic: { delay: { every: 1, ms: 300 } } },
      'lossy.test': { erratic: { drop: 1 } },
      'short.test': { erratic: { truncate: 1 } },
      'upstream.test': { forward: '127.0.0.1:9' },
    });
    const began = performance.now();
    expect(await dns.resolver().resolve4('a.late.test')).toHaveLength(1);
    expect(performance.now() - began).toBeGreaterThan(290);
    await expect(dns.resolver(200).resolve4('a.lossy.test')).rejects.toMatchObject({ code: 'ETIMEOUT' });
    await expect(dns.resolver().resolve4('a.upstream.test')).rejects.toMatchObject({ code: 'ESERVFAIL' });
    await dns.resolver().resolve4('a.short.test');
    await expectMetrics(dns.metricsAddress, /requests_total\{.*proto="tcp".*zone="short\.test\."/);
  });

  test('loses its exporter and goes on answering, and gets it back', async () => {
    await using dns = await startCoreDns({ 'orders.test': 'healthy' });
    await dns.setZones({ 'orders.test': 'healthy' }, { exporter: false });
    await expect(metricsOf(dns.metricsAddress)).rejects.toThrow('fetch failed');
    expect(await dns.resolver().resolve4('a.orders.test')).toEqual(['127.0.0.7']);
    await dns.setZones({ 'orders.test': 'healthy' });
    expect(await metricsOf(dns.metricsAddress)).toContain('coredns_build_info');
  });

  test('restarts on the same ports with counters at zero', async () => {
    await using dns = await startCoreDns({ 'orders.test': 'healthy' });
    const before = dns.process.pid;
    await dns.resolver().resolve4('a.orders.test');
    await dns.resolver().resolve4('b.orders.test');
    await dns.restart();
    expect(dns.process.pid).not.toBe(before);
    await dns.resolver().resolve4('c.orders.test');
    await expectMetrics(dns.metricsAddress, /responses_total\{.*zone="orders\.test\."\} 1/);
  });

  test('refuses zones that it does not understand, and stays as it is', async () => {
    await using dns = await startCoreDns({ 'orders.test': 'healthy' });
    await expect(dns.setZones({ 'orders.test': { forward: 'not an address' } })).rejects.toThrow(
      /refuses its new Corefile/,
    );
    expect(await dns.resolver().resolve4('a.orders.test')).toEqual(['127.0.0.7']);
  });
});
