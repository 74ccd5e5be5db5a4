import type { Node } from '@diwan/protocol/ibox.ts';
import { Button, Stack, Text } from '@mantine/core';
import { IconUserPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Failure, Waiting } from '../../ui/states.tsx';
import { spacesQuery } from '../queries.ts';
import { FileMeetings } from './file-meetings.tsx';
import { ShareDialog, type ShareTab } from './share-dialog.tsx';
import { linksQuery, sharingQuery } from './shares.ts';
import classes from './shares-panel.module.css';
import { standingOf } from './standing.ts';

/** Who else has access to a file or folder, in short, and the way to change it. */
export function SharesPanel({ node }: { node: Node }) {
  const { t } = useTranslation('sharing');
  const spaces = useQuery(spacesQuery);
  const [asked, setAsked] = useState<ShareTab>();
  const standing = spaces.data && standingOf(node, spaces.data);
  const manages = standing?.role === 'manager';
  const space = standing?.space;
  const sharing = useQuery({ ...sharingQuery(space?.id ?? ''), enabled: manages && space !== undefined });
  const links = useQuery({ ...linksQuery(node.id), enabled: manages });
  if (standing === undefined)
    return spaces.isError ? <Failure error={spaces.error} onRetry={spaces.refetch} /> : <Waiting minHeight={120} />;
  const failed = [sharing, links].find(({ isError, data }) => isError && data === undefined);
  if (failed) return <Failure error={failed.error} onRetry={failed.refetch} />;
  const rows = [
    ...(sharing.data?.members.map(({ accountId, name, role, isOwner }) => ({
      id: accountId,
      name,
      hint: isOwner ? t('people.owner') : t(`role.${role}`),
    })) ?? []),
    ...(sharing.data?.invitations.map(({ id, email }) => ({ id, name: email, hint: t('people.pending') })) ?? []),
  ];
  return (
    <Stack gap="lg">
      <section>
        <Text component="h3" fw={600} size="sm" mb={4}>
          {t('panel.people')}
        </Text>
        {space === undefined ? (
          <Text size="sm" c="dimmed">
            {t('panel.onlyYou')}
          </Text>
        ) : (
          <Text size="sm" c="dimmed">
            {standing.as === 'within' && `${t('standing.within', { name: space.name })} `}
            {!space.isOwner && `${t('standing.member', { owner: space.owner })} `}
            {!space.isOwner && t('standing.yours', { role: t(`role.${standing.role}`) })}
          </Text>
        )}
        {rows.length > 0 && <Rows rows={rows} label={t('people.list')} />}
      </section>
      {manages && standing.as !== 'root' && (
        <section>
          <Text component="h3" fw={600} size="sm" mb={4}>
            {t('panel.links')}
          </Text>
          {links.data === undefined ? (
            <Waiting minHeight={48} />
          ) : links.data.length === 0 ? (
            <Text size="sm" c="dimmed">
              {t('links.none')}
            </Text>
          ) : (
            <Rows
              label={t('links.list', { name: node.name })}
              rows={links.data.map(({ id, label, kind, state }) => ({
                id,
                name: label || t(kind === 'read' ? 'links.kindRead' : 'links.kindDrop'),
                hint: t(`links.state.${state}`),
              }))}
            />
          )}
        </section>
      )}
      {manages && node.kind === 'file' && <FileMeetings node={node} />}
      {standing.as !== 'root' && manages && (
        <Button
          variant="light"
          leftSection={<IconUserPlus size={18} stroke={1.7} />}
          onClick={() => setAsked(node.kind === 'file' ? 'links' : 'people')}
        >
          {t('manage')}
        </Button>
      )}
      {asked && <ShareDialog node={node} tab={asked} onClose={() => setAsked(undefined)} />}
    </Stack>
  );
}

function Rows({ rows, label }: { rows: readonly { id: string; name: string; hint: string }[]; label: string }) {
  return (
    <ul className={classes.rows} aria-label={label}>
      {rows.map(({ id, name, hint }) => (
        <li key={id} className={classes.row}>
          <Text size="sm" truncate>
            <bdi>{name}</bdi>
          </Text>
          <Text size="sm" c="dimmed" className={classes.state ?? ''}>
            {hint}
          </Text>
        </li>
      ))}
    </ul>
  );
}
