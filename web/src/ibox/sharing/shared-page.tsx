import type { Space } from '@diwan/protocol/ibox.ts';
import type { ReceivedInvitation } from '@diwan/protocol/ibox-shares.ts';
import { Badge, Button, Paper, Stack, Text, Title } from '@mantine/core';
import { IconFolderFilled, IconUsers, IconUsersPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useFormats } from '../../ui/format.ts';
import { PageTitle } from '../../ui/page-title.tsx';
import { Failure, Nothing, Waiting } from '../../ui/states.tsx';
import entries from '../entries.module.css';
import { FilesBar } from '../files-bar.tsx';
import { spacesQuery } from '../queries.ts';
import { LeaveShare } from './leave-share.tsx';
import { ShareDialog } from './share-dialog.tsx';
import classes from './shared-page.module.css';
import { acceptInvitation, declineInvitation, invitationsQuery } from './shares.ts';
import { rootOf } from './standing.ts';
import { useTold } from './use-told.ts';

/** What others share with the person, what they are invited to, and what they share. */
export function SharedPage() {
  const { t } = useTranslation('sharing');
  const invitations = useQuery(invitationsQuery);
  const spaces = useQuery(spacesQuery);
  const failed = [invitations, spaces].find(({ isError, data }) => isError && data === undefined);
  const shared = spaces.data?.filter(({ kind }) => kind === 'shared') ?? [];
  const waiting = invitations.data ?? [];
  return (
    <Stack gap="md">
      <PageTitle>{t('page.title')}</PageTitle>
      <FilesBar />
      <Title order={1}>{t('page.title')}</Title>
      {failed ? (
        <Failure error={failed.error} onRetry={() => void Promise.all([invitations.refetch(), spaces.refetch()])} />
      ) : invitations.isPending || spaces.isPending ? (
        <Waiting />
      ) : (
        <Stack gap="xl">
          {waiting.length > 0 && (
            <ul className={classes.invitations} aria-label={t('page.invitations')}>
              {waiting.map((invitation) => (
                <Invitation key={invitation.id} invitation={invitation} />
              ))}
            </ul>
          )}
          {shared.length === 0 && waiting.length === 0 && (
            <Paper withBorder radius="lg" className={entries.sheet ?? ''}>
              <Nothing icon={<IconUsers size={44} stroke={1.3} />} title={t('page.none')} hint={t('page.noneHint')} />
            </Paper>
          )}
          <Shares title={t('page.withMe')} spaces={shared.filter(({ isOwner }) => !isOwner)} />
          <Shares title={t('page.byMe')} spaces={shared.filter(({ isOwner }) => isOwner)} />
        </Stack>
      )}
    </Stack>
  );
}

function Invitation({ invitation }: { invitation: ReceivedInvitation }) {
  const { t } = useTranslation('sharing');
  const format = useFormats();
  const told = useTold();
  const [busy, setBusy] = useState(false);
  const { id, name, from, role, message, expiresAt } = invitation;
  const answer = async (work: Promise<unknown>, words: string) => {
    setBusy(true);
    await told(work, words);
    setBusy(false);
  };
  return (
    <Paper component="li" withBorder radius="lg" className={classes.invitation ?? ''}>
      <span className={classes.sign} aria-hidden>
        <IconUsersPlus size={22} stroke={1.7} />
      </span>
      <div className={classes.words}>
        <Text size="sm" c="dimmed">
          {t('page.invites', { from })}
        </Text>
        <Text fw={600} size="lg" className={classes.name ?? ''}>
          <bdi>{name}</bdi>
        </Text>
        <Text size="sm">
          <strong>{t(`role.${role}`)}</strong> — {t(`roleHint.${role}`)}
        </Text>
        {message !== '' && (
          <Text component="blockquote" className={classes.message ?? ''} dir="auto">
            {message}
          </Text>
        )}
        <Text size="sm" c="dimmed">
          {t('page.until', { date: format.date(expiresAt) })}
        </Text>
      </div>
      <div className={classes.answers}>
        <Button
          variant="default"
          disabled={busy}
          aria-label={t('page.declineNamed', { name })}
          onClick={() => void answer(declineInvitation(id), t('page.declined'))}
        >
          {t('page.decline')}
        </Button>
        <Button
          loading={busy}
          aria-label={t('page.acceptNamed', { name })}
          onClick={() => void answer(acceptInvitation(id), t('page.accepted', { name }))}
        >
          {t('page.accept')}
        </Button>
      </div>
    </Paper>
  );
}

function Shares({ title, spaces }: { title: string; spaces: readonly Space[] }) {
  const id = useId();
  if (spaces.length === 0) return null;
  return (
    <section aria-labelledby={id}>
      <Title order={2} size="h3" id={id} mb="xs">
        {title}
      </Title>
      <Paper withBorder radius="lg" className={entries.sheet ?? ''}>
        <ul className={entries.list} aria-labelledby={id}>
          {spaces.map((space) => (
            <Share key={space.id} space={space} />
          ))}
        </ul>
      </Paper>
    </section>
  );
}

function Share({ space }: { space: Space }) {
  const { t } = useTranslation('sharing');
  const [asked, setAsked] = useState<'manage' | 'leave'>();
  const { name, rootId, owner, isOwner, role } = space;
  const close = () => setAsked(undefined);
  return (
    <li className={entries.entry}>
      <IconFolderFilled size={24} aria-hidden color="var(--diwan-folder)" />
      <div className={entries.words}>
        <Link to={`/files/${rootId}`} className={entries.name ?? ''}>
          <bdi>{name}</bdi>
        </Link>
        <Text size="sm" c="dimmed">
          {isOwner ? t('page.yourself') : t('mark.by', { owner })}
        </Text>
      </div>
      {!isOwner && (
        <Badge variant="light" size="lg" title={t(`roleHint.${role}`)}>
          {t(`role.${role}`)}
        </Badge>
      )}
      {role === 'manager' && (
        <Button
          size="compact-md"
          variant="light"
          aria-label={`${t('manage')} : ${name}`}
          onClick={() => setAsked('manage')}
        >
          {t('manage')}
        </Button>
      )}
      {!isOwner && (
        <Button
          size="compact-md"
          variant="subtle"
          color="red"
          aria-label={`${t('leave.action')} : ${name}`}
          onClick={() => setAsked('leave')}
        >
          {t('leave.confirm')}
        </Button>
      )}
      {asked === 'manage' && <ShareDialog node={rootOf(space)} onClose={close} />}
      {asked === 'leave' && <LeaveShare space={space} onDone={close} onClose={close} />}
    </li>
  );
}
