import { useLocalStorage } from '@mantine/hooks';
import { z } from 'zod';
import { orders } from './arrange.ts';

/** How a person looks at folders; kept on this machine. */
const ViewSettings = z.object({
  view: z.enum(['list', 'grid']),
  order: z.object({ by: z.enum(orders), descending: z.boolean() }),
  details: z.boolean(),
});
export type ViewSettings = z.infer<typeof ViewSettings>;

const atFirst: ViewSettings = { view: 'list', order: { by: 'name', descending: false }, details: false };

export function useViewSettings(): [ViewSettings, (change: Partial<ViewSettings>) => void] {
  const [settings, setSettings] = useLocalStorage({
    key: 'diwan.files',
    defaultValue: atFirst,
    getInitialValueInEffect: false,
    deserialize: (kept) => parse(kept),
  });
  return [settings, (change) => setSettings((before) => ({ ...before, ...change }))];
}

function parse(kept: string | undefined): ViewSettings {
  try {
    return ViewSettings.catch(atFirst).parse(JSON.parse(kept ?? ''));
  } catch {
    return atFirst;
  }
}
