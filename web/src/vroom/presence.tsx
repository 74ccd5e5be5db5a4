import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './meetings.module.css';

/** How many people are in a room now. */
export function Presence({ room: { present } }: { room: { present: number } }) {
  const { t } = useTranslation('vroom');
  return (
    <Text size="sm" component="span" className={classes.presence} data-live={present > 0}>
      {present > 0 ? t('rooms.present', { count: present }) : t('rooms.nobody')}
    </Text>
  );
}
