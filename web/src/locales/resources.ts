import { account as accountAr } from './ar/account.ts';
import { admin as adminAr } from './ar/admin.ts';
import { board as boardAr } from './ar/board.ts';
import { breakouts as breakoutsAr } from './ar/breakouts.ts';
import { browse as browseAr } from './ar/browse.ts';
import { comfort as comfortAr } from './ar/comfort.ts';
import { common as commonAr } from './ar/common.ts';
import { document as documentAr } from './ar/document.ts';
import { home as homeAr } from './ar/home.ts';
import { ibox as iboxAr } from './ar/ibox.ts';
import { links as linksAr } from './ar/links.ts';
import { meetings as meetingsAr } from './ar/meetings.ts';
import { notices as noticesAr } from './ar/notices.ts';
import { privacy as privacyAr } from './ar/privacy.ts';
import { roles as rolesAr } from './ar/roles.ts';
import { security as securityAr } from './ar/security.ts';
import { sharing as sharingAr } from './ar/sharing.ts';
import { social as socialAr } from './ar/social.ts';
import { terms as termsAr } from './ar/terms.ts';
import { together as togetherAr } from './ar/together.ts';
import { viewer as viewerAr } from './ar/viewer.ts';
import { vroom as vroomAr } from './ar/vroom.ts';
import { account as accountEn } from './en/account.ts';
import { admin as adminEn } from './en/admin.ts';
import { board as boardEn } from './en/board.ts';
import { breakouts as breakoutsEn } from './en/breakouts.ts';
import { browse as browseEn } from './en/browse.ts';
import { comfort as comfortEn } from './en/comfort.ts';
import { common as commonEn } from './en/common.ts';
import { document as documentEn } from './en/document.ts';
import { home as homeEn } from './en/home.ts';
import { ibox as iboxEn } from './en/ibox.ts';
import { links as linksEn } from './en/links.ts';
import { meetings as meetingsEn } from './en/meetings.ts';
import { notices as noticesEn } from './en/notices.ts';
import { privacy as privacyEn } from './en/privacy.ts';
import { roles as rolesEn } from './en/roles.ts';
import { security as securityEn } from './en/security.ts';
import { sharing as sharingEn } from './en/sharing.ts';
import { social as socialEn } from './en/social.ts';
import { terms as termsEn } from './en/terms.ts';
import { together as togetherEn } from './en/together.ts';
import { viewer as viewerEn } from './en/viewer.ts';
import { vroom as vroomEn } from './en/vroom.ts';
import { account } from './fr/account.ts';
import { admin } from './fr/admin.ts';
import { board } from './fr/board.ts';
import { breakouts } from './fr/breakouts.ts';
import { browse } from './fr/browse.ts';
import { comfort } from './fr/comfort.ts';
import { common } from './fr/common.ts';
import { document } from './fr/document.ts';
import { home } from './fr/home.ts';
import { ibox } from './fr/ibox.ts';
import { links } from './fr/links.ts';
import { meetings } from './fr/meetings.ts';
import { notices } from './fr/notices.ts';
import { privacy } from './fr/privacy.ts';
import { roles } from './fr/roles.ts';
import { security } from './fr/security.ts';
import { sharing } from './fr/sharing.ts';
import { social } from './fr/social.ts';
import { terms } from './fr/terms.ts';
import { together } from './fr/together.ts';
import { viewer } from './fr/viewer.ts';
import { vroom } from './fr/vroom.ts';

const fr = {
  account,
  admin,
  board,
  breakouts,
  browse,
  comfort,
  common,
  document,
  home,
  ibox,
  links,
  meetings,
  notices,
  privacy,
  roles,
  security,
  sharing,
  social,
  terms,
  together,
  viewer,
  vroom,
};

/** French is the reference: a namespace or a key that another language lacks is a type error. */
export type Resources = typeof fr;
type Namespaces = Record<keyof Resources, object>;

export const resources = {
  fr,
  ar: {
    account: accountAr,
    admin: adminAr,
    board: boardAr,
    breakouts: breakoutsAr,
    browse: browseAr,
    comfort: comfortAr,
    common: commonAr,
    document: documentAr,
    home: homeAr,
    ibox: iboxAr,
    links: linksAr,
    meetings: meetingsAr,
    notices: noticesAr,
    privacy: privacyAr,
    roles: rolesAr,
    security: securityAr,
    sharing: sharingAr,
    social: socialAr,
    terms: termsAr,
    together: togetherAr,
    viewer: viewerAr,
    vroom: vroomAr,
  } satisfies Namespaces,
  en: {
    account: accountEn,
    admin: adminEn,
    board: boardEn,
    breakouts: breakoutsEn,
    browse: browseEn,
    comfort: comfortEn,
    common: commonEn,
    document: documentEn,
    home: homeEn,
    ibox: iboxEn,
    links: linksEn,
    meetings: meetingsEn,
    notices: noticesEn,
    privacy: privacyEn,
    roles: rolesEn,
    security: securityEn,
    sharing: sharingEn,
    social: socialEn,
    terms: termsEn,
    together: togetherEn,
    viewer: viewerEn,
    vroom: vroomEn,
  } satisfies Namespaces,
};
