import { isIPv6 } from 'node:net';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import type { types } from 'mediasoup';

/** Bridges of containers and virtual machines: no browser reaches the hub there. */
const virtual = /^(docker|br-|veth|virbr|cni|flannel|podman)/;

/** This machine (so that a demo on localhost works) and its IPv4 addresses on real networks (so that the LAN works). */
export function ownAddresses(interfaces: NodeJS.Dict<NetworkInterfaceInfo[]> = networkInterfaces()): string[] {
  const outer = Object.entries(interfaces)
    .filter(([name]) => !virtual.test(name))
    .flatMap(([, addresses]) => addresses ?? [])
    .filter((a) => a.family === 'IPv4' && !a.internal && !a.address.startsWith('169.254.'))
    .map((a) => a.address);
  return ['127.0.0.1', ...outer];
}

/**
 * Where a worker listens: one port number, UDP and TCP.
 * @param mediaIp the address or host name that browsers are told (behind NAT or in a container it is not one of ours, so the
 *   worker listens on all addresses); without it, the worker listens on each of `ownAddresses()` and tells them all
 * @param port 0 takes any free one
 */
export function listenInfos(mediaIp: string | undefined, port: number): types.TransportListenInfo[] {
  const places = mediaIp
    ? [{ ip: isIPv6(mediaIp) ? '::' : '0.0.0.0', announcedAddress: mediaIp }]
    : ownAddresses().map((ip) => ({ ip }));
  return places.flatMap((place) => [
    { ...place, port, protocol: 'udp' as const },
    { ...place, port, protocol: 'tcp' as const },
  ]);
}
