import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeviceCode, Me, Tokens } from '@diwan/protocol/identity.ts';
import { createClient, Refused } from '../remote/client.ts';
import type { Home, SavedAccount } from '../state/home.ts';

export interface LoginOptions {
  home: Home;
  hub: string;
  machine: string;
  language: string;
  signal: AbortSignal;
  /** Shows the person where to type which code. */
  show: (code: DeviceCode) => void;
}

/** Signs this machine in by device code (RFC 8628). @throws {Refused | Unreachable} device_code_invalid when it expired */
export async function login({ home, hub, machine, language, signal, show }: LoginOptions): Promise<SavedAccount> {
  const origin = new URL(/^https?:\/\//.test(hub) ? hub : `https://${hub}`).origin;
  const stranger = createClient(origin, undefined, { language });
  const code = await stranger.ask(DeviceCode, '/api/auth/device', { method: 'POST', json: { machine }, signal });
  show(code);
  const tokens = await approved();

  const bearer = { read: () => tokens, write: async () => {}, exclusively: <T>(work: () => Promise<T>) => work() };
  const { account } = await createClient(origin, bearer, { language }).ask(Me, '/api/me', { signal });
  return home.exclusively(async () => {
    const known = home.accounts().find(({ hub: at, email }) => at === origin && email === account.email);
    const { accessToken, refreshToken } = tokens;
    const saved = {
      id: known?.id ?? randomUUID(),
      hub: origin,
      email: account.email,
      machine,
      accessToken,
      refreshToken,
    };
    await home.saveAccount(saved);
    return saved;
  });

  async function approved(): Promise<Tokens> {
    for (;;) {
      await sleep(code.interval * 1000, undefined, { signal });
      try {
        const json = { deviceCode: code.deviceCode };
        return await stranger.ask(Tokens, '/api/auth/device/token', { method: 'POST', json, signal });
      } catch (error) {
        if (!(error instanceof Refused) || error.code !== 'authorization_pending') throw error;
      }
    }
  }
}
