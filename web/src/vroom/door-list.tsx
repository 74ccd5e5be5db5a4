import { Button, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Meeting, MeetingState } from './model/meeting.ts';
import classes from './people-panel.module.css';
import { useAttempt } from './use-attempt.ts';

/** Who waits to come in and who is kept out, for those in charge. */
export function DoorList({ meeting, state }: { meeting: Meeting; state: MeetingState }) {
  const { t } = useTranslation('roles');
  const attempt = useAttempt();
  const { waiting, keptOut } = state.door;
  const admit = (ids: string[]) => void attempt(meeting.act('lobby:admit', { ids }));
  return (
    <>
      {waiting.length > 0 && (
        <section className={classes.door} aria-labelledby="door-title">
          <Title order={3} size="sm" id="door-title">
            {t('door.title')}
          </Title>
          <ul className={classes.list}>
            {waiting.map(({ id, name, guest }) => (
              <li key={id} className={classes.person}>
                <Who name={name} remark={guest ? t('role.guest') : undefined} />
                <Button
                  size="compact-sm"
                  variant="subtle"
                  className={classes.quiet ?? ''}
                  aria-label={t('door.refuseNamed', { name })}
                  onClick={() => void attempt(meeting.act('lobby:refuse', { ids: [id] }))}
                >
                  {t('door.refuse')}
                </Button>
                <Button size="compact-sm" aria-label={t('door.admitNamed', { name })} onClick={() => admit([id])}>
                  {t('door.admit')}
                </Button>
              </li>
            ))}
          </ul>
          {waiting.length > 1 && (
            <Button size="sm" fullWidth mt="xs" onClick={() => admit(waiting.map(({ id }) => id))}>
              {t('door.admitAll')}
            </Button>
          )}
        </section>
      )}
      {keptOut.length > 0 && (
        <section className={classes.door} aria-labelledby="kept-out-title">
          <Title order={3} size="sm" id="kept-out-title">
            {t('door.keptOut')}
          </Title>
          <ul className={classes.list}>
            {keptOut.map(({ id, name, guest }) => (
              <li key={id} className={classes.person}>
                <Who name={name} remark={guest ? t('role.guest') : undefined} />
                <Button
                  size="compact-sm"
                  variant="subtle"
                  className={classes.quiet ?? ''}
                  aria-label={t('door.readmitNamed', { name })}
                  onClick={() => void attempt(meeting.act('host:readmit', { id }))}
                >
                  {t('door.readmit')}
                </Button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function Who({ name, remark }: { name: string; remark: string | undefined }) {
  return (
    <span className={classes.who}>
      <Text component="span" truncate>
        <bdi>{name}</bdi>
      </Text>
      {remark !== undefined && (
        <Text component="span" size="sm" className={classes.remark ?? ''}>
          {remark}
        </Text>
      )}
    </span>
  );
}
