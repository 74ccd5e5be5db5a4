import type { ApiKeyTables } from './tables/api-keys.ts';
import type { IboxTables } from './tables/ibox.ts';
import type { IdentityTables } from './tables/identity.ts';
import type { LeaseTables } from './tables/leases.ts';
import type { LinkTables } from './tables/links.ts';
import type { NoticeTables } from './tables/notices.ts';
import type { SecondFactorTables } from './tables/second-factor.ts';
import type { SocialTables } from './tables/social.ts';
import type { TermsTables } from './tables/terms.ts';
import type { TogetherTables } from './tables/together.ts';
import type { VroomTables } from './tables/vroom.ts';
import type { WebdavTables } from './tables/webdav.ts';
import type { WebhookTables } from './tables/webhooks.ts';

/** Times are ms since the epoch, flags 0 or 1, hashes hex text unless said otherwise. */
export interface Tables
  extends IdentityTables,
    SecondFactorTables,
    TermsTables,
    NoticeTables,
    VroomTables,
    TogetherTables,
    IboxTables,
    LinkTables,
    WebdavTables,
    SocialTables,
    LeaseTables,
    WebhookTables,
    ApiKeyTables {}
