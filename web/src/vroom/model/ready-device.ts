import type { RtpCapabilities } from '@diwan/protocol/vroom.ts';
import type { Device } from 'mediasoup-client/types';
import type { Signal } from './signal.ts';

/** What the browser can do, matched with what the hub takes. It takes the browser some 50 ms, so it is done once, at the door. */
export interface ReadyDevice {
  /** As soon as the line is open. Nothing is received by it. */
  prepare: () => void;
  /** Undefined until it is done. */
  get: () => Device | undefined;
  /** The one for a room that takes this. Throws what mediasoup-client throws. */
  of: (routerRtpCapabilities: RtpCapabilities) => Promise<Device>;
}

export function readyDevice(signal: Signal, createDevice: () => Promise<Device>): ReadyDevice {
  let ready: Device | undefined;
  let latest: { takes: string; device: Promise<Device> } | undefined;

  async function load(routerRtpCapabilities: RtpCapabilities): Promise<Device> {
    const device = await createDevice();
    await device.load({ routerRtpCapabilities: routerRtpCapabilities as never });
    ready = device;
    return device;
  }

  function of(routerRtpCapabilities: RtpCapabilities): Promise<Device> {
    const takes = JSON.stringify(routerRtpCapabilities);
    // Another hub, or the same one in a newer version, may take something else.
    if (latest?.takes !== takes) {
      ready = undefined;
      latest = { takes, device: load(routerRtpCapabilities) };
      latest.device.catch(() => {
        latest = undefined;
      });
    }
    return latest.device;
  }

  async function ask(): Promise<void> {
    try {
      const { routerRtpCapabilities } = await signal.call('media:capabilities', {});
      await of(routerRtpCapabilities);
    } catch {
      // The join does it then, and says what is wrong.
    }
  }

  return {
    get: () => ready,
    of,
    prepare() {
      if (latest !== undefined) return;
      if (signal.isOpen()) return void ask();
      const stop = signal.onLine((open) => {
        if (!open) return;
        stop();
        void ask();
      });
    },
  };
}
