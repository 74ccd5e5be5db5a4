import { type SecondWay, TotpCode } from '@diwan/protocol/second-factor.ts';

/** Whether what is typed can be sent: the server says whether it is right. */
export function isWholeCode(by: SecondWay, code: string): boolean {
  return by === 'totp' ? TotpCode.safeParse(code).success : code.replace(/[^\p{L}\p{N}]/gu, '').length === 10;
}

/** A key as it is read and typed: in groups of four. */
export const inGroups = (key: string): string => (key.match(/.{1,4}/g) ?? []).join(' ');
