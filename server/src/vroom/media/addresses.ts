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
 * @param mediaIp the address or host name that browsers are told; without it, the worker listens on each of `ownAddresses()` and
 *   tells them all. One of this machine's is listened on alone: from all of them at once the kernel picks the sender's address of
 *   an answer by its routes, and a browser drops an ICE answer from another address than it asked. Behind NAT or in a container it
 *   is none of ours, so the worker listens on all
 * @param port 0 takes any free one
 */
export function listenInfos(
  mediaIp: string | undefined,
  port: number,
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]> = networkInterfaces(),
): types.TransportListenInfo[] {
  const places = mediaIp ? [placeOf(mediaIp, interfaces)] : ownAddresses(interfaces).map((ip) => ({ ip }));
  return places.flatMap((place) => [
    { ...place, port, protocol: 'udp' as const },
    { ...place, port, protocol: 'tcp' as const },
  ]);
}

function placeOf(mediaIp: string, interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>) {
  const own = Object.values(interfaces).some((addresses) => addresses?.some(({ address }) => address === mediaIp));
  return own ? { ip: mediaIp } : { ip: isIPv6(mediaIp) ? '::' : '0.0.0.0', announcedAddress: mediaIp };
}
