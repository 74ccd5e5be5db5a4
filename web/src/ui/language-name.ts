import type { Language } from '@diwan/protocol/errors.ts';
import { useLanguage } from '../locales/i18n.ts';

/** The name of a language in the language on the screen: "arabe", "French". */
export function useLanguageName(): (language: Language) => string {
  const names = new Intl.DisplayNames(useLanguage(), { type: 'language' });
  return (language) => names.of(language) ?? language;
}
