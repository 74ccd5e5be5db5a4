import { useEffect, useState } from 'react';
import { type DeviceList, listDevices } from './model/devices.ts';

/** The devices of this machine, again after each change of `opened` (names are known only after permission). */
export function useDevices(opened: unknown): DeviceList {
  const [list, setList] = useState<DeviceList>({ microphones: [], cameras: [], speakers: [] });
  // biome-ignore lint/correctness/useExhaustiveDependencies: `opened` says when to look again
  useEffect(() => {
    let gone = false;
    const look = () => void listDevices().then((next) => gone || setList(next));
    look();
    navigator.mediaDevices?.addEventListener('devicechange', look);
    return () => {
      gone = true;
      navigator.mediaDevices?.removeEventListener('devicechange', look);
    };
  }, [opened]);
  return list;
}
