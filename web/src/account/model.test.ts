import { describeUserAgent } from '@diwan/protocol/user-agent.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { passwordFault, tidyUserCode } from './model.ts';

describe('a new password', () => {
  it('R-11 counts what is missing in characters, not in bytes', () => {
    expect(passwordFault('سر قصير', 'سر قصير')).toEqual({ missing: 5 });
    expect(passwordFault('🗝'.repeat(11), '')).toEqual({ missing: 1 });
  });

  it('R-11 asks for the same password twice', () => {
    expect(passwordFault('une phrase courte', 'une phrase court')).toBe('mismatch');
    expect(passwordFault('une phrase courte', 'une phrase courte')).toBeUndefined();
  });
});

describe('a device code', () => {
  it('R-45 is the same however it is typed', () => {
    for (const typed of ['abcd-efgh', 'ABCDEFGH', ' ab cd ef gh ', 'abcd_efghij']) {
      expect(tidyUserCode(typed)).toBe('ABCD-EFGH');
    }
    expect(tidyUserCode('abc')).toBe('ABC');
  });

  it('R-45 tidied once stays as it is', () => {
    fc.assert(
      fc.property(fc.string(), (typed) => {
        const once = tidyUserCode(typed);
        expect(tidyUserCode(once)).toBe(once);
      }),
    );
  });
});

describe('a session in the list', () => {
  it.each([
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0',
      'Edge · Windows',
    ],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0', 'Firefox · Linux'],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile Safari/604.1', 'Safari · iOS'],
    ['diwan-sync/0.1.0 (darwin arm64)', 'diwan-sync · macOS'],
    ['curl/8.5', undefined],
  ])('R-14 is named by browser and system: %s', (userAgent, name) => {
    expect(describeUserAgent(userAgent)).toBe(name);
  });
});
