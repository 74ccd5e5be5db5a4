import type { vroom as fr } from '../fr/vroom.ts';
import type { Texts } from '../texts.ts';

export const vroom: Texts<typeof fr> = {};
