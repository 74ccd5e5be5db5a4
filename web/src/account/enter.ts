import { MePatch } from '@diwan/protocol/identity.ts';
import { takeChosenLanguage } from '../locales/i18n.ts';
import { tell } from '../wire/http.ts';
import { meQuery, queryClient } from '../wire/queries.ts';

/** What follows once the server has set the session's cookies: the language chosen before, and who is signed in. */
export async function enter(): Promise<void> {
  const language = takeChosenLanguage();
  if (language) await tell('PATCH', '/api/me', { request: MePatch, body: { language } });
  await queryClient.fetchQuery({ ...meQuery, staleTime: 0 });
}
