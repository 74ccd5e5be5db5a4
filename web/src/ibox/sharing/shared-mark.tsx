import type { Node } from '@diwan/protocol/ibox.ts';
import { VisuallyHidden } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { spacesQuery } from '../queries.ts';
import classes from './shared-mark.module.css';

/** Beside the name of a folder in which a shared space shows: that it is shared, and by whom. */
export function SharedMark({ node }: { node: Node }) {
  const { t } = useTranslation('sharing');
  const { data: spaces } = useQuery(spacesQuery);
  if (!node.mount) return null;
  const space = spaces?.find(({ id }) => id === node.mount?.spaceId);
  const owner = space && !space.isOwner ? space.owner : undefined;
  const words = owner === undefined ? t('mark.shared') : t('mark.by', { owner });
  return (
    <span className={classes.mark} title={words}>
      <IconUsers size={15} stroke={1.9} aria-hidden />
      {owner !== undefined && (
        <span className={classes.owner} aria-hidden>
          <bdi>{owner}</bdi>
        </span>
      )}
      <VisuallyHidden>{words}</VisuallyHidden>
    </span>
  );
}
