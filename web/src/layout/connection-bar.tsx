import { Text } from '@mantine/core';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { connection } from '../wire/socket.ts';
import classes from './connection-bar.module.css';

/** Says that the live connection is being brought back; short losses are not worth a word. */
export function ConnectionBar() {
  const { t } = useTranslation();
  const state = useSyncExternalStore(connection.subscribe, connection.get);
  const [shown, setShown] = useState(false);
  const lost = state === 'reconnecting';
  useEffect(() => {
    const timer = setTimeout(() => setShown(lost), lost ? 1200 : 0);
    return () => clearTimeout(timer);
  }, [lost]);
  return (
    <div role="status" className={classes.place}>
      {shown && (
        <Text size="sm" className={classes.bar}>
          {t('connection.lost')}
        </Text>
      )}
    </div>
  );
}
