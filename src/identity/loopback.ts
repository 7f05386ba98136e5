import { BlockList, isIP } from 'node:net';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/**
 * Whether a host name or address reaches this machine only.
 *
 * @param host without a port; IPv6 with or without brackets
 */
export function isLoopback(host: string): boolean {
  const address = host.replace(/^\[(.*)\]$/, '$1');
  const family = isIP(address);
  if (family === 0) return /^(.+\.)?localhost$/i.test(address);
  return LOOPBACK.check(address, family === 4 ? 'ipv4' : 'ipv6');
}
