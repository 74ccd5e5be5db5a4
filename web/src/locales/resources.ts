import { account as accountAr } from './ar/account.ts';
import { common as commonAr } from './ar/common.ts';
import { vroom as vroomAr } from './ar/vroom.ts';
import { account as accountEn } from './en/account.ts';
import { common as commonEn } from './en/common.ts';
import { vroom as vroomEn } from './en/vroom.ts';
import { account } from './fr/account.ts';
import { common } from './fr/common.ts';
import { vroom } from './fr/vroom.ts';

const fr = { account, common, vroom };

/** French is the reference: a namespace or a key that another language lacks is a type error. */
export type Resources = typeof fr;
type Namespaces = Record<keyof Resources, object>;

export const resources = {
  fr,
  ar: { account: accountAr, common: commonAr, vroom: vroomAr } satisfies Namespaces,
  en: { account: accountEn, common: commonEn, vroom: vroomEn } satisfies Namespaces,
};
