import type { Node } from '@diwan/protocol/ibox.ts';
import { Button, Group, Text } from '@mantine/core';
import { IconUserPlus, IconUsers } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { spacesQuery } from '../queries.ts';
import { ShareDialog } from './share-dialog.tsx';
import classes from './shared-page.module.css';
import { standingOf } from './standing.ts';

/** Under the name of the folder on the screen: whose it is, what the person may do in it, and the way to share it. */
export function FolderSharing({ folder }: { folder: Node }) {
  const { t } = useTranslation('sharing');
  const { data: spaces } = useQuery(spacesQuery);
  const [asked, setAsked] = useState(false);
  if (spaces === undefined) return null;
  const { as, space, role } = standingOf(folder, spaces);
  if (as === 'root') return null;
  const manages = role === 'manager';
  return (
    <Group gap="0.25rem 0.75rem" className={classes.standing ?? ''}>
      {space && (
        <Text size="sm" c="dimmed" className={classes.whose ?? ''}>
          <IconUsers size={16} stroke={1.8} aria-hidden />
          {space.isOwner ? t('mark.shared') : t('mark.by', { owner: space.owner })}
          {!space.isOwner && <> · {t(`role.${role}`)}</>}
        </Text>
      )}
      {(manages || as === 'shared') && (
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconUserPlus size={17} stroke={1.8} />}
          onClick={() => setAsked(true)}
        >
          {t(!manages ? 'see' : space ? 'manage' : 'action')}
        </Button>
      )}
      {asked && <ShareDialog node={folder} onClose={() => setAsked(false)} />}
    </Group>
  );
}
