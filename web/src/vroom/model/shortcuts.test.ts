import { describe, expect, it } from 'vitest';
import { shortcutOf, shortcuts } from './shortcuts.ts';

const press = (key: string, code: string, patch = {}) =>
  shortcutOf({ key, code, ctrlKey: false, metaKey: false, altKey: false, repeat: false, ...patch });

describe('R-34 shortcuts', () => {
  it('go by the letter, wherever it is on a Latin keyboard', () => {
    expect(press('m', 'KeyM')).toBe('microphone');
    // On a French keyboard M stands where an English one has the semicolon, and a comma stands in place of M.
    expect(press('m', 'Semicolon')).toBe('microphone');
    expect(press(',', 'KeyM')).toBeUndefined();
    expect(press('V', 'KeyV')).toBe('camera');
  });

  it('go by the place where the letters are of another script', () => {
    expect(press('ة', 'KeyM')).toBe('microphone');
    expect(press('؟', 'Slash')).toBe('help');
  });

  it('leave the browser its own keys, and a held key counts once', () => {
    for (const patch of [{ ctrlKey: true }, { metaKey: true }, { altKey: true }, { repeat: true }])
      expect(press('s', 'KeyS', patch)).toBeUndefined();
    expect(press('Shift', 'ShiftLeft')).toBeUndefined();
    expect(press('Tab', 'Tab')).toBeUndefined();
  });

  it('no two are the same', () => {
    const keys = Object.values(shortcuts).map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
