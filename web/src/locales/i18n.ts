import { Language } from '@diwan/protocol/errors.ts';
import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import { type Resources, resources } from './resources.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common';
    resources: Resources;
  }
}

const storageKey = 'diwan.language';

/** The name of each language, in that language. */
export const languageNames: Record<Language, string> = { fr: 'Français', ar: 'العربية', en: 'English' };

export const directionOf = (language: Language): 'rtl' | 'ltr' => (language === 'ar' ? 'rtl' : 'ltr');

/**
 * Loads the texts in the language chosen on this machine, else the first of `wished` that there is, else French.
 * @param wished tags of languages (BCP 47), the dearest first
 */
export async function startTexts(wished: readonly string[]): Promise<void> {
  const spoken = wished.map((tag) => Language.safeParse(tag.split('-')[0]).data).find((one) => one !== undefined);
  const language = Language.catch(spoken ?? 'fr').parse(localStorage.getItem(storageKey));
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'fr',
    resources,
    defaultNS: 'common',
    interpolation: { escapeValue: false },
  });
  showLanguage(language);
}

/** Changes the language of the page, kept on this machine. */
export async function changeLanguage(language: Language): Promise<void> {
  localStorage.setItem(storageKey, language);
  await i18next.changeLanguage(language);
  showLanguage(language);
}

let chosen: Language | undefined;

/** As `changeLanguage`, by a person who is not signed in yet: their account takes it over at login. */
export function chooseLanguage(language: Language): Promise<void> {
  chosen = language;
  return changeLanguage(language);
}

/** The language chosen before login, once. */
export function takeChosenLanguage(): Language | undefined {
  const language = chosen;
  chosen = undefined;
  return language;
}

function showLanguage(language: Language): void {
  document.documentElement.lang = language;
  document.documentElement.dir = directionOf(language);
}

/** The language on the screen. */
export function useLanguage(): Language {
  return Language.catch('fr').parse(useTranslation().i18n.language);
}
