import type { Language } from '@diwan/protocol/errors.ts';
import { MePatch } from '@diwan/protocol/identity.ts';
import { ActionIcon, Menu, Text } from '@mantine/core';
import { IconDevices, IconFolder, IconHome, IconLogout, IconSettings, IconUser, IconVideo } from '@tabler/icons-react';
import { type ComponentType, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, NavLink, Outlet, ScrollRestoration, useLocation, useMatch } from 'react-router';
import { followSignIns } from '../account/sign-ins.ts';
import { followSpaces } from '../ibox/queries.ts';
import { PendingCount } from '../ibox/sharing/pending-count.tsx';
import { followShares } from '../ibox/sharing/shares.ts';
import { UploadTray } from '../ibox/upload-tray.tsx';
import { changeLanguage } from '../locales/i18n.ts';
import { NoticeBanner } from '../notices/notice-banner.tsx';
import { TermsGate } from '../terms/terms-gate.tsx';
import { LanguageSwitch } from '../ui/language-switch.tsx';
import { OperatorFooter } from '../ui/operator-footer.tsx';
import { SchemeSwitch } from '../ui/scheme-switch.tsx';
import { Wordmark } from '../ui/wordmark.tsx';
import { MeetingReminder } from '../vroom/planned/meeting-reminder.tsx';
import { tell } from '../wire/http.ts';
import { meQuery, queryClient, useMe } from '../wire/queries.ts';
import { signOut } from '../wire/session.ts';
import classes from './app-layout.module.css';
import { ConnectionBar } from './connection-bar.tsx';

type Icon = ComponentType<{ size?: number; stroke?: number }>;

/** What stands around every page of a signed-in person. A meeting (/meet/…) gets the whole height and no footer. */
export function AppLayout() {
  const { t } = useTranslation();
  const me = useMe();
  const inMeeting = useMatch('/meet/:roomId') !== null;
  // The terms need a page that scrolls, wherever they come up.
  const meeting = inMeeting && me.termsAccepted;
  useEffect(followSpaces, []);
  useEffect(followShares, []);
  useEffect(followSignIns, []);
  const main = useFocusOnNewPage();
  const sections: [path: string, label: string, icon: Icon][] = [
    ['/', t('nav.home'), IconHome],
    ['/meetings', t('nav.meetings'), IconVideo],
    ['/files', t('nav.files'), IconFolder],
  ];
  if (me.account.role === 'admin') sections.push(['/admin', t('nav.admin'), IconSettings]);

  return (
    <div className={classes.shell} data-meeting={meeting}>
      <a href="#content" className={classes.skip}>
        {t('nav.skip')}
      </a>
      <div className={classes.top}>
        <header className={classes.header}>
          <div className={classes.bar}>
            <Link to="/" className={classes.brand}>
              <Wordmark />
            </Link>
            {me.termsAccepted && (
              <nav className={classes.nav} aria-label={t('nav.label')}>
                {sections.map(([path, label, SectionIcon]) => (
                  <NavLink key={path} to={path} end={path === '/'} className={classes.section ?? ''}>
                    <SectionIcon size={20} stroke={1.7} aria-hidden />
                    <span>{label}</span>
                    {path === '/files' && <PendingCount className={classes.count ?? ''} />}
                  </NavLink>
                ))}
              </nav>
            )}
            <div className={classes.tools}>
              <LanguageSwitch onChosen={keepLanguage} />
              <SchemeSwitch />
              <AccountMenu />
            </div>
          </div>
        </header>
        <NoticeBanner />
      </div>
      <ConnectionBar />
      <main id="content" ref={main} tabIndex={-1} className={classes.main}>
        <TermsGate>
          <Outlet />
        </TermsGate>
      </main>
      {!meeting && <OperatorFooter />}
      {me.termsAccepted && <MeetingReminder />}
      <UploadTray />
      <ScrollRestoration />
    </div>
  );
}

/** A new page is read from its beginning, by eye and by screen reader; the first one leaves the focus alone. */
function useFocusOnNewPage() {
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    main.current?.focus({ preventScroll: true });
  }, [pathname]);
  return main;
}

/** On the page at once, in the account as soon as the server has it. */
async function keepLanguage(language: Language): Promise<void> {
  await changeLanguage(language);
  await tell('PATCH', '/api/me', { request: MePatch, body: { language } }).catch(() => undefined);
  await queryClient.invalidateQueries(meQuery);
}

function AccountMenu() {
  const { t } = useTranslation();
  const { account, termsAccepted } = useMe();
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon
          variant="light"
          radius="xl"
          size={40}
          aria-label={`${t('menu.label')} (${initialsOf(account.name)})`}
          title={t('menu.label')}
        >
          <Text component="span" fw={600} size="sm" aria-hidden>
            {initialsOf(account.name)}
          </Text>
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={classes.who}>
          <Text fw={600} truncate>
            <bdi>{account.name}</bdi>
          </Text>
          <Text size="sm" c="dimmed" truncate>
            <bdi>{account.email}</bdi>
          </Text>
        </div>
        <Menu.Divider />
        {termsAccepted && (
          <>
            <Menu.Item component={Link} to="/account" leftSection={<IconUser size={18} stroke={1.6} />}>
              {t('menu.account')}
            </Menu.Item>
            <Menu.Item component={Link} to="/device" leftSection={<IconDevices size={18} stroke={1.6} />}>
              {t('menu.device')}
            </Menu.Item>
          </>
        )}
        <Menu.Item
          leftSection={<IconLogout size={18} stroke={1.6} className="mirrored" />}
          onClick={() => void signOut()}
        >
          {t('menu.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/);
  return [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? '')][0] ?? '').join('');
}
