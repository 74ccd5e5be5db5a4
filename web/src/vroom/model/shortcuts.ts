/** What a key does, and its letter; by place on the keyboard too, for layouts of other scripts. */
export const shortcuts = {
  microphone: { key: 'm', code: 'KeyM' },
  camera: { key: 'v', code: 'KeyV' },
  share: { key: 's', code: 'KeyS' },
  hand: { key: 'h', code: 'KeyH' },
  chat: { key: 'c', code: 'KeyC' },
  people: { key: 'p', code: 'KeyP' },
  view: { key: 'g', code: 'KeyG' },
  fullScreen: { key: 'f', code: 'KeyF' },
  pip: { key: 'i', code: 'KeyI' },
  connection: { key: 'd', code: 'KeyD' },
  help: { key: '?', code: null },
} as const;
export type ShortcutId = keyof typeof shortcuts;

type Key = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'repeat'>;

/** What this key press asks for, if anything. With Ctrl, Meta or Alt it is the browser's. */
export function shortcutOf(event: Key): ShortcutId | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return undefined;
  const key = event.key.toLowerCase();
  if (key === '?' || key === '؟') return 'help';
  const other = !/^[a-z]$/.test(key) && key.length === 1;
  const found = Object.entries(shortcuts).find(
    ([, wanted]) => wanted.key === key || (other && /\p{L}/u.test(key) && wanted.code === event.code),
  );
  return found?.[0] as ShortcutId | undefined;
}
