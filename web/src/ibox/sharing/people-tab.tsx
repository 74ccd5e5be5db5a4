import type { Space } from '@diwan/protocol/ibox.ts';
import { Alert, Button, Stack, Text } from '@mantine/core';
import { IconInfoCircle, IconUsersMinus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Failure, Waiting } from '../../ui/states.tsx';
import { InviteForm } from './invite-form.tsx';
import { LeaveShare } from './leave-share.tsx';
import { MailNewLink } from './mail-link.tsx';
import { MemberList } from './member-list.tsx';
import { sharingQuery } from './shares.ts';
import type { Shareable, Standing } from './standing.ts';

/** With which persons a folder is shared, and what the person may do about it. */
export function PeopleTab({ node, standing, onLeft }: { node: Shareable; standing: Standing; onLeft: () => void }) {
  const { t } = useTranslation('sharing');
  const { as, space, role } = standing;
  const manages = role === 'manager';
  if (node.kind === 'file')
    return (
      <Stack gap="md">
        <Note>
          {space && t('standing.nested', { name: space.name })}
          {manages ? t('standing.file') : t('standing.managersOnly')}
        </Note>
        {manages && <MailNewLink nodeId={node.id} />}
      </Stack>
    );
  if (as === 'root') return <Note>{t('standing.root')}</Note>;
  if (space === undefined) return <InviteForm nodeId={node.id} />;
  return (
    <Stack gap="md">
      {as === 'within' && <Note>{t('standing.within', { name: space.name })}</Note>}
      {!space.isOwner && (
        <Note>
          {t('standing.member', { owner: space.owner })} {t('standing.yours', { role: t(`role.${role}`) })}{' '}
          {!manages && t('standing.managersOnly')}
        </Note>
      )}
      {manages && as === 'shared' && <InviteForm nodeId={space.rootId} />}
      {manages && <Members space={space} />}
      {as === 'shared' && <End space={space} onDone={onLeft} />}
    </Stack>
  );
}

function Members({ space }: { space: Space }) {
  const { t } = useTranslation('sharing');
  const query = useQuery(sharingQuery(space.id));
  if (query.isPending) return <Waiting minHeight={120} />;
  if (query.data === undefined) return <Failure error={query.error} onRetry={query.refetch} />;
  return (
    <div>
      <Text fw={600} component="h3" mb={4}>
        {t('people.list')}
      </Text>
      <MemberList sharing={query.data} />
    </div>
  );
}

function End({ space, onDone }: { space: Space; onDone: () => void }) {
  const { t } = useTranslation('sharing');
  const [asked, setAsked] = useState(false);
  return (
    <div>
      <Button
        variant="subtle"
        color="red"
        size="compact-md"
        leftSection={<IconUsersMinus size={18} stroke={1.7} />}
        onClick={() => setAsked(true)}
      >
        {t(space.isOwner ? 'stop.action' : 'leave.action')}
      </Button>
      {asked && <LeaveShare space={space} onDone={onDone} onClose={() => setAsked(false)} />}
    </div>
  );
}

function Note({ children }: { children: ReactNode }) {
  return (
    <Alert variant="light" icon={<IconInfoCircle size={20} stroke={1.6} />}>
      {children}
    </Alert>
  );
}
